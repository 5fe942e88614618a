//! That each grader accepts what is right and refuses what is wrong: the
//! start, two solutions that differ, three wrong answers of different kinds.

use std::collections::HashMap;
use std::time::Instant;

use super::grade::{Grade, Grader};
use crate::complaint::{Complaint, failure};
use crate::out;
use crate::patch::Patch;
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
        let mut proof = Proof::of(task)?;
        out::say(proof.row(&scratch)?);
        passed += proof.passed;
        wrong.extend(proof.wrong);
    }
    let took = began.elapsed().as_secs();
    let failed = wrong.len();
    out::say(format!(
        "\n{passed} checks passed, {failed} failed, in {took} s."
    ));
    if failed == 0 {
        Ok(())
    } else {
        Err(failure(format!("not judged as expected: {}", wrong.join(", "))))
    }
}

/// How the checks of one exercise ended.
struct Proof {
    grader: Grader,
    // The same files get the same grade, and are not built again: so it is
    // with an answer that changes nothing but tests.
    grades: HashMap<Tree, Grade>,
    passed: usize,
    wrong: Vec<String>,
}

impl Proof {
    fn of(task: Task) -> Result<Self, Complaint> {
        let (grades, wrong) = (HashMap::new(), Vec::new());
        Ok(Proof { grader: Grader::new(task)?, grades, passed: 0, wrong })
    }

    fn row(&mut self, scratch: &Scratch) -> Result<String, Complaint> {
        let began = Instant::now();
        let start = self.are_as_expected(scratch, "start", 1, false)?;
        let solutions = self.are_as_expected(scratch, "solution", 2, true)?;
        let wrong = self.are_as_expected(scratch, "wrong", 3, false)?;
        let task = &self.grader.task;
        Ok(format!(
            "{:20} {:8} {:8} {:14} {:14} {:5.0}",
            task.name,
            task.side.map_or("", Side::name),
            if start == (1, 1) { "refused" } else { "PASSES" },
            format!("{}/{} accepted", solutions.0, solutions.1),
            format!("{}/{} refused", wrong.0, wrong.1),
            began.elapsed().as_secs_f64()
        ))
    }

    /// How many of the answers with such a name are judged as they should be,
    /// and how many there are.
    fn are_as_expected(
        &mut self,
        scratch: &Scratch,
        word: &str,
        least: usize,
        right: bool,
    ) -> Result<(usize, usize), Complaint> {
        let parts = self.grader.task.parts(word)?;
        let label = self.grader.task.label();
        if parts.len() < least {
            let few = format!("{label}: fewer {word}s than {least}");
            return Err(failure(few));
        }
        let mut good = 0;
        for part in &parts {
            let why = match (self.grade(scratch, part)?, right) {
                (Grade::Accepted(_), true) | (Grade::Refused(_), false) => {
                    good += 1;
                    continue;
                }
                (Grade::Accepted(_), false) => "accepted".into(),
                // An answer that does not compile shows nothing about the
                // grader.
                (Grade::Refused(why) | Grade::NotBuilt(why), _) => why,
            };
            let what = format!("{label} {}", part.name());
            out::complain(&format!("{what}: {why}"));
            self.wrong.push(what);
        }
        self.passed += good;
        Ok((good, parts.len()))
    }

    /// The grade of a student's copy with this answer.
    fn grade(
        &mut self,
        scratch: &Scratch,
        part: &Patch,
    ) -> Result<Grade, Complaint> {
        let mut tree = self.grader.started.clone();
        if part.name() != "start" {
            part.apply(&mut tree)?;
        }
        let (answer, _) = self.grader.answer(&tree)?;
        if let Some(known) = self.grades.get(&answer) {
            return Ok(known.clone());
        }
        let grade = self.grader.grade(scratch, &answer)?;
        self.grades.insert(answer, grade.clone());
        Ok(grade)
    }
}
