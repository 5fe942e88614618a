//! A table of all bugs: whether rustc, loom or a stress test catches each.

use classroom::out;
use classroom::planting::bugs::Bug;
use classroom::planting::judge::{self, Finding};
use classroom::planting::scratch::Scratch;
use classroom::planting::{Complaint, failure};

use crate::golden;

/// Plants every bug in turn, and prints a row for each.
///
/// # Errors
/// If one is not caught as its header says, or its diagram differs from the one
/// in `docs/golden`; `bless` rewrites that.
pub fn print(bugs: &[Bug], stress: bool, bless: bool) -> Result<(), Complaint> {
    let scratch = Scratch::new()?;
    let (mut missed, mut stale) = (Vec::new(), Vec::new());
    let last = if stress { RANDOM_AND_STRESS } else { "" };
    for side in ["mutex-poller", "channel-poller"] {
        out::say(format!("\n{side:36}rustc  loom: interleavings, time{last}"));
        for bug in bugs.iter().filter(|bug| bug.side == side) {
            scratch.plant(&[&bug.change])?;
            let mut finding = judge::check(&scratch, bug)?;
            if finding.story.is_some() {
                finding.told = Some(judge::told(&scratch, bug)?);
            }
            let mut row = format!("  {:34}{}", bug.name, cells(&finding));
            if stress && finding.code.is_none() {
                let random = judge::random(&scratch, bug)?;
                row += &format!("{:>12}", random.replace(" fail", ""));
                let judge::Stress { ran, failed } =
                    judge::stress(&scratch, bug)?;
                row += &format!("  {failed:5} of {ran} runs");
            }
            if !golden::hold(bug, &finding, bless)? {
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
    if !stale.is_empty() {
        return Err(failure(format!(
            "these differ from docs/golden: {}. If the new diagrams are \
             right, write them with `cargo bless`",
            stale.join(", ")
        )));
    }
    Ok(())
}

/// The columns of what runs some schedules only: random ones of the model, of
/// [`judge::RANDOM_RUNS`], and those that happen on real threads.
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
