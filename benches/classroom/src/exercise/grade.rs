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
//! Next: [`prove`](mod@super::prove).

use std::collections::BTreeSet;

use crate::bugs::{self, Bug};
use crate::cargo::{self, Program};
use crate::complaint::Complaint::{Misuse, Refused};
use crate::complaint::{Result, failure};
use crate::out;
use crate::shelf::{Exercise, models};
use crate::tree::Tree;
use crate::workspace::Scratch;

/// What is graded of what a student has written, for all other files are as the
/// grader has them; and which of those were changed in vain.
///
/// # Errors
/// If a patch is wrong.
pub fn answer(
    exercise: &Exercise,
    written: &Tree,
) -> Result<(Tree, BTreeSet<String>)> {
    let start = exercise.start()?;
    let (yours, started) = (start.said("yours")?, start.applied()?);
    let check = exercise.has("check").then(|| exercise.part("check"));
    let given = check.map_or(Ok(started.clone()), |c| c?.applied())?;
    let (mut answer, mut others) = (given.clone(), BTreeSet::new());
    for file in written.files().chain(given.files()) {
        let text = written.get(file);
        if yours.split(' ').any(|yours| file.starts_with(yours)) {
            answer.set(file, text.into());
        } else if text != started.get(file) {
            others.insert(file.clone());
        }
    }
    Ok((answer, others))
}

/// Grades an answer.
///
/// # Errors
/// If it is [wrong](Refused) or does not build, or cannot be judged.
pub fn grade(exercise: &Exercise, scratch: &Scratch, answer: &Tree) -> Result {
    let start = exercise.start()?;
    let mut steps = start.said("check")?.split(" && ");
    steps.try_for_each(|check| step(exercise, scratch, check, answer))
}

fn step(
    exercise: &Exercise,
    scratch: &Scratch,
    check: &str,
    tree: &Tree,
) -> Result {
    let (word, rest) = halves(check);
    let (first, others) = halves(rest);
    match word {
        "with" => {
            let tree = exercise.part(first)?.applied_to(tree.clone())?;
            step(exercise, scratch, others, &tree)
        }
        "fails" => match step(exercise, scratch, rest, tree) {
            Ok(()) => {
                let start = exercise.start()?;
                Err(Refused(start.said("if it holds")?.into()))
            }
            Err(Refused(_)) => Ok(()),
            other => other,
        },
        "breaks" => {
            let bugs = bugs::all()?;
            by_schedule(scratch, bugs::named(&bugs, rest)?, tree)
        }
        "loom" => by_loom(scratch, check, tree),
        _ => {
            let args: Vec<_> = rest.split(' ').collect();
            let programs = cargo::build(scratch.lay(tree)?, &args)?;
            programs.iter().try_for_each(by_tests)
        }
    }
}

/// The first word, and the others.
fn halves(text: &str) -> (&str, &str) {
    text.split_once(' ').unwrap_or((text, ""))
}

/// By the models' own report, one model after the other: what fails first is
/// told at once.
fn by_loom(scratch: &Scratch, step: &str, tree: &Tree) -> Result {
    let none = || failure(format!("no model was checked: {step}"));
    let (side, names) = models(step).ok_or_else(none)?;
    let program = cargo::models(scratch.lay(tree)?, side)?;
    let names = names.split_whitespace().chain(["--list"]);
    let list = program.does(&Vec::from_iter(names))?;
    let each = list.lines().filter_map(|l| l.split_whitespace().next());
    let mut count = 0;
    for name in each {
        let report = program.report(&["--exact", name])?;
        let model = report.get(0).ok_or_else(none)?;
        if !model["failure"].is_null() {
            let text = model["text"].as_str().unwrap_or_default();
            return Err(Refused(text.into()));
        }
        count += 1;
    }
    if count > 0 { Ok(()) } else { Err(none()) }
}

/// By what a test program writes to a log of its own, of each of its tests.
fn by_tests(program: &Program) -> Result {
    let list = program.does(&["--list", "--format", "terse"])?;
    let mut tests = list.lines().filter_map(|l| l.strip_suffix(": test"));
    let (log, out) = program.writes("--logfile", &["--quiet"])?;
    if tests.all(|test| log.lines().any(|l| l == format!("ok {test}"))) {
        return Ok(());
    }
    Err(Refused(String::from_utf8_lossy(&out.stdout).into()))
}

/// Grades the schedule in this answer, of the models with this bug.
fn by_schedule(scratch: &Scratch, bug: &Bug, answer: &Tree) -> Result {
    let none = "besides comments, answer.txt must have one line, such as \
        `--schedule 1,2,2`";
    let steps = steps(answer.get("answer.txt"));
    let steps = steps.ok_or_else(|| Refused(none.into()))?;
    let program = cargo::models(scratch.lay(&bug.patch.applied()?)?, bug.side)?;
    let args = ["--exact", &bug.by, "--replay", "--schedule", steps];
    let report = program.report(&args).map_err(|why| match why {
        // Such a word is no step.
        Misuse(why) => Refused(why),
        why => why,
    })?;
    if report["bad"] != true {
        let told = report["text"].as_str().unwrap_or_default();
        let why = "This schedule does not lead to a bad end.";
        return Err(Refused(format!("{told}\n{why}")));
    }
    let (yours, fewest) = (&report["steps"], &report["fewest"]);
    out::say(format!("It has {yours} steps; the shortest has {fewest}."));
    Ok(())
}

/// The steps in the one line of an answer that is neither empty nor a comment:
/// what a page shows, or copies as a command or a link, or they alone.
fn steps(answer: &str) -> Option<&str> {
    let lines = answer.lines().map(|line| line.trim());
    let lines = lines.filter(|line| !line.is_empty() && !line.starts_with('#'));
    let [line] = *Vec::from_iter(lines) else { return None };
    let steps = line.rsplit(['#', ' ']).next()?;
    Some(steps).filter(|steps| !steps.starts_with('-'))
}
