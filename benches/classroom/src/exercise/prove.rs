//! That each grader accepts what is right and refuses what is wrong: the
//! start, two solutions that differ, three wrong answers of different kinds.

use std::collections::HashMap;
use std::time::Instant;

use classroom::out;
use classroom::planting::scratch::{self, Scratch};
use classroom::planting::texts::Texts;
use classroom::planting::{Complaint, failure};

use crate::grade::Grader;
use crate::shelf::{Exercise, Task};

/// Checks the graders of all exercises, and prints a row for each.
///
/// # Errors
/// If one of them is wrong.
pub fn prove<'a>(
    exercises: impl Iterator<Item = &'a Exercise>,
    quick: bool,
) -> Result<(), Complaint> {
    let scratch = Scratch::new()?;
    let root = scratch::root();
    let (began, mut passed, mut wrong) = (Instant::now(), 0, Vec::new());
    let (exercise, side) = ("exercise", "side");
    out::say(format!(
        "{exercise:20} {side:8} start    solutions      wrong answers  seconds"
    ));
    for exercise in exercises {
        for side in exercise.sides() {
            let task = Task::of(&root, &exercise.name, side);
            let mut proof = Proof::of(task)?;
            proof.run(&scratch, quick)?;
            out::say(proof.row());
            passed += proof.passed;
            wrong.extend(proof.wrong);
        }
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
    grades: HashMap<Texts, Option<String>>,
    began: Instant,
    accepted: Vec<bool>,
    refused: Vec<bool>,
    start: bool,
    passed: usize,
    wrong: Vec<String>,
}

impl Proof {
    fn of(task: Task) -> Result<Self, Complaint> {
        Ok(Proof {
            grader: Grader::new(task, scratch::root())?,
            grades: HashMap::new(),
            began: Instant::now(),
            accepted: Vec::new(),
            refused: Vec::new(),
            start: false,
            passed: 0,
            wrong: Vec::new(),
        })
    }

    fn run(&mut self, scratch: &Scratch, quick: bool) -> Result<(), Complaint> {
        self.start = self.is_as_expected(scratch, "start", false)?;
        let most = if quick { 1 } else { usize::MAX };
        for part in self.parts("solution", 2)?.iter().take(most) {
            let good = self.is_as_expected(scratch, part, true)?;
            self.accepted.push(good);
        }
        for part in self.parts("wrong", 3)?.iter().take(most) {
            let good = self.is_as_expected(scratch, part, false)?;
            self.refused.push(good);
        }
        Ok(())
    }

    /// The names of at least so many parts.
    fn parts(
        &self,
        word: &str,
        least: usize,
    ) -> Result<Vec<String>, Complaint> {
        let task = &self.grader.task;
        let parts = task.all(word)?;
        if parts.len() < least {
            let label = task.label();
            return Err(failure(format!(
                "{label}: fewer {word}s than {least}"
            )));
        }
        Ok(parts)
    }

    fn is_as_expected(
        &mut self,
        scratch: &Scratch,
        part: &str,
        right: bool,
    ) -> Result<bool, Complaint> {
        let why = self.grade(scratch, part)?;
        // An answer that does not compile shows nothing about the grader.
        let built = |why: &String| !why.contains("could not compile");
        let good = match &why {
            None => right,
            Some(why) => !right && built(why),
        };
        if good {
            self.passed += 1;
        } else {
            let what = format!("{} {part}", self.grader.task.label());
            out::complain(&format!("{what}: {}", why.unwrap_or_default()));
            self.wrong.push(what);
        }
        Ok(good)
    }

    /// Why a student's tree with this part would be refused.
    fn grade(
        &mut self,
        scratch: &Scratch,
        part: &str,
    ) -> Result<Option<String>, Complaint> {
        let task = &self.grader.task;
        let root = scratch::root();
        let mut texts = task.part("start")?.applied(&root)?;
        if part != "start" {
            task.part(part)?.over(&root, &mut texts)?;
        }
        texts.retain(|file, _| self.grader.is_yours(file));
        if let Some(known) = self.grades.get(&texts) {
            return Ok(known.clone());
        }
        let why = self.grader.finding(scratch, &texts)?;
        self.grades.insert(texts, why.clone());
        Ok(why)
    }

    fn row(&self) -> String {
        let task = &self.grader.task;
        let side = task.side.map_or("", |side| side.name());
        let count = |all: &[bool], word| {
            let good = all.iter().filter(|good| **good).count();
            format!("{good}/{} {word}", all.len())
        };
        format!(
            "{:20} {side:8} {:8} {:14} {:14} {:5.0}",
            task.name,
            if self.start { "refused" } else { "PASSES" },
            count(&self.accepted, "accepted"),
            count(&self.refused, "refused"),
            self.began.elapsed().as_secs_f64()
        )
    }
}
