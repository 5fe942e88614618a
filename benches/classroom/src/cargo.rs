//! Builds a workspace and runs its tests and models. What decides is what cargo
//! and the checker write as JSON, never what a program prints.
//!
//! Next: [`bugs`](crate::bugs).

use std::env;
use std::fs;
use std::io::{self, BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::thread;

use serde_json::Value;
use terminal_size::terminal_size_of;

use crate::complaint::{Complaint, failure, with};
use crate::out;

/// A test program that was built.
pub struct Program {
    file: PathBuf,
    /// Of its package: where cargo would run it.
    folder: PathBuf,
}

/// What rustc says about sources that do not compile.
pub struct Refusal {
    /// Of the first error that has one: `E0382`.
    pub code: Option<String>,
    /// All errors.
    pub text: String,
}

/// A build, unless cargo itself has failed.
pub type Built<T> = Result<T, Refusal>;

/// A graph of more states is cut.
pub const MOST_STATES: &str = "20000";

/// Builds the models of a package, as `cargo loom` does.
///
/// # Errors
/// If cargo fails, but not because of what is built.
pub fn build_models(
    at: &Path,
    side: &str,
) -> Result<Built<Program>, Complaint> {
    let built = build(at, &[&LOOM[..], &["--package", side]].concat())?;
    Ok(built.map(|mut all| all.pop().expect("the package has one of them")))
}

const LOOM: [&str; 6] = [
    "--config",
    "target.'cfg(all())'.rustflags=['--cfg','loom']",
    "--profile",
    "loom",
    "--test",
    "loom",
];

/// Builds the tests that these arguments of `cargo test` name; independent of
/// aliases and of variables of the user's shell.
///
/// # Errors
/// If cargo fails, but not because of what is built.
pub fn build(
    at: &Path,
    args: &[&str],
) -> Result<Built<Vec<Program>>, Complaint> {
    let no_cargo = |error| failure(format!("cargo does not run: {error}"));
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut cargo = Command::new(cargo);
    cargo.args(["test", "--quiet", "--no-run", "--message-format=json"]);
    cargo.args(args).current_dir(at).env("CARGO_NET_OFFLINE", "true");
    cargo.env_remove("CARGO_TARGET_DIR").env_remove("RUSTFLAGS");
    cargo.env_remove("CARGO_ENCODED_RUSTFLAGS");
    cargo.stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut cargo = cargo.spawn().map_err(no_cargo)?;
    let mut said = cargo.stderr.take().expect("it is a pipe");
    // Read while cargo runs: it would wait for us if a pipe was full.
    let said = thread::spawn(move || {
        let mut text = String::new();
        said.read_to_string(&mut text).map(|_| text)
    });
    let lines = BufReader::new(cargo.stdout.take().expect("it is a pipe"));
    let mut build = Build::default();
    for line in lines.lines().map_while(Result::ok) {
        build.hear(&serde_json::from_str(&line).unwrap_or_default());
    }
    let status = cargo.wait().map_err(no_cargo)?;
    let said = said.join().expect("it only reads").unwrap_or_default();
    if status.success() {
        return Ok(Ok(build.programs));
    }
    if build.errors.is_empty() {
        return Err(failure(format!("cargo cannot build it:\n{said}")));
    }
    let text = build.errors.join("\n").trim_end().to_string();
    Ok(Err(Refusal { code: build.code, text }))
}

/// What cargo has said so far.
#[derive(Default)]
struct Build {
    waits: bool,
    programs: Vec<Program>,
    code: Option<String>,
    errors: Vec<String>,
}

impl Build {
    fn hear(&mut self, line: &Value) {
        let text = |value: &Value| value.as_str().map(str::to_string);
        let message = &line["message"];
        if line["fresh"] == false && !self.waits {
            self.waits = true;
            out::complain("Building; the first time takes a minute ...");
        }
        if let Some(file) = text(&line["executable"]) {
            let folder = text(&line["manifest_path"]).unwrap_or_default();
            let folder = PathBuf::from(folder).with_file_name("");
            self.programs.push(Program { file: file.into(), folder });
        }
        let summary = text(&message["message"]).unwrap_or_default();
        if message["level"] == "error" && !summary.starts_with("aborting due") {
            self.errors.extend(text(&message["rendered"]));
            self.code = self.code.take().or(text(&message["code"]["code"]));
        }
    }
}

impl Program {
    /// A run of it.
    pub fn command(&self) -> Command {
        let mut command = Command::new(&self.file);
        command.current_dir(&self.folder).env("RUST_BACKTRACE", "0");
        // Its output may be a pipe: then it cannot find out how wide the
        // terminal is.
        if let Some((width, _)) = terminal_size_of(io::stdout()) {
            command.env("COLUMNS", width.0.to_string());
        }
        command
    }

    /// Its output, with these arguments.
    ///
    /// # Errors
    /// If it does not start.
    pub fn output(&self, args: &[&str]) -> Result<Output, Complaint> {
        self.command().args(args).output().map_err(with(&self.file))
    }

    /// What it writes to the file that follows this option, and its output.
    ///
    /// # Errors
    /// If it does not write it: then it has not come to its end.
    pub fn writes(
        &self,
        args: &[&str],
        option: &str,
    ) -> Result<(String, Output), Complaint> {
        let file = self.file.with_extension("report");
        let _ = fs::remove_file(&file);
        let path = file.to_string_lossy();
        let out = self.output(&[&[option, &path], args].concat())?;
        let text = fs::read_to_string(&file).map_err(|_| {
            let said = String::from_utf8_lossy(&out.stderr);
            let status = out.status;
            failure(format!("it ended without a report ({status})\n{said}"))
        })?;
        let _ = fs::remove_file(&file);
        Ok((text, out))
    }

    /// What it reports as JSON.
    ///
    /// # Errors
    /// If there is no report.
    pub fn report(&self, args: &[&str]) -> Result<Value, Complaint> {
        let (json, _) = self.writes(args, "--json")?;
        serde_json::from_str(&json).map_err(with(&self.file))
    }
}

impl Refusal {
    /// As an error, of what should compile.
    pub fn of(self, name: &str) -> Complaint {
        let text = self.text;
        failure(format!("{name} does not compile, so it is not run:\n{text}"))
    }
}
