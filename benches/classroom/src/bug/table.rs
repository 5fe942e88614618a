//! A table of all bugs: whether rustc, loom or a stress test catches each. The
//! diagrams are compared with those in `docs/golden`, so that a change of the
//! checker, or of its messages, shows in a diff.
//!
//! Next: [`chance`](super::chance).

use std::fs;

use super::chance;
use crate::bugs::{Bug, Finding};
use crate::cargo::{MOST_STATES, build_models};
use crate::complaint::{Complaint, failure, with};
use crate::out;
use crate::side::SIDES;
use crate::workspace::{Scratch, root};

/// Plants every bug in turn, and prints a row for each.
///
/// # Errors
/// If one is not caught as its header says, or its diagram differs from the one
/// in `docs/golden`; `bless` rewrites that.
pub fn print(bugs: &[Bug], stress: bool, bless: bool) -> Result<(), Complaint> {
    let scratch = Scratch::new()?;
    let (mut missed, mut stale) = (Vec::new(), Vec::new());
    let last = if stress { RANDOM_AND_STRESS } else { "" };
    for side in SIDES {
        let title = side.package();
        out::say(format!("\n{title:36}rustc  loom: interleavings, time{last}"));
        for bug in bugs.iter().filter(|bug| bug.side == side) {
            bug.plant(&scratch)?;
            let finding = bug.check(&scratch)?;
            let mut row = format!("  {:34}{}", bug.name, cells(&finding));
            if stress && finding.code.is_none() {
                row += &chance::cells(&scratch, bug)?;
            }
            if !is_as_kept(bug, &finding, &scratch, bless)? {
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
    let caught = bugs.len() - missed.len();
    let all = bugs.len();
    out::say(format!("\n{caught} of {all} bugs are caught as expected."));
    if !missed.is_empty() {
        return Err(failure(format!("not caught: {}", missed.join(", "))));
    }
    if stale.is_empty() {
        return Ok(());
    }
    Err(failure(format!(
        "these differ from docs/golden: {}. If the new diagrams are right, \
         write them with `cargo bless`",
        stale.join(", ")
    )))
}

/// The columns of what runs some schedules only: random ones of the model, of
/// [`chance::RUNS`], and those that happen on real threads.
const RANDOM_AND_STRESS: &str = "  random, of 1000  stress test";

fn cells(finding: &Finding) -> String {
    match &finding.code {
        Some(code) => format!("{code:7}{:28}", ""),
        None => {
            let seconds = finding.took.as_secs_f64();
            format!("{:7}{:13} {seconds:9.3} s   ", "-", finding.interleavings)
        }
    }
}

/// Whether the diagram is equal to the one that is kept; `bless` writes it.
fn is_as_kept(
    bug: &Bug,
    finding: &Finding,
    scratch: &Scratch,
    bless: bool,
) -> Result<bool, Complaint> {
    let Some(story) = &finding.story else { return Ok(true) };
    let told = told(bug, scratch)?;
    let text = format!("{}: {}\n\n{story}\n\n{told}", bug.name, bug.thought);
    let folder = root().join("docs/golden").join(bug.side.package());
    let path = folder.join(format!("{}.txt", bug.name));
    if !bless {
        let kept = fs::read_to_string(path).unwrap_or_default();
        return Ok(kept.replace("\r\n", "\n") == text);
    }
    fs::create_dir_all(folder)
        .and_then(|()| fs::write(&path, text))
        .map_err(with(&path))?;
    Ok(true)
}

/// The failing run in sentences, from the graph of all schedules.
fn told(bug: &Bug, scratch: &Scratch) -> Result<String, Complaint> {
    let built = build_models(&scratch.path, bug.side.package())?;
    let program = built.map_err(|refusal| refusal.of(&bug.name))?;
    let (exact, command) = (["--exact", &bug.by], bug.step());
    let more = ["--states", MOST_STATES, "--command", &command];
    let (text, _) = program.writes(&[&exact[..], &more].concat(), "--story")?;
    Ok(text)
}
