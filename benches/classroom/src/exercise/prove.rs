//! That each grader accepts what is right and refuses what is wrong: the
//! start, two solutions that differ, three wrong answers of different kinds.

use std::collections::HashMap;
use std::time::Instant;

use super::grade::{Grade, Grader};
use crate::complaint::{Complaint, Kind, failure};
use crate::out;
use crate::shelf::{Exercise, Task};
use crate::side::Side;
use crate::tree::Tree;
use crate::workspace::Scratch;

/// Checks the graders of all exercises, and prints a row for each.
///
/// # Errors
/// If one of them is wrong.
pub fn prove<'a>(
    exercises: impl Iterator<Item = &'a Exercise>,
) -> Result<(), Complaint> {
    let scratch = Scratch::new()?;
    let (began, mut passed, mut wrong) = (Instant::now(), 0, Vec::new());
    let (exercise, side) = ("exercise", "side");
    out::say(format!(
        "{exercise:20} {side:8} start    solutions      wrong answers  seconds"
    ));
    for task in exercises.flat_map(Exercise::tasks) {
        passed += row(task, &scratch, &mut wrong)?;
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
fn row(
    task: Task,
    scratch: &Scratch,
    wrong: &mut Vec<String>,
) -> Result<usize, Complaint> {
    let began = Instant::now();
    let mut proof =
        Proof { grader: Grader::new(task)?, grades: HashMap::new() };
    let mut counts = Vec::new();
    for (word, least) in [("start", 1), ("solution", 2), ("wrong", 3)] {
        let (label, mut good) = (proof.grader.task.label(), 0);
        let parts = proof.grader.task.parts(word)?;
        if parts.len() < least {
            let few = format!("{label}: fewer {word}s than {least}");
            return Err(failure(few));
        }
        for part in parts.iter().map(|part| part.name()) {
            let right = word == "solution";
            match proof.complaint(scratch, &part, right)? {
                None => good += 1,
                Some(why) => {
                    out::complain(&format!("{label} {part}: {why}"));
                    wrong.push(format!("{label} {part}"));
                }
            }
        }
        counts.push((good, parts.len()));
    }
    let task = &proof.grader.task;
    out::say(format!(
        "{:20} {:8} {:8} {:14} {:14} {:5.0}",
        task.name,
        task.side.map_or("", Side::name),
        if counts[0] == (1, 1) { "refused" } else { "PASSES" },
        format!("{}/{} accepted", counts[1].0, counts[1].1),
        format!("{}/{} refused", counts[2].0, counts[2].1),
        began.elapsed().as_secs_f64()
    ));
    Ok(counts.iter().map(|(good, _)| good).sum())
}

struct Proof {
    grader: Grader,
    // The same files get the same grade, and are not built again: so it is
    // with an answer that changes nothing but tests.
    grades: HashMap<Tree, Grade>,
}

impl Proof {
    /// What is wrong with the grade of a student's copy with this answer.
    fn complaint(
        &mut self,
        scratch: &Scratch,
        part: &str,
        right: bool,
    ) -> Result<Option<String>, Complaint> {
        let mut tree = self.grader.started.clone();
        if part != "start" {
            self.grader.task.part(part)?.apply(&mut tree)?;
        }
        let (answer, _) = self.grader.answer(&tree)?;
        let grader = &self.grader;
        let grade = self.grades.entry(answer);
        let grade = grade.or_insert_with_key(|a| grader.grade(scratch, a));
        match grade {
            Ok(_) if right => Ok(None),
            Ok(_) => Ok(Some("accepted".into())),
            Err(why) if why.kind == Kind::Refused && !right => Ok(None),
            // An answer that does not compile shows nothing about the grader.
            Err(why) => Ok(Some(why.text.clone())),
        }
    }
}
