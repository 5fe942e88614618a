//! Builds a workspace and runs its tests and models. What decides is what cargo
//! and the checker write as JSON, never what a program prints.
//!
//! Next: [`bugs`](crate::bugs).

use std::env;
use std::fs;
use std::io::{self, BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::thread;

use serde_json::Value;
use terminal_size::terminal_size_of;

use crate::complaint::{Complaint, Kind, failure, with};
use crate::out;
use crate::side::Side;

/// A test program that was built.
pub struct Program {
    file: PathBuf,
    /// Of its package: where cargo would run it.
    folder: PathBuf,
}

/// A graph of more states is cut.
pub const MOST_STATES: &str = "20000";

/// Builds the models of a package, as `cargo loom` does.
///
/// # Errors
/// If they do not compile, or cargo fails.
pub fn models(at: &Path, side: Side) -> Result<Program, Complaint> {
    let flags = "target.'cfg(all())'.rustflags=['--cfg','loom']";
    let loom = ["--config", flags, "--profile", "loom", "--test", "loom"];
    let package = ["--package", side.package()];
    let mut built = build(at, &[&loom[..], &package].concat())?;
    Ok(built.pop().expect("the package has one of them"))
}

/// Builds the tests that these arguments of `cargo test` name; independent of
/// aliases and of variables of the user's shell.
///
/// # Errors
/// If they do not compile, or cargo fails.
pub fn build(at: &Path, args: &[&str]) -> Result<Vec<Program>, Complaint> {
    let no_cargo = |error| failure(format!("cargo does not run: {error}"));
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut cargo = Command::new(cargo);
    cargo.args(["test", "--quiet", "--no-run", "--message-format=json"]);
    cargo.args(args).current_dir(at).env("CARGO_NET_OFFLINE", "true");
    for variable in ["CARGO_TARGET_DIR", "RUSTFLAGS", "CARGO_ENCODED_RUSTFLAGS"]
    {
        cargo.env_remove(variable);
    }
    cargo.stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut cargo = cargo.spawn().map_err(no_cargo)?;
    let said = cargo.stderr.take().expect("it is a pipe");
    // Read while cargo runs, which would wait if the pipe was full.
    let said = thread::spawn(|| io::read_to_string(said));
    let lines = BufReader::new(cargo.stdout.take().expect("it is a pipe"));
    let mut build = Build::default();
    for line in lines.lines().map_while(Result::ok) {
        build.hear(&serde_json::from_str(&line).unwrap_or_default());
    }
    let status = cargo.wait().map_err(no_cargo)?;
    let said = said.join().expect("it only reads").unwrap_or_default();
    if status.success() {
        Ok(build.programs)
    } else if build.errors.is_empty() {
        Err(failure(format!("cargo cannot build it:\n{said}")))
    } else {
        let errors = build.errors.trim_end();
        Err(Complaint::new(Kind::NotBuilt(build.code), errors))
    }
}

/// What cargo has said so far.
#[derive(Default)]
struct Build {
    waits: bool,
    programs: Vec<Program>,
    code: Option<String>,
    errors: String,
}

impl Build {
    fn hear(&mut self, line: &Value) {
        if line["fresh"] == false && !self.waits {
            self.waits = true;
            out::complain("Building; the first time takes a minute ...");
        }
        if let (Some(file), Some(manifest)) =
            (line["executable"].as_str(), line["manifest_path"].as_str())
        {
            let folder = Path::new(manifest).with_file_name("");
            self.programs.push(Program { file: file.into(), folder });
        }
        let message = &line["message"];
        if message["level"] != "error" {
            return;
        }
        let code = message["code"]["code"].as_str().map(str::to_string);
        // Without a place, it counts the others; or the linker fails.
        let rendered = message["rendered"].as_str().unwrap_or_default();
        if !rendered.starts_with("error: aborting due to") {
            self.errors += rendered;
            self.code = self.code.take().or(code);
        }
    }
}

impl Program {
    /// A run of it, with these arguments.
    pub fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(&self.file);
        command.args(args).current_dir(&self.folder);
        command.env("RUST_BACKTRACE", "0");
        // If its output is a pipe, it cannot find out how wide the terminal
        // is.
        if let Some((width, _)) = terminal_size_of(io::stdout()) {
            command.env("COLUMNS", width.0.to_string());
        }
        command
    }

    /// Its output.
    ///
    /// # Errors
    /// If it does not start.
    pub fn output(&self, args: &[&str]) -> Result<Output, Complaint> {
        self.command(args).output().map_err(with(&self.file))
    }

    /// What it writes to the file that follows this option, and its output.
    ///
    /// # Errors
    /// If it does not write it: then it has not come to its end.
    pub fn writes(
        &self,
        option: &str,
        args: &[&str],
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
        let (json, _) = self.writes("--json", args)?;
        serde_json::from_str(&json).map_err(with(&self.file))
    }
}
