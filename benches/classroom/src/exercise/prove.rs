//! That each grader accepts what is right and refuses what is wrong: the
//! start, two solutions that differ, three wrong answers of different kinds.

use super::grade::{answer, grade};
use crate::complaint::{Complaint::Refused, Result, failure};
use crate::out;
use crate::shelf::Exercise;
use crate::workspace::Scratch;

/// Checks the graders of all exercises, and prints a line for each answer.
///
/// # Errors
/// If one of them is wrong.
pub fn prove(exercises: &[Exercise]) -> Result {
    let (scratch, mut all, mut wrong) = (Scratch::new()?, 0, Vec::new());
    for exercise in exercises.iter().filter(|e| e.has("start")) {
        for part in exercise.answers()? {
            let (answer, _) = answer(exercise, &part.applied()?)?;
            let judged = match grade(exercise, &scratch, &answer) {
                Ok(()) => "accepted",
                Err(Refused(_)) => "refused",
                // It shows nothing about the grader.
                Err(why) => {
                    out::complain(&why.to_string());
                    "not judged"
                }
            };
            let what = format!("{} {}", exercise.label(), part.name);
            out::say(format!("{what:60} {judged}"));
            let right = part.name.starts_with("solution");
            all += 1;
            if judged != if right { "accepted" } else { "refused" } {
                wrong.push(what);
            }
        }
    }
    let (passed, failed) = (all - wrong.len(), wrong.len());
    out::say(format!("\n{passed} checks passed, {failed} failed."));
    if wrong.is_empty() {
        return Ok(());
    }
    Err(failure(format!("not judged as expected: {}", wrong.join(", "))))
}
