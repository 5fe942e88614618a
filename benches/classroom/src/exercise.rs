//! `cargo exercise`: hands out the exercises of `docs/exercises/`, and grades
//! what becomes of them.
//!
//! Next: [`grade`](mod@grade).

mod grade;
mod prove;

use std::fs;
use std::path::PathBuf;

use crate::complaint::{Result, misuse, unknown, with};
use crate::out;
use crate::shelf::{self, Exercise};
use crate::side::{self, Side};
use crate::workspace::{Scratch, begin, play, written};
use grade::{answer, grade};
use prove::prove;

/// Lays out an exercise in play/NAME, and grades what you make of it.
///
/// With no arguments: a list of all exercises.
#[derive(clap::Args)]
pub struct Args {
    /// Which exercise
    name: Option<String>,
    /// On which side, for an exercise that both sides have
    #[arg(long, requires = "name", conflicts_with = "all",
          value_parser = side::parse)]
    side: Option<Side>,
    /// Grade what is in play/NAME
    #[arg(long, requires = "name", group = "what")]
    check: bool,
    /// Show a hint, the first or this one
    #[arg(long, requires = "name", group = "what", value_name = "N",
          num_args = 0..=1, default_missing_value = "1")]
    hint: Option<usize>,
    /// Show two solutions
    #[arg(long, requires = "name", group = "what")]
    solution: bool,
    /// Check the graders of all exercises, or of NAME: each must refuse the
    /// start and wrong answers of several kinds, and accept two solutions
    #[arg(long, group = "what")]
    all: bool,
}

/// Does what the command line says.
///
/// # Errors
/// If there is no such exercise, or the answer is wrong.
pub fn run(args: &Args) -> Result {
    let mut exercises = shelf::all()?;
    if let Some(name) = &args.name {
        exercises.retain(|exercise| exercise.name == *name);
        if exercises.is_empty() {
            return Err(unknown("exercise", name, "cargo exercise"));
        }
    }
    if args.all {
        return prove(&exercises);
    } else if args.name.is_none() {
        return list(&exercises);
    }
    let exercise = shelf::on(&exercises, args.side)?;
    if let Some(n) = args.hint {
        hint(exercise, n)
    } else if args.solution {
        solution(exercise)
    } else if args.check {
        check(exercise)
    } else {
        start(exercise)
    }
}

fn list(exercises: &[Exercise]) -> Result {
    for exercise in exercises {
        let (label, title) = (exercise.label(), exercise.title());
        let mark = match (done(exercise).exists(), exercise.copy()) {
            (true, _) => "  [done]",
            (_, copy) if play(&copy).is_dir() => "  [begun]",
            _ => "",
        };
        out::say(format!("  {label:34} {title}{mark}"));
    }
    out::say("\n`cargo exercise NAME` begins one.");
    Ok(())
}

/// The mark that an answer was accepted.
fn done(exercise: &Exercise) -> PathBuf {
    play(&exercise.copy()).join(".done")
}

fn start(exercise: &Exercise) -> Result {
    if !exercise.has("start") {
        out::say(exercise.shown());
        return Ok(());
    }
    let (copy, label) = (exercise.copy(), exercise.label());
    let start = exercise.start()?;
    begin(&copy, start.applied()?)?;
    out::say(format!(
        "{}\n\
         It has begun, in a copy of your own, play/{copy}. Your answer goes \
         into\n\n  {}\n\n\
         Type `cargo loom` and `cargo test` in play/{copy}; here,\n\
         `cargo exercise {label} --check` grades your answer, and `--hint` \
         shows a hint.",
        exercise.shown(),
        start.said("yours")?
    ));
    Ok(())
}

fn check(exercise: &Exercise) -> Result {
    exercise.start()?;
    let (answer, others) = answer(exercise, &written(&exercise.copy())?)?;
    if !others.is_empty() {
        let others = Vec::from_iter(others).join(", ");
        out::complain(&format!(
            "Not graded, and not used: your changes to {others}."
        ));
    }
    grade(exercise, &Scratch::new()?, &answer)?;
    let mark = done(exercise);
    fs::write(&mark, "").map_err(with(&mark))?;
    out::say(format!("Done: accepted.\n{}", next(exercise)?));
    Ok(())
}

/// What comes after this exercise.
fn next(exercise: &Exercise) -> Result<String> {
    let all = shelf::all()?.into_iter();
    let mut after = all.skip_while(|e| e.label() != exercise.label());
    let same = |side: &Option<Side>| {
        exercise.side.is_none() || side.is_none() || *side == exercise.side
    };
    let next = after.find(|other| {
        other.name != exercise.name
            && same(&other.side)
            && !done(other).exists()
    });
    Ok(match next {
        Some(next) => format!(
            "Compare: `cargo exercise {} --solution`.\n\
             Next: `cargo exercise {}`, {}",
            exercise.label(),
            next.label(),
            next.title()
        ),
        None => "That was the last. Next: `cargo gallery`, bugs that happened \
                 in other programs."
            .into(),
    })
}

fn hint(exercise: &Exercise, n: usize) -> Result {
    let (hints, all) = (exercise.hints(), exercise.hints().len());
    let hint = n.checked_sub(1).and_then(|n| hints.get(n));
    let none = || misuse(format!("no hint {n}: the last one is {all}"));
    out::say(format!("Hint {n} of {all}\n\n{}", hint.ok_or_else(none)?));
    Ok(())
}

fn solution(exercise: &Exercise) -> Result {
    for part in exercise.answers()? {
        if part.name.starts_with("solution") {
            out::say(format!("{}:\n\n{}", part.name, part.diff()));
        }
    }
    Ok(())
}
