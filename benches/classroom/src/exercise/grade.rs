//! Grades an answer: only the files that the exercise is about are taken from
//! the student. Tests, models and everything else are those from before the
//! start, with what the grader adds.
//!
//! The header of a `start.patch` says how:
//!
//! ```text
//! # yours: FOLDER/ FILE     what is taken from the student
//! # plants: BUG             a bug of `cargo bug` that is planted, too
//! # if it holds: TEXT       what is said where a `fails` holds
//! # check: STEP && STEP     all of these must succeed
//!
//! STEP   test ARGS          cargo test
//!        loom ARGS          cargo loom
//!        breaks BUG FILE    the schedule in FILE ends badly with this bug
//!        with PART STEP     with another patch of the exercise
//!        fails STEP         a check that must not hold
//! ```
//!
//! Next: [`prove`](crate::prove).

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use classroom::out;
use classroom::planting::bugs::{self, Bug};
use classroom::planting::judge::{LOOM, cargo};
use classroom::planting::scratch::{self, Scratch};
use classroom::planting::texts::{Texts, read};
use classroom::planting::{Complaint, failure};

use crate::desk::Desk;
use crate::shelf::{Exercise, Side, Task};
use crate::{not_graded, schedule};

/// Grades the working tree.
///
/// # Errors
/// If the exercise has not begun, or the answer is wrong.
pub fn check(
    desk: &Desk,
    exercise: &Exercise,
    side: Option<Side>,
) -> Result<(), Complaint> {
    if exercise.sides().is_empty() {
        return Err(not_graded(exercise));
    }
    let task = desk.the_begun(exercise)?;
    if side.is_some() && side != task.side {
        return Err(failure(format!("what has begun is {}", task.label())));
    }
    let grader = Grader::new(task, desk.before())?;
    let answer = grader.answer(&desk.root())?;
    out::complain("Building your answer with the tests of the grader ...");
    let scratch = Scratch::new()?;
    if let Some(why) = grader.finding(&scratch, &answer)? {
        return Err(failure(format!("not yet.\n{why}")));
    }
    out::say("Done: accepted.");
    if let Some(remark) = grader.remark(&desk.root(), &answer)? {
        out::say(remark);
    }
    desk.done()
}

/// Judges answers to one exercise.
pub struct Grader {
    /// The exercise.
    pub task: Task,
    /// The workspace without the start, in which the answer is put.
    base: PathBuf,
    yours: Vec<String>,
    check: String,
    /// The start, and what the grader adds.
    given: Texts,
}

impl Grader {
    /// For this exercise, in a workspace without its start.
    ///
    /// # Errors
    /// If a patch is wrong.
    pub fn new(task: Task, base: PathBuf) -> Result<Self, Complaint> {
        let start = task.part("start")?;
        let check = start.said("check")?;
        let yours = start.said("yours")?;
        let yours = yours.split(' ').map(str::to_string).collect();
        let mut given = start.applied(&base)?;
        if task.has("check") {
            task.part("check")?.over(&base, &mut given)?;
        }
        if let Ok(bug) = start.said("plants") {
            find(&bug)?.change.over(&base, &mut given)?;
        }
        Ok(Grader { task, base, yours, check, given })
    }

    /// Whether this file is taken from the student.
    pub fn is_yours(&self, file: &str) -> bool {
        self.yours.iter().any(|yours| {
            file == yours || (yours.ends_with('/') && file.starts_with(yours))
        })
    }

    /// What is graded of the tree under `root`. Says what is not.
    fn answer(&self, root: &Path) -> Result<Texts, Complaint> {
        let started = self.task.part("start")?.applied(&self.base)?;
        let (mut answer, mut others) = (Texts::new(), Vec::new());
        for file in self.files(root)? {
            // What is no text is no part of an answer.
            let Ok(now) = read(root, &file) else { continue };
            if self.is_yours(&file) {
                answer.insert(file, now);
            } else if now != was(&started, &self.base, &file) {
                others.push(file);
            }
        }
        if !others.is_empty() {
            let others = others.join(", ");
            out::complain(&format!(
                "Not graded, and not used: your changes to {others}."
            ));
        }
        Ok(answer)
    }

    /// All that may be part of an answer, or was there before the start.
    fn files(&self, root: &Path) -> Result<BTreeSet<String>, Complaint> {
        let all = |root| {
            scratch::files(root).map_err(|error| failure(error.to_string()))
        };
        let alone = self.yours.iter().filter(|file| !file.ends_with('/'));
        let files = all(root)?.into_iter().chain(all(&self.base)?);
        Ok(files.chain(alone.cloned()).collect())
    }

    /// Why this answer is refused; `None` if it is accepted.
    ///
    /// # Errors
    /// If it cannot be judged.
    pub fn finding(
        &self,
        scratch: &Scratch,
        answer: &Texts,
    ) -> Result<Option<String>, Complaint> {
        for step in self.check.split(" && ") {
            let mut texts = self.given.clone();
            texts.extend(answer.clone());
            if let Some(why) = self.step(scratch, step, texts)? {
                return Ok(Some(why));
            }
        }
        Ok(None)
    }

    /// What else there is to say about an accepted schedule.
    fn remark(
        &self,
        root: &Path,
        answer: &Texts,
    ) -> Result<Option<String>, Complaint> {
        let Some(rest) = self.check.strip_prefix("breaks ") else {
            return Ok(None);
        };
        let (bug, file) = halves(rest);
        let answer = answer.get(file).map_or("", String::as_str);
        Ok(schedule::remark(root, &find(bug)?, answer))
    }

    fn step(
        &self,
        scratch: &Scratch,
        step: &str,
        mut texts: Texts,
    ) -> Result<Option<String>, Complaint> {
        let (word, rest) = halves(step);
        match word {
            "with" => {
                let (part, rest) = halves(rest);
                let part = self.task.part(part)?;
                part.over(&self.base, &mut texts)?;
                let with = part.diff();
                let why = self.step(scratch, rest, texts)?;
                Ok(why.map(|why| format!("{why}\n\nThat is with:\n\n{with}")))
            }
            "fails" => match self.step(scratch, rest, texts)? {
                Some(why) if why.contains("FAILED") => Ok(None),
                None => self.task.part("start")?.said("if it holds").map(Some),
                other => Ok(other),
            },
            "breaks" => {
                let (bug, file) = halves(rest);
                scratch.lay(&self.base, &texts)?;
                let answer = texts.get(file).map_or("", String::as_str);
                schedule::refused(scratch, &find(bug)?, answer)
            }
            _ => {
                scratch.lay(&self.base, &texts)?;
                refused(scratch, step)
            }
        }
    }
}

/// The first word, and the others.
fn halves(text: &str) -> (&str, &str) {
    text.split_once(' ').unwrap_or((text, ""))
}

fn find(name: &str) -> Result<Bug, Complaint> {
    let bug = bugs::all()?.into_iter().find(|bug| bug.name == name);
    bug.ok_or_else(|| failure(format!("there is no bug {name}")))
}

/// What was in a file after the start.
fn was(started: &Texts, base: &Path, file: &str) -> String {
    let text = started.get(file).cloned();
    // What is no text has not been changed by hand.
    text.unwrap_or_else(|| read(base, file).unwrap_or_default())
}

/// What a command prints that fails; `None` if it succeeds.
fn refused(
    scratch: &Scratch,
    command: &str,
) -> Result<Option<String>, Complaint> {
    let args: Vec<&str> = match command.strip_prefix("loom ") {
        Some(rest) => LOOM.into_iter().chain(rest.split(' ')).collect(),
        None => command.split(' ').collect(),
    };
    let done = cargo(scratch, &args)?;
    if done.status.success() {
        return Ok(None);
    }
    let out = String::from_utf8_lossy(&done.stdout).into_owned();
    Ok(Some(out + &String::from_utf8_lossy(&done.stderr)))
}
