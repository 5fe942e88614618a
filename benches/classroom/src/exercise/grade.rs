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
use crate::complaint::{Kind, Result, failure, misuse, refused};
use crate::patch::Patch;
use crate::shelf::{Exercise, models};
use crate::tree::Tree;
use crate::workspace::Scratch;

/// That an answer is accepted, with what else there is to say; or that it is
/// [refused](Kind::Refused) or does not [build](Kind::NotBuilt), or that it
/// cannot be graded.
pub type Grade = Result<Option<String>>;

/// Judges answers to one exercise.
pub struct Grader<'a> {
    /// The exercise.
    pub exercise: &'a Exercise,
    /// Its start.
    pub start: Patch,
    /// The checkout with the start.
    pub started: Tree,
    /// The same, with what the grader adds.
    given: Tree,
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
        let started = start.applied()?;
        let last = if exercise.has("check") { "check" } else { "start" };
        let given = exercise.part(last)?.applied()?;
        Ok(Grader { exercise, start, started, given })
    }

    /// The files and folders that are taken from the student.
    ///
    /// # Errors
    /// If its start does not say.
    pub fn yours(&self) -> Result<Vec<&str>> {
        Ok(self.start.said("yours")?.split(' ').collect())
    }

    /// What is graded of what a student has written, for all other files are
    /// as the grader has them; and which of those were changed in vain.
    ///
    /// # Errors
    /// If its start does not say what is graded.
    pub fn answer(&self, written: &Tree) -> Result<(Tree, BTreeSet<String>)> {
        let yours = self.yours()?;
        let is_yours =
            |file: &String| yours.iter().any(|yours| file.starts_with(yours));
        let mut answer = self.given.clone();
        let mut others = BTreeSet::new();
        for file in written.files().chain(self.given.files()) {
            let text = written.get(file);
            if is_yours(file) {
                answer.set(file, text.into());
            } else if text != self.started.get(file) {
                others.insert(file.clone());
            }
        }
        Ok((answer, others))
    }

    /// Grades an answer.
    ///
    /// # Errors
    /// If it is wrong, or cannot be judged.
    pub fn grade(&self, scratch: &Scratch, answer: &Tree) -> Grade {
        let mut steps = self.start.said("check")?.split(" && ");
        steps.try_fold(None, |_, step| self.step(scratch, step, answer))
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
                Ok(_) => Err(refused(self.start.said("if it holds")?)),
                Err(why) if why.kind == Kind::Refused => Ok(None),
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
                programs.iter().try_fold(None, |_, program| by_tests(program))
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
    let report = program.report(&names)?;
    let all = report.as_array().filter(|all| !all.is_empty());
    let mut all = all.ok_or_else(none)?.iter();
    match all.find(|model| !model["failure"].is_null()) {
        None => Ok(None),
        Some(model) => Err(refused(model["text"].as_str().unwrap_or_default())),
    }
}

/// By what a test program writes to a log of its own, of each of its tests.
fn by_tests(program: &Program) -> Grade {
    let list = program.does(&["--list", "--format", "terse"], false)?;
    let mut tests = list.lines().filter_map(|l| l.strip_suffix(": test"));
    let (log, out) = program.writes("--logfile", &["--quiet"])?;
    if tests.all(|test| log.lines().any(|l| l == format!("ok {test}"))) {
        Ok(None)
    } else {
        Err(refused(&String::from_utf8_lossy(&out.stdout)))
    }
}
