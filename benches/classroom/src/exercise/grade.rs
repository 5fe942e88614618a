//! Grades an answer: only the files that the exercise is about are taken from
//! the student. Tests, models and everything else are those of the checkout,
//! with what the grader adds.
//!
//! The header of a `start.patch` says how:
//!
//! ```text
//! # yours: FOLDER/ FILE     what is taken from the student
//! # plants: BUG             a bug of `cargo bug` that is planted, too
//! # if it holds: TEXT       what is said where a `fails` holds
//! # check: STEP && STEP     all of these must succeed
//!
//! STEP   test ARGS                cargo test
//!        loom -p PACKAGE -- NAMES models
//!        breaks BUG FILE          the schedule in FILE ends badly with this bug
//!        with PART STEP           with another patch of the exercise
//!        fails STEP               a check that must not hold
//! ```
//!
//! Next: [`schedule`](super::schedule).

use std::collections::BTreeSet;

use super::schedule;
use crate::bugs;
use crate::cargo::{Program, Refusal, build, build_models};
use crate::complaint::{Complaint, failure};
use crate::patch::Patch;
use crate::shelf::{Task, models};
use crate::tree::Tree;
use crate::workspace::{Scratch, sources};

/// How a check ended.
#[derive(Debug, Clone)]
pub enum Grade {
    /// It holds; with what else there is to say.
    Accepted(Option<String>),
    /// It does not hold.
    Refused(String),
    /// It does not compile.
    NotBuilt(String),
}

/// Judges answers to one exercise.
pub struct Grader {
    /// The exercise.
    pub task: Task,
    start: Patch,
    /// The checkout with the start.
    pub started: Tree,
    /// The same, with what the grader adds.
    given: Tree,
}

impl Grader {
    /// For this exercise.
    ///
    /// # Errors
    /// If a patch is wrong.
    pub fn new(task: Task) -> Result<Self, Complaint> {
        let start = task.part("start")?;
        let mut started = sources()?;
        start.apply(&mut started)?;
        let mut given = started.clone();
        if task.has("check") {
            task.part("check")?.apply(&mut given)?;
        }
        if let Ok(bug) = start.said("plants") {
            bugs::named(&bugs::all()?, bug)?.patch.apply(&mut given)?;
        }
        Ok(Grader { task, start, started, given })
    }

    /// The files and folders that are taken from the student.
    ///
    /// # Errors
    /// If its start does not say.
    pub fn yours(&self) -> Result<Vec<&str>, Complaint> {
        Ok(self.start.said("yours")?.split(' ').collect())
    }

    /// What is graded of what a student has written, for all other files are
    /// as the grader has them; and which of those were changed in vain.
    ///
    /// # Errors
    /// If its start does not say what is graded.
    pub fn answer(
        &self,
        written: &Tree,
    ) -> Result<(Tree, BTreeSet<String>), Complaint> {
        let yours = self.yours()?;
        let is_yours = |file: &str| {
            yours.iter().any(|yours| {
                file == *yours
                    || (yours.ends_with('/') && file.starts_with(yours))
            })
        };
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
    /// If it cannot be judged.
    pub fn grade(
        &self,
        scratch: &Scratch,
        answer: &Tree,
    ) -> Result<Grade, Complaint> {
        let mut remark = None;
        for step in self.start.said("check")?.split(" && ") {
            match self.step(scratch, step, answer.clone())? {
                Grade::Accepted(more) => remark = more,
                other => return Ok(other),
            }
        }
        Ok(Grade::Accepted(remark))
    }

    fn step(
        &self,
        scratch: &Scratch,
        step: &str,
        mut tree: Tree,
    ) -> Result<Grade, Complaint> {
        let (word, rest) = halves(step);
        match word {
            "with" => {
                let (part, step) = halves(rest);
                self.task.part(part)?.apply(&mut tree)?;
                self.step(scratch, step, tree)
            }
            "fails" => match self.step(scratch, rest, tree)? {
                Grade::Refused(_) => Ok(Grade::Accepted(None)),
                Grade::Accepted(_) => {
                    let why = self.start.said("if it holds")?;
                    Ok(Grade::Refused(why.into()))
                }
                other => Ok(other),
            },
            "breaks" => {
                let (bug, file) = halves(rest);
                let (bugs, answer) = (bugs::all()?, tree.get(file));
                let bug = bugs::named(&bugs, bug)?;
                schedule::grade(scratch, bug, answer, &tree)
            }
            "loom" => by_loom(scratch, step, &tree),
            _ => by_tests(scratch, rest, &tree),
        }
    }
}

/// The first word, and the others.
fn halves(text: &str) -> (&str, &str) {
    text.split_once(' ').unwrap_or((text, ""))
}

/// By the models' own report.
fn by_loom(
    scratch: &Scratch,
    step: &str,
    tree: &Tree,
) -> Result<Grade, Complaint> {
    let wrong = || failure(format!("no step of a check: {step}"));
    let (side, names) = models(step).ok_or_else(wrong)?;
    tree.write(&scratch.path)?;
    let program = match build_models(&scratch.path, side.package())? {
        Ok(program) => program,
        Err(refusal) => return Ok(not_built(refusal)),
    };
    let report = program.report(&names)?;
    let all = report.as_array().map_or(&[][..], Vec::as_slice);
    let failed = all.iter().filter(|model| !model["failure"].is_null());
    let failed = failed.filter_map(|model| model["text"].as_str());
    let failed: Vec<_> = failed.collect();
    match (all, failed.as_slice()) {
        ([], _) => Err(failure(format!("no model was checked: {step}"))),
        (_, []) => Ok(Grade::Accepted(None)),
        (_, failed) => Ok(Grade::Refused(failed.join("\n"))),
    }
}

/// By what the test programs write to a log of their own.
fn by_tests(
    scratch: &Scratch,
    args: &str,
    tree: &Tree,
) -> Result<Grade, Complaint> {
    tree.write(&scratch.path)?;
    let args: Vec<_> = args.split(' ').filter(|a| *a != "--quiet").collect();
    let programs = match build(&scratch.path, &args)? {
        Ok(programs) => programs,
        Err(refusal) => return Ok(not_built(refusal)),
    };
    for program in programs {
        if let Some(why) = failed(&program)? {
            return Ok(Grade::Refused(why));
        }
    }
    Ok(Grade::Accepted(None))
}

/// What a test program prints, unless it has run all of its tests with
/// success.
fn failed(program: &Program) -> Result<Option<String>, Complaint> {
    let list = program.output(&["--list", "--format", "terse"])?.stdout;
    let list = String::from_utf8_lossy(&list);
    let mut tests = list.lines().filter_map(|l| l.strip_suffix(": test"));
    let (log, out) = program.writes(&["--quiet"], "--logfile")?;
    let ok = |test: &str| log.lines().any(|line| line == format!("ok {test}"));
    Ok(if tests.all(ok) {
        None
    } else {
        Some(String::from_utf8_lossy(&out.stdout).into_owned())
    })
}

/// Of sources that do not compile.
pub fn not_built(refusal: Refusal) -> Grade {
    Grade::NotBuilt(refusal.text)
}
