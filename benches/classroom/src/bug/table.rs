//! A table of all bugs: whether rustc, loom or a stress test catches each. The
//! diagrams are compared with those in `docs/golden`, so that a change of the
//! checker, or of its messages, shows in a diff.
//!
//! Next: [`chance`].

use std::fs;

use serde_json::Value;

use super::chance;
use crate::bugs::{Bug, Finding};
use crate::cargo::{MOST_STATES, Program};
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
    let (mut caught, mut wrong) = (0, Vec::new());
    let last = if stress { chance::TITLES } else { "" };
    for side in SIDES {
        let title = side.package;
        out::say(format!("\n{title:36}rustc  loom: interleavings{last}"));
        for bug in bugs.iter().filter(|bug| bug.side == side) {
            let finding = bug.check(&scratch)?;
            let mut row = format!("  {:34}{}", bug.name, cells(&finding));
            if let Some(program) = &finding.program {
                if stress {
                    row += &chance::cells(&scratch, bug, program)?;
                }
                if !is_as_kept(bug, program, &finding.report, bless)? {
                    wrong.push(format!("{}: docs/golden differs", bug.name));
                }
            }
            if finding.caught {
                caught += 1;
            } else {
                out::complain(&finding.text);
                wrong.push(format!("{}: not caught", bug.name));
            }
            out::say(row.trim_end());
        }
    }
    let all = bugs.len();
    out::say(format!("\n{caught} of {all} bugs are caught as expected."));
    if wrong.is_empty() {
        return Ok(());
    }
    Err(failure(format!(
        "\n{}\nIf new diagrams are right, write them: `cargo bless diagrams`",
        wrong.join("\n")
    )))
}

fn cells(Finding { report, .. }: &Finding) -> String {
    if let Some(code) = report.as_str() {
        return code.into();
    }
    let runs = report["interleavings"].as_u64().unwrap_or_default();
    format!("{:7}{runs:19}", "-")
}

/// Whether the diagram, in 100 columns and without its legend, and the failing
/// run in sentences, are equal to those that are kept; `bless` writes them.
fn is_as_kept(
    Bug { name, thought, by, side, .. }: &Bug,
    program: &Program,
    report: &Value,
    bless: bool,
) -> Result<bool> {
    let said = |key| report["failure"][key].as_str().unwrap_or_default();
    let (headline, lanes) = (said("headline"), said("lanes"));
    let lanes = lanes.split("\n|  it could run").next().unwrap_or_default();
    let command = format!("cargo step {name}");
    let args = ["--exact", by, "--states", MOST_STATES, "--command", &command];
    let (told, _) = program.writes("--story", &args)?;
    let lanes = lanes.trim_end();
    let text =
        format!("{name}: {thought}\n\n{headline}\n\n{lanes}\n\n\n{told}");
    let path = format!("docs/golden/{}/{name}.txt", side.package);
    let path = root().join(path);
    if bless {
        fs::write(&path, &text).map_err(with(&path))?;
    }
    let kept = fs::read_to_string(path).unwrap_or_default();
    Ok(kept.replace("\r\n", "\n") == text)
}
