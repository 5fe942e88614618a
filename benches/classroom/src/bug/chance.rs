//! How often a bug shows by chance: in random schedules of its model, and on
//! real threads.

use std::time::{Duration, Instant};

use crate::bugs::Bug;
use crate::cargo::{MOST_STATES, Program, build};
use crate::complaint::{Result, failure};
use crate::workspace::Scratch;

/// How many random schedules are run for each bug, and how many in the exact
/// column: so the columns can be compared.
const RUNS: u64 = 1000;

/// For bugs of this depth priorities are drawn: most need no more.
const DEPTH: &str = "3";

/// What is above the cells.
pub const TITLES: &str = "  exact  random  PCT(3)  stress test";

/// Of 1,000 random schedules: how many fail on average, how many did, and how
/// many by priority; and how many runs on real threads.
///
/// # Errors
/// If one of them does not build or run.
pub fn cells(scratch: &Scratch, bug: &Bug, models: &Program) -> Result<String> {
    let exact = exact(bug, models)?;
    let [random, pct] =
        [&[][..], &["--pct", DEPTH]].map(|by| drawn(bug, models, by));
    let (random, pct) = (random?, pct?);
    let (ran, failed) = stress(scratch, bug)?;
    Ok(format!("{exact:>7}{random:>8}{pct:>8}  {failed:5} of {ran} runs"))
}

/// From the graph of all schedules, if it is whole.
fn exact(bug: &Bug, models: &Program) -> Result<String> {
    let all = ["--replay", "--schedule", "", "--states", MOST_STATES];
    let report = models.report(&[&["--exact", &bug.by], &all[..]].concat())?;
    // Where one run tells nothing, none fails.
    let chance = report["fails"].as_f64().filter(|chance| *chance > 0.0);
    Ok(match chance.map(|chance| chance * RUNS as f64) {
        Some(all) if all < 0.05 => "<0.1".into(),
        Some(all) => format!("{all:.1}"),
        None => "-".into(),
    })
}

/// By the engine, at random.
fn drawn(bug: &Bug, models: &Program, by: &[&str]) -> Result<String> {
    let runs = RUNS.to_string();
    let text = models
        .does(&[&["--exact", &bug.by, "--random", &runs], by].concat())?;
    let row = text.lines().find_map(|line| line.strip_prefix(&bug.by));
    let none = || failure(format!("{}: not run at random", bug.name));
    let row = row.ok_or_else(none)?.trim();
    // What one run cannot tell is no number.
    let count = row.strip_suffix(" fail").unwrap_or("-");
    Ok(count.trim().into())
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
