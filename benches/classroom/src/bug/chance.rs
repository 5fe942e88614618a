//! How often a bug shows by chance: in random schedules of its model, and on
//! real threads.

use std::time::{Duration, Instant};

use crate::bugs::Bug;
use crate::cargo::{Program, build};
use crate::complaint::{Result, failure};
use crate::workspace::Scratch;

/// How many random schedules are run for each bug.
pub const RUNS: &str = "1000";

/// Both, as cells of a table.
///
/// # Errors
/// If one of them does not build or run.
pub fn cells(scratch: &Scratch, bug: &Bug, models: &Program) -> Result<String> {
    let random = ["--exact", &bug.by, "--random", RUNS];
    let text = models.does(&random)?;
    let row = text.lines().find_map(|line| line.strip_prefix(&bug.by));
    let none = || failure(format!("{}: not run at random", bug.name));
    let random = row.ok_or_else(none)?.trim().replace(" fail", "");
    let (ran, failed) = stress(scratch, bug)?;
    Ok(format!("{random:>12}  {failed:5} of {ran} runs"))
}

/// How many of up to 10,000 runs on real threads were made, until 30 have
/// failed or not ended, or 10 s are over; and how many have.
fn stress(scratch: &Scratch, bug: &Bug) -> Result<(u64, u64)> {
    let side = bug.side.package;
    let test = ["--release", "--package", side, "--test", "stress"];
    let program = build(&scratch.path, &test)?.remove(0);
    let mut files = bug.patch.parts.iter().map(|(file, _)| file);
    let as_posted = files.any(|file| file.contains("as_posted"));
    let which = if as_posted { "as-posted" } else { "finished" };
    let began = Instant::now();
    let (mut ran, mut failed) = (0, 0);
    while ran < 10_000
        && failed < 30
        && began.elapsed() < Duration::from_secs(10)
    {
        // A run that hangs ends its process: the next goes on.
        let left = (10_000 - ran).min(1_000).to_string();
        let out = program.run(&[&left, which])?;
        let out = String::from_utf8_lossy(&out.stdout);
        let count = |name: &str| {
            let mut words = out.split_whitespace();
            words.find(|word| *word == name)?;
            words.next()?.parse::<u64>().ok()
        };
        // Without these words the process died before it could print.
        let (more, bad) = count("ran").zip(count("failed")).unwrap_or((1, 1));
        (ran, failed) = (ran + more, failed + bad);
    }
    Ok((ran, failed))
}
