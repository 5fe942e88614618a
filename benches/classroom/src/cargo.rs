//! Builds a workspace and runs its tests and models. What decides is what cargo
//! and the checker write as JSON, never what a program prints.
//!
//! Next: [`bugs`](crate::bugs).

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};

use serde_json::Value;

use crate::complaint::{Complaint, Result, failure, misuse, with};
use crate::side::{GALLERY, Side};

/// A test program that was built.
pub struct Program {
    file: PathBuf,
    /// Of its package: where cargo would run it.
    folder: PathBuf,
}

/// A graph of more states is cut.
pub const MOST_STATES: &str = "25000";

/// Builds the models of a package, as `cargo loom` does, or those of the
/// gallery.
///
/// # Errors
/// If they do not compile, or cargo fails.
pub fn models(at: &Path, side: Side) -> Result<Program> {
    let flags = "target.'cfg(all())'.rustflags=['--cfg','loom']";
    let loom = ["--config", flags, "--profile", "loom"];
    let target = match side {
        GALLERY => ["--example", "gallery"],
        _ => ["--test", "loom"],
    };
    let package = ["--package", side.package];
    let mut built = build(at, &[&loom[..], &target, &package].concat())?;
    Ok(built.pop().expect("the package has one of them"))
}

/// Builds the tests that these arguments of `cargo test` name; independent of
/// aliases and of variables of the user's shell. Of the first build of a
/// command, which may take minutes, cargo shows its progress; those after it,
/// of which a table has many, would only scatter the table.
///
/// # Errors
/// If they do not compile, or cargo fails.
pub fn build(at: &Path, args: &[&str]) -> Result<Vec<Program>> {
    static IS_FIRST: AtomicBool = AtomicBool::new(true);
    let mut cargo = cargo(at);
    cargo.args(["test", "--no-run", "--message-format=json"]);
    if IS_FIRST.swap(false, Ordering::Relaxed) {
        cargo.stderr(Stdio::inherit());
    } else {
        cargo.arg("--quiet");
    }
    let out = cargo.args(args).output().map_err(with(at))?;
    let lines = String::from_utf8_lossy(&out.stdout);
    let lines = lines.lines().map(serde_json::from_str::<Value>);
    let lines: Vec<_> = lines.filter_map(|line| line.ok()).collect();
    if !out.status.success() {
        return Err(errors(&lines).unwrap_or_else(|| why(&out)));
    }
    let program = |line: &Value| {
        let manifest = Path::new(line["manifest_path"].as_str()?);
        let file = line["executable"].as_str()?.into();
        Some(Program { file, folder: manifest.with_file_name("") })
    };
    Ok(lines.iter().filter_map(program).collect())
}

/// The cargo that runs this, in another folder and without the network.
pub fn cargo(at: &Path) -> Command {
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut cargo = Command::new(cargo);
    cargo.current_dir(at).env("CARGO_NET_OFFLINE", "true");
    for variable in ["CARGO_TARGET_DIR", "RUSTFLAGS", "CARGO_ENCODED_RUSTFLAGS"]
    {
        cargo.env_remove(variable);
    }
    cargo
}

/// What rustc says, if it says anything.
fn errors(lines: &[Value]) -> Option<Complaint> {
    let errors = lines.iter().map(|line| &line["message"]);
    let errors = errors.filter(|error| error["level"] == "error");
    let texts = errors.filter_map(|error| error["rendered"].as_str());
    // The last only counts them.
    let texts = texts.filter(|t| !t.starts_with("error: aborting due to"));
    let errors = String::from_iter(texts).trim_end().to_string();
    (!errors.is_empty()).then_some(Complaint::NotBuilt(errors))
}

/// Why a program has failed.
fn why(out: &Output) -> Complaint {
    let said = String::from_utf8_lossy(&out.stderr);
    if out.status.code() == Some(2) {
        misuse(said.trim().trim_start_matches("error: "))
    } else {
        failure(format!("no result, {}\n{said}", out.status))
    }
}

impl Program {
    fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(&self.file);
        command.args(args).current_dir(&self.folder);
        // By its input it finds out how wide the terminal is.
        command.env("RUST_BACKTRACE", "0").stdin(Stdio::inherit());
        command
    }

    /// Runs it in this terminal.
    ///
    /// # Errors
    /// If it fails: then it has said why.
    pub fn shown(&self, args: &[&str]) -> Result<String> {
        let status = self.command(args).status().map_err(with(&self.file))?;
        match status.code() {
            Some(0) => Ok(String::new()),
            Some(2) => Err(misuse("")),
            _ => Err(failure("")),
        }
    }

    /// Runs it, for what it prints.
    ///
    /// # Errors
    /// If it does not start.
    pub fn run(&self, args: &[&str]) -> Result<Output> {
        self.command(args).output().map_err(with(&self.file))
    }

    /// What it prints.
    ///
    /// # Errors
    /// If it fails.
    pub fn does(&self, args: &[&str]) -> Result<String> {
        let out = self.run(args)?;
        let said = String::from_utf8_lossy(&out.stdout).trim().to_string();
        out.status.success().then_some(said).ok_or_else(|| why(&out))
    }

    /// What it writes to the file that follows this option, and its output.
    ///
    /// # Errors
    /// If it does not write it: then it has not come to its end.
    pub fn writes(
        &self,
        option: &str,
        args: &[&str],
    ) -> Result<(String, Output)> {
        let file = self.file.with_extension("report");
        let _ = fs::remove_file(&file);
        let out =
            self.run(&[&[option, &file.to_string_lossy()], args].concat())?;
        Ok((fs::read_to_string(&file).map_err(|_| why(&out))?, out))
    }

    /// What it reports as JSON.
    ///
    /// # Errors
    /// If there is no report.
    pub fn report(&self, args: &[&str]) -> Result<Value> {
        let (json, _) = self.writes("--json", args)?;
        serde_json::from_str(&json).map_err(with(&self.file))
    }
}
