//! What catches a bug: rustc, loom, or a stress test.

use std::fs;
use std::io;
use std::process::{Command, Output};
use std::time::{Duration, Instant};

use serde_json::Value;
use terminal_size::terminal_size_of;

use super::bugs::Bug;
use super::scratch::Scratch;
use super::{Complaint, failure};

/// The result of a check.
pub struct Finding {
    /// Whether it was caught by what its header names, with its message.
    pub caught: bool,
    /// The text to print.
    pub text: String,
    /// The diagram of the failing run, as kept in `docs/golden`.
    pub story: Option<String>,
    /// The same run in sentences, with a summary of all schedules.
    pub told: Option<String>,
    /// rustc's error, such as `E0382`, if it did not compile.
    pub code: Option<String>,
    /// How many interleavings loom ran until it found the bug.
    pub interleavings: u64,
    /// The time that took, without the build.
    pub took: Duration,
}

/// `cargo loom`, without the alias.
pub const LOOM: [&str; 8] = [
    "test",
    "--quiet",
    "--config",
    "target.'cfg(all())'.rustflags=['--cfg','loom']",
    "--profile",
    "loom",
    "--test",
    "loom",
];

/// Runs cargo in the scratch copy, independent of aliases and of variables of
/// the user's shell. The copy has a `target` of its own: cargo tells packages
/// apart by their path within the workspace, so with a common one it would
/// mistake the build of a planted bug for the good source.
///
/// # Errors
/// If it does not start.
pub fn cargo(scratch: &Scratch, args: &[&str]) -> Result<Output, Complaint> {
    let out = in_scratch(scratch).args(args).output();
    out.map_err(|error| failure(format!("cargo does not start: {error}")))
}

/// The same command, not started yet.
pub fn in_scratch(scratch: &Scratch) -> Command {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(cargo);
    // Its output is a pipe, so it cannot find out how wide the terminal is.
    if let Some((width, _)) = terminal_size_of(io::stdout()) {
        command.env("COLUMNS", width.0.to_string());
    }
    command
        .current_dir(scratch.path())
        .env("CARGO_TARGET_DIR", scratch.path().join("target"))
        .env("CARGO_TERM_COLOR", "never")
        .env("CARGO_NET_OFFLINE", "true")
        .env("RUST_BACKTRACE", "0")
        .env_remove("RUSTFLAGS")
        .env_remove("CARGO_ENCODED_RUSTFLAGS");
    command
}

/// Builds what is in the copy, and runs the model that the bug names.
///
/// # Errors
/// If cargo cannot be run.
pub fn check(scratch: &Scratch, bug: &Bug) -> Result<Finding, Complaint> {
    let report = scratch.path().join("report.json");
    let _ = fs::remove_file(&report);
    let file = report.to_string_lossy();
    let mut args = LOOM.to_vec();
    args.extend(["--package", &bug.side, "--", "--json", &file]);
    args.extend(["--exact", &bug.by]);
    let out = cargo(scratch, &args)?;
    match fs::read_to_string(&report) {
        Ok(json) => Ok(by_loom(bug, &out, &json)),
        Err(_) => Ok(by_rustc(bug, &out)),
    }
}

/// The failing run of a bug that is in the copy, in sentences, from the graph
/// of all schedules.
///
/// # Errors
/// If the graph has no such run.
pub fn told(scratch: &Scratch, bug: &Bug) -> Result<String, Complaint> {
    let file = scratch.path().join("story.txt");
    let _ = fs::remove_file(&file);
    let (path, command) = (file.to_string_lossy(), bug.step());
    let mut args = LOOM.to_vec();
    args.extend(["--package", &bug.side, "--", "--exact", &bug.by]);
    args.extend(["--states", MOST_STATES, "--command", &command]);
    args.extend(["--story", &path]);
    let out = cargo(scratch, &args)?;
    fs::read_to_string(&file).map_err(|_| {
        let said = String::from_utf8_lossy(&out.stderr);
        failure(format!("{}: no failing schedule: {}", bug.name, said.trim()))
    })
}

/// A graph of more states is cut.
pub const MOST_STATES: &str = "20000";

fn by_rustc(bug: &Bug, out: &Output) -> Finding {
    let errors = String::from_utf8_lossy(&out.stderr).into_owned();
    let code = errors.split("error[").nth(1);
    let code = code.and_then(|rest| rest.split(']').next());
    let code = code.unwrap_or("an error").to_string();
    let text = errors.split("\nerror: could not").next().unwrap_or_default();
    Finding {
        caught: bug.by == "rustc" && bug.words == code,
        text: format!("rustc refuses it:\n\n{}", text.trim_end()),
        story: None,
        told: None,
        code: Some(code),
        interleavings: 0,
        took: Duration::ZERO,
    }
}

fn by_loom(bug: &Bug, out: &Output, json: &str) -> Finding {
    let report: Value = serde_json::from_str(json).unwrap_or_default();
    let model = &report[0];
    let failure = &model["failure"];
    let said = format!("{} {}", failure["headline"], failure["why"]);
    let said = said.replace("\\n", " ");
    let text = String::from_utf8_lossy(&out.stdout);
    let text = text.split("\nThe same as JSON").next().unwrap_or_default();
    Finding {
        caught: !failure.is_null() && said.contains(&bug.words),
        text: text.trim().to_string(),
        story: story(failure),
        told: None,
        code: None,
        interleavings: model["interleavings"].as_u64().unwrap_or(0),
        took: Duration::from_millis(model["took_ms"].as_u64().unwrap_or(0)),
    }
}

/// The diagram of a failure, in 100 columns, without its legend.
fn story(failure: &Value) -> Option<String> {
    let headline = failure["headline"].as_str()?;
    let lanes = failure["lanes"].as_str()?;
    let lanes = lanes.split("\n|  it could run").next()?;
    Some(format!("{headline}\n\n{}\n", lanes.trim_end()))
}

/// The result of random schedules of the model, in words.
///
/// # Errors
/// If cargo cannot be run, or the model is not run.
pub fn random(scratch: &Scratch, bug: &Bug) -> Result<String, Complaint> {
    let mut args = LOOM.to_vec();
    args.extend(["--package", &bug.side, "--", "--exact", &bug.by]);
    args.extend(["--random", RANDOM_RUNS]);
    let out = cargo(scratch, &args)?;
    let text = String::from_utf8_lossy(&out.stdout).into_owned();
    let row = text.lines().find_map(|line| line.strip_prefix(&bug.by));
    let row = row.map(|row| row.trim().to_string());
    row.ok_or_else(|| failure(format!("{}: not run at random", bug.name)))
}

/// How many random schedules are run for each bug.
pub const RANDOM_RUNS: &str = "1000";

/// The result of a stress test.
pub struct Stress {
    /// The number of runs.
    pub ran: u64,
    /// How many of these failed or did not end.
    pub failed: u64,
}

/// Up to 10,000 runs on real threads, until 30 have failed or 10 s are over.
///
/// # Errors
/// If cargo cannot be run, or the stress test does not build.
pub fn stress(scratch: &Scratch, bug: &Bug) -> Result<Stress, Complaint> {
    let side = &bug.side;
    let test = ["test", "--quiet", "--release", "-p", side, "--test", "stress"];
    let built = cargo(scratch, &[&test[..], &["--no-run"]].concat())?;
    if !built.status.success() {
        let text = String::from_utf8_lossy(&built.stderr);
        return Err(failure(format!("the stress test: {text}")));
    }
    let which = if bug.change.files().any(|file| file.contains("as_posted")) {
        "as-posted"
    } else {
        "finished"
    };
    let began = Instant::now();
    let mut all = Stress { ran: 0, failed: 0 };
    while all.ran < 10_000
        && all.failed < 30
        && began.elapsed() < Duration::from_secs(10)
    {
        // A run that hangs ends its process: the next goes on.
        let left = (10_000 - all.ran).min(1_000).to_string();
        let out = cargo(scratch, &[&test[..], &["--", &left, which]].concat())?;
        let out = String::from_utf8_lossy(&out.stdout).into_owned();
        let count = |name: &str| {
            let mut words = out.split_whitespace();
            words.find(|word| *word == name)?;
            words.next()?.parse::<u64>().ok()
        };
        let (ran, failed) = (count("ran"), count("failed"));
        let (Some(ran), Some(failed)) = (ran, failed) else {
            // The process died before it could print.
            (all.ran, all.failed) = (all.ran + 1, all.failed + 1);
            continue;
        };
        (all.ran, all.failed) = (all.ran + ran, all.failed + failed);
    }
    Ok(all)
}
