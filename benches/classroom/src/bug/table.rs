//! A table of all bugs: whether rustc, loom or a stress test catches each. The
//! diagrams are compared with those in `docs/golden`, so that a change of the
//! checker, or of its messages, shows in a diff.
//!
//! Next: [`chance`].

use std::fs;

use super::chance;
use crate::bugs::{Bug, Finding};
use crate::cargo::MOST_STATES;
use crate::complaint::{Result, failure, with};
use crate::out;
use crate::side::SIDES;
use crate::workspace::{Scratch, root};

/// Plants every bug in turn, and prints a row for each.
///
/// # Errors
/// If one is not caught as its header says, or its diagram differs from the one
/// in `docs/golden`; `bless` rewrites that.
pub fn print(bugs: &[Bug], stress: bool, bless: bool) -> Result {
    let scratch = Scratch::new()?;
    let (mut missed, mut stale) = (Vec::new(), Vec::new());
    let last = if stress { RANDOM_AND_STRESS } else { "" };
    for side in SIDES {
        let title = side.package;
        out::say(format!("\n{title:36}rustc  loom: interleavings, time{last}"));
        for bug in bugs.iter().filter(|bug| bug.side == side) {
            let finding = bug.check(&scratch)?;
            let mut row = format!("  {:34}{}", bug.name, cells(&finding));
            if let Some(program) = finding.program.as_ref().filter(|_| stress) {
                row += &chance::cells(&scratch, bug, program)?;
            }
            if !is_as_kept(bug, &finding, bless)? {
                stale.push(bug.name.as_str());
            }
            let missed_it = if finding.caught { "" } else { "  MISSED" };
            out::say(format!("{}{missed_it}", row.trim_end()));
            if !finding.caught {
                out::complain(&finding.text);
                missed.push(bug.name.as_str());
            }
        }
    }
    let (all, caught) = (bugs.len(), bugs.len() - missed.len());
    out::say(format!("\n{caught} of {all} bugs are caught as expected."));
    if !missed.is_empty() {
        Err(failure(format!("not caught: {}", missed.join(", "))))
    } else if !stale.is_empty() {
        Err(failure(format!(
            "these differ from docs/golden: {}. If the new diagrams are \
             right, write them with `cargo bless diagrams`",
            stale.join(", ")
        )))
    } else {
        Ok(())
    }
}

/// The columns of what runs some schedules only: random ones of the model, of
/// [`chance::RUNS`], and those that happen on real threads.
const RANDOM_AND_STRESS: &str = "  random, of 1000  stress test";

fn cells(Finding { report, .. }: &Finding) -> String {
    let number = |key: &str| report[key].as_u64().unwrap_or(0);
    if let Some(code) = report.as_str() {
        return format!("{code:7}{:28}", "");
    }
    let seconds = number("took_ms") as f64 / 1000.0;
    format!("{:7}{:13} {seconds:9.3} s   ", "-", number("interleavings"))
}

/// Whether the diagram, in 100 columns and without its legend, and the failing
/// run in sentences, are equal to those that are kept; `bless` writes them.
fn is_as_kept(bug: &Bug, finding: &Finding, bless: bool) -> Result<bool> {
    let Some(program) = &finding.program else { return Ok(true) };
    let failure = &finding.report["failure"];
    let Some(lanes) = failure["lanes"].as_str() else { return Ok(true) };
    let lanes = lanes.split("\n|  it could run").next().unwrap_or_default();
    let headline = failure["headline"].as_str().unwrap_or_default();
    let (Bug { name, thought, by, .. }, lanes) = (bug, lanes.trim_end());
    let command = format!("cargo step {name}");
    let args = ["--exact", by, "--states", MOST_STATES, "--command", &command];
    let (told, _) = program.writes("--story", &args)?;
    let text =
        format!("{name}: {thought}\n\n{headline}\n\n{lanes}\n\n\n{told}");
    let folder = root().join("docs/golden").join(bug.side.package);
    let path = folder.join(format!("{name}.txt"));
    if !bless {
        let kept = fs::read_to_string(path).unwrap_or_default();
        return Ok(kept.replace("\r\n", "\n") == text);
    }
    fs::create_dir_all(folder)
        .and_then(|()| fs::write(&path, text))
        .map_err(with(&path))?;
    Ok(true)
}
