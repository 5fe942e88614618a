//! That each grader accepts what is right and refuses what is wrong: the
//! start, two solutions that differ, three wrong answers of different kinds.

use std::collections::HashMap;
use std::time::Instant;

use super::grade::{Grade, Grader};
use crate::complaint::{Kind, Result, failure};
use crate::out;
use crate::shelf::Exercise;
use crate::tree::Tree;
use crate::workspace::Scratch;

/// Checks the graders of all exercises, and prints a row for each.
///
/// # Errors
/// If one of them is wrong.
pub fn prove(exercises: &[Exercise]) -> Result {
    let (scratch, began) = (Scratch::new()?, Instant::now());
    let (mut passed, mut wrong) = (0, Vec::new());
    for exercise in exercises.iter().filter(|e| e.has("start")) {
        passed += prove_one(exercise, &scratch, &mut wrong)?;
    }
    let (failed, took) = (wrong.len(), began.elapsed().as_secs());
    out::say(format!(
        "\n{passed} checks passed, {failed} failed, in {took} s."
    ));
    if failed == 0 {
        return Ok(());
    }
    Err(failure(format!("not judged as expected: {}", wrong.join(", "))))
}

/// Checks the grader of one exercise: how many answers were judged as they
/// should be. Those that were not are added to `wrong`.
fn prove_one(
    exercise: &Exercise,
    scratch: &Scratch,
    wrong: &mut Vec<String>,
) -> Result<usize> {
    let (began, label) = (Instant::now(), exercise.label());
    let grader = Grader::new(exercise)?;
    // The same files get the same grade, and are not built again: so it is
    // with an answer that changes nothing but tests.
    let mut grades = HashMap::<Tree, Grade>::new();
    let (mut accepted, mut refused) = (0, 0);
    for part in exercise.parts("")? {
        let (name, right) = (&part.name, part.name.starts_with("solution"));
        if !(right || name == "start" || name.starts_with("wrong")) {
            continue;
        }
        let tree = part.applied()?;
        let (answer, _) = grader.answer(&tree)?;
        let grade = grades.entry(answer);
        let grade = grade.or_insert_with_key(|a| grader.grade(scratch, a));
        match grade {
            Ok(_) if right => accepted += 1,
            Err(why) if why.kind == Kind::Refused && !right => refused += 1,
            // An answer that does not compile shows nothing about the grader.
            other => {
                let what = format!("{label} {name}");
                let why = other.as_ref().err().map(|why| why.text.as_str());
                let why = why.unwrap_or("accepted");
                out::complain(&format!("{what}: {why}"));
                wrong.push(what);
            }
        }
    }
    let took = began.elapsed().as_secs();
    out::say(format!(
        "{label:34} {accepted} accepted, {refused} refused, {took:3} s"
    ));
    Ok(accepted + refused)
}
