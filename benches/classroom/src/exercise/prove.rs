//! That each grader accepts what is right and refuses what is wrong: the
//! start, two solutions that differ, three wrong answers of different kinds.

use super::grade::{answer, grade};
use crate::complaint::{Complaint::Refused, Result, failure};
use crate::out;
use crate::patch::Patch;
use crate::shelf::Exercise;
use crate::workspace::Scratch;

/// Checks the graders of all exercises, and prints a line for each answer.
///
/// # Errors
/// If one of them is wrong.
pub fn prove(exercises: &[Exercise]) -> Result {
    let (scratch, mut all, mut wrong) = (Scratch::new()?, 0, Vec::new());
    for exercise in exercises.iter().filter(|e| e.has("start")) {
        let answers = exercise.answers()?;
        let is_right = |part: &Patch| part.name.starts_with("solution");
        let right = answers.iter().filter(|part| is_right(part)).count();
        if right < 2 || answers.len() - right < 4 {
            wrong.push(format!("{} (too few)", exercise.label()));
        }
        for part in answers {
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
            all += 1;
            if judged != if is_right(&part) { "accepted" } else { "refused" } {
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
