//! Grades a schedule, written by hand: it must lead to a bad end.
//!
//! Next: [`prove`](mod@super::prove).

use crate::bugs::Bug;
use crate::cargo::models;
use crate::complaint::{
    Complaint::{Misuse, Refused},
    Result,
};
use crate::out;
use crate::tree::Tree;
use crate::workspace::Scratch;

/// Grades the schedule in this answer, of the models with this bug.
///
/// # Errors
/// If it is wrong, or cannot be judged.
pub fn grade(scratch: &Scratch, bug: &Bug, answer: &Tree) -> Result {
    let none = "besides comments, answer.txt must have one line, such as \
        `--schedule 1,2,2`";
    let steps = steps(answer.get("answer.txt"));
    let steps = steps.ok_or_else(|| Refused(none.into()))?;
    let program = models(scratch.lay(&bug.patch.applied()?)?, bug.side)?;
    let args = ["--exact", &bug.by, "--replay", "--schedule", steps];
    let report = program.report(&args).map_err(|why| match why {
        // Such a word is no step.
        Misuse(why) => Refused(why),
        why => why,
    })?;
    if report["bad"] != true {
        let told = report["text"].as_str().unwrap_or_default();
        let why = "This schedule does not lead to a bad end.";
        return Err(Refused(format!("{told}\n{why}")));
    }
    let (yours, fewest) = (&report["steps"], &report["fewest"]);
    out::say(format!("It has {yours} steps; the shortest has {fewest}."));
    Ok(())
}

/// The steps in the one line of an answer that is neither empty nor a comment:
/// what a page shows, or copies as a command or a link, or they alone.
fn steps(answer: &str) -> Option<&str> {
    let lines = answer.lines().map(|line| line.trim());
    let lines = lines.filter(|line| !line.is_empty() && !line.starts_with('#'));
    let [line] = *Vec::from_iter(lines) else { return None };
    let steps = line.rsplit(['#', ' ']).next()?;
    Some(steps).filter(|steps| !steps.starts_with('-'))
}
