//! How often a bug shows by chance: in random schedules of its model, and on
//! real threads.

use std::time::{Duration, Instant};

use crate::bugs::Bug;
use crate::cargo::{Program, build, build_models};
use crate::complaint::{Complaint, failure};
use crate::workspace::Scratch;

/// How many random schedules are run for each bug.
pub const RUNS: &str = "1000";

/// Both, as cells of a table.
///
/// # Errors
/// If one of them does not build or run.
pub fn cells(scratch: &Scratch, bug: &Bug) -> Result<String, Complaint> {
    let random = random(scratch, bug)?.replace(" fail", "");
    let (ran, failed) = stress(scratch, bug)?;
    Ok(format!("{random:>12}  {failed:5} of {ran} runs"))
}

/// The result of random schedules of the model, in words.
fn random(scratch: &Scratch, bug: &Bug) -> Result<String, Complaint> {
    let built = build_models(&scratch.path, bug.side.package())?;
    let program = built.map_err(|refusal| refusal.of(&bug.name))?;
    let out = program.output(&["--exact", &bug.by, "--random", RUNS])?;
    let text = String::from_utf8_lossy(&out.stdout);
    let row = text.lines().find_map(|line| line.strip_prefix(&bug.by));
    let row = row.map(|row| row.trim().to_string());
    row.ok_or_else(|| failure(format!("{}: not run at random", bug.name)))
}

/// How many of up to 10,000 runs on real threads were made, until 30 have
/// failed or not ended, or 10 s are over; and how many have.
fn stress(scratch: &Scratch, bug: &Bug) -> Result<(u64, u64), Complaint> {
    let test =
        ["--release", "--package", bug.side.package(), "--test", "stress"];
    let built = build(&scratch.path, &test)?;
    let programs = built.map_err(|refusal| refusal.of(&bug.name))?;
    let files = bug.patch.parts.iter().map(|(file, _)| file);
    let as_posted = files.into_iter().any(|file| file.contains("as_posted"));
    let which = if as_posted { "as-posted" } else { "finished" };
    let began = Instant::now();
    let (mut ran, mut failed) = (0, 0);
    while ran < 10_000
        && failed < 30
        && began.elapsed() < Duration::from_secs(10)
    {
        // A run that hangs ends its process: the next goes on.
        let left = (10_000 - ran).min(1_000);
        let (more, bad) = part(&programs[0], left, which)?;
        (ran, failed) = (ran + more, failed + bad);
    }
    Ok((ran, failed))
}

fn part(
    program: &Program,
    runs: u64,
    which: &str,
) -> Result<(u64, u64), Complaint> {
    let out = program.output(&[&runs.to_string(), which])?;
    let out = String::from_utf8_lossy(&out.stdout);
    let count = |name: &str| {
        let mut words = out.split_whitespace();
        words.find(|word| *word == name)?;
        words.next()?.parse::<u64>().ok()
    };
    // Without these words the process died before it could print.
    Ok(count("ran").zip(count("failed")).unwrap_or((1, 1)))
}
