//! Grades an answer: only the files that the exercise is about are taken from
//! the student. Tests, models and everything else are those of the checkout,
//! with what the grader adds.
//!
//! The header of a `start.patch` says how:
//!
//! ```text
//! # yours: FOLDER/ FILE     what is taken from the student
//! # if it holds: TEXT       what is said where a `fails` holds
//! # check: STEP && STEP     all of these must succeed
//!
//! STEP   test ARGS                cargo test
//!        loom -p PACKAGE -- NAMES models
//!        breaks BUG               the schedule in answer.txt ends badly
//!        with PART STEP           with another patch of the exercise
//!        fails STEP               a check that must not hold
//! ```
//!
//! Next: [`schedule`].

use std::collections::BTreeSet;

use super::schedule;
use crate::bugs;
use crate::cargo::{self, Program};
use crate::complaint::{Complaint::Refused, Result, failure, misuse};
use crate::shelf::{Exercise, models};
use crate::tree::Tree;
use crate::workspace::Scratch;

/// That an answer is accepted, with what else there is to say; or that it is
/// [refused](Refused) or does not build, or that it cannot be graded.
pub type Grade = Result<String>;

/// Judges answers to one exercise.
pub struct Grader<'a> {
    /// The exercise.
    pub exercise: &'a Exercise,
    /// The files and folders that are taken from the student.
    pub yours: String,
    /// The checkout with the start.
    pub started: Tree,
    /// The same, with what the grader adds.
    given: Tree,
    steps: String,
}

impl<'a> Grader<'a> {
    /// For this exercise.
    ///
    /// # Errors
    /// If a patch is wrong.
    pub fn new(exercise: &'a Exercise) -> Result<Self> {
        if !exercise.has("start") {
            return Err(misuse(format!(
                "{} is not graded: compare your answer with the end of its \
                 README.md",
                exercise.name
            )));
        }
        let start = exercise.part("start")?;
        let last = if exercise.has("check") { "check" } else { "start" };
        Ok(Grader {
            exercise,
            yours: start.said("yours")?.into(),
            started: start.applied()?,
            given: exercise.part(last)?.applied()?,
            steps: start.said("check")?.into(),
        })
    }

    /// What is graded of what a student has written, for all other files are
    /// as the grader has them; and which of those were changed in vain.
    pub fn answer(&self, written: &Tree) -> (Tree, BTreeSet<String>) {
        let is_yours = |file: &String| {
            self.yours.split(' ').any(|yours| file.starts_with(yours))
        };
        let (mut answer, mut others) = (self.given.clone(), BTreeSet::new());
        for file in written.files().chain(self.given.files()) {
            let text = written.get(file);
            if is_yours(file) {
                answer.set(file, text.into());
            } else if text != self.started.get(file) {
                others.insert(file.clone());
            }
        }
        (answer, others)
    }

    /// Grades an answer.
    ///
    /// # Errors
    /// If it is wrong, or cannot be judged.
    pub fn grade(&self, scratch: &Scratch, answer: &Tree) -> Grade {
        let mut steps = self.steps.split(" && ");
        steps.try_fold(String::new(), |_, s| self.step(scratch, s, answer))
    }

    fn step(&self, scratch: &Scratch, step: &str, tree: &Tree) -> Grade {
        let (word, rest) = halves(step);
        let (first, others) = halves(rest);
        match word {
            "with" => {
                let mut tree = tree.clone();
                self.exercise.part(first)?.apply(&mut tree)?;
                self.step(scratch, others, &tree)
            }
            "fails" => match self.step(scratch, rest, tree) {
                Ok(_) => {
                    let start = self.exercise.part("start")?;
                    Err(Refused(start.said("if it holds")?.into()))
                }
                Err(Refused(_)) => Ok(String::new()),
                other => other,
            },
            "breaks" => {
                let bugs = bugs::all()?;
                schedule::grade(scratch, bugs::named(&bugs, rest)?, tree)
            }
            "loom" => by_loom(scratch, step, tree),
            _ => {
                let args: Vec<_> = rest.split(' ').collect();
                let programs = cargo::build(scratch.lay(tree)?, &args)?;
                programs.iter().try_for_each(by_tests)?;
                Ok(String::new())
            }
        }
    }
}

/// The first word, and the others.
fn halves(text: &str) -> (&str, &str) {
    text.split_once(' ').unwrap_or((text, ""))
}

/// By the models' own report.
fn by_loom(scratch: &Scratch, step: &str, tree: &Tree) -> Grade {
    let none = || failure(format!("no model was checked: {step}"));
    let (side, names) = models(step).ok_or_else(none)?;
    let program = cargo::models(scratch.lay(tree)?, side)?;
    let names: Vec<_> = names.split_whitespace().collect();
    let report = program.report(&names)?;
    let all = report.as_array().filter(|all| !all.is_empty());
    let mut all = all.ok_or_else(none)?.iter();
    match all.find(|model| !model["failure"].is_null()) {
        None => Ok(String::new()),
        Some(model) => {
            Err(Refused(model["text"].as_str().unwrap_or_default().into()))
        }
    }
}

/// By what a test program writes to a log of its own, of each of its tests.
fn by_tests(program: &Program) -> Result {
    let list = program.does(&["--list", "--format", "terse"])?;
    let mut tests = list.lines().filter_map(|l| l.strip_suffix(": test"));
    let (log, out) = program.writes("--logfile", &["--quiet"])?;
    if tests.all(|test| log.lines().any(|l| l == format!("ok {test}"))) {
        Ok(())
    } else {
        Err(Refused(String::from_utf8_lossy(&out.stdout).into()))
    }
}
