//! `cargo exercise`: hands out the exercises of `docs/exercises/`, and grades
//! what becomes of them.
//!
//! Next: [`grade`].

mod grade;
mod prove;
mod schedule;

use std::fs;
use std::path::PathBuf;
use std::slice;

use crate::complaint::{Result, misuse, with};
use crate::out;
use crate::shelf::{self, Exercise, Task};
use crate::side::{self, Side};
use crate::workspace::{Scratch, begin, play, written};
use grade::Grader;
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
    let exercises = shelf::all()?;
    let Some(name) = &args.name else {
        return if args.all { prove(&exercises) } else { list(&exercises) };
    };
    let exercise = shelf::find(&exercises, name)?;
    if args.all {
        prove(slice::from_ref(exercise))
    } else if let Some(n) = args.hint {
        hint(exercise, n)
    } else if args.solution {
        solution(&exercise.task(args.side)?)
    } else if args.check {
        check(exercise.task(args.side)?)
    } else if exercise.tasks().is_empty() {
        out::say(exercise.shown());
        Ok(())
    } else {
        start(exercise, &Grader::new(exercise.task(args.side)?)?)
    }
}

fn list(exercises: &[Exercise]) -> Result {
    for exercise in exercises {
        let tasks = exercise.tasks();
        let sides = ["", "  (--side lock or channel)"];
        let sides = sides[usize::from(tasks.len() == 2)];
        let marks = tasks.iter().filter_map(|task| {
            let mark = if done(task).exists() { "done" } else { "begun" };
            let mark = format!("  [play/{}: {mark}]", task.copy);
            play(&task.copy).is_dir().then_some(mark)
        });
        let (name, title) = (&exercise.name, &exercise.title);
        let marks = String::from_iter(marks);
        out::say(format!("  {name:20} {title}{sides}{marks}"));
    }
    out::say("\n`cargo exercise NAME` begins one.");
    Ok(())
}

/// The mark that an answer was accepted.
fn done(task: &Task) -> PathBuf {
    play(&task.copy).join(".done")
}

fn start(exercise: &Exercise, grader: &Grader) -> Result {
    let Task { copy, label, .. } = &grader.task;
    begin(copy, grader.start.said("check")?, &grader.started)?;
    out::say(exercise.shown());
    let yours = grader.yours()?.into_iter();
    let yours = yours.map(|file| format!("  play/{copy}/{file}\n"));
    out::say(format!(
        "It has begun, in a copy of your own. Your answer goes into\n{}\n\
         Type `cargo loom` and `cargo test` in play/{copy}; here,\n\
         `cargo exercise {label} --check` grades your answer, and `--hint` \
         shows a hint.",
        String::from_iter(yours)
    ));
    Ok(())
}

fn check(task: Task) -> Result {
    let (written, _) = written(&task.copy)?;
    let grader = Grader::new(task)?;
    let (answer, others) = grader.answer(&written)?;
    if !others.is_empty() {
        let others = Vec::from_iter(others).join(", ");
        out::complain(&format!(
            "Not graded, and not used: your changes to {others}."
        ));
    }
    let remark = grader.grade(&Scratch::new()?, &answer)?;
    out::say("Done: accepted.");
    remark.into_iter().for_each(out::say);
    let done = done(&grader.task);
    fs::write(&done, "").map_err(with(&done))
}

fn hint(exercise: &Exercise, n: usize) -> Result {
    let hints = exercise.hints();
    let hint =
        n.checked_sub(1).and_then(|n| hints.get(n)).ok_or_else(|| {
            misuse(format!("this exercise has {} hints", hints.len()))
        })?;
    out::say(format!("Hint {n} of {}\n\n{hint}", hints.len()));
    if n < hints.len() {
        out::say(format!("\n`--hint {}` shows the next one.", n + 1));
    }
    Ok(())
}

fn solution(task: &Task) -> Result {
    for (n, part) in task.parts("solution")?.iter().enumerate() {
        let heading = if n == 0 { "One solution" } else { "\nAnother" };
        out::say(format!("{heading}:\n\n{}", part.diff()));
    }
    Ok(())
}
