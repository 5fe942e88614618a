//! That each grader accepts what is right and refuses what is wrong: the
//! start, two solutions that differ, three wrong answers of different kinds.

use super::grade::Grader;
use crate::complaint::{Complaint::Refused, Result, failure};
use crate::out;
use crate::shelf::Exercise;
use crate::workspace::Scratch;

/// Checks the graders of all exercises, and prints a line for each answer.
///
/// # Errors
/// If one of them is wrong.
pub fn prove(exercises: &[Exercise]) -> Result {
    let (scratch, mut passed) = (Scratch::new()?, 0);
    let mut wrong = Vec::new();
    for exercise in exercises.iter().filter(|e| e.has("start")) {
        let (label, grader) = (exercise.label(), Grader::new(exercise)?);
        for part in exercise.answers()? {
            let what = format!("{label} {}", part.name);
            let right = part.name.starts_with("solution");
            let (answer, _) = grader.answer(&part.applied()?);
            let said = match grader.grade(&scratch, &answer) {
                Ok(_) if right => "accepted",
                Err(Refused(_)) if !right => "refused",
                // An answer that does not compile shows nothing about the
                // grader.
                other => {
                    let why = other.err().map(|why| why.to_string());
                    out::complain(&why.unwrap_or_default());
                    wrong.push(what.clone());
                    "NOT JUDGED AS EXPECTED"
                }
            };
            passed += usize::from(!said.starts_with("NOT"));
            out::say(format!("{what:60} {said}"));
        }
    }
    let failed = wrong.len();
    out::say(format!("\n{passed} checks passed, {failed} failed."));
    if failed == 0 {
        return Ok(());
    }
    Err(failure(format!("not judged as expected: {}", wrong.join(", "))))
}
