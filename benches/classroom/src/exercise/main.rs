//! `cargo exercise`: hands out the exercises of `docs/exercises/`, and grades
//! what becomes of them.

#![forbid(unsafe_code)]

mod desk;
mod grade;
mod hints;
mod prove;
mod schedule;
mod shelf;

use std::process::ExitCode;

use clap::Parser;
use classroom::out;
use classroom::planting::{Complaint, ended, misuse, scratch};
use desk::Desk;
use shelf::{Exercise, Side, Task};

/// Puts an exercise into the working tree, and grades what you make of it.
///
/// With no arguments: a list of all exercises.
#[derive(Parser)]
#[command(
    name = "cargo exercise",
    bin_name = "cargo exercise",
    max_term_width = 80
)]
struct Args {
    /// Which exercise
    name: Option<String>,
    /// On which side, for an exercise that both sides have
    #[arg(long, requires = "name")]
    side: Option<Side>,
    /// Grade the working tree
    #[arg(long, requires = "name")]
    check: bool,
    /// Show a hint; each time one more
    #[arg(long, requires = "name", conflicts_with = "check")]
    hint: bool,
    /// Show two solutions
    #[arg(long, requires = "name", conflicts_with_all = ["check", "hint"])]
    solution: bool,
    /// Take the start out again, if you have not changed it
    #[arg(
        long,
        requires = "name",
        conflicts_with_all = ["check", "hint", "solution"]
    )]
    undo: bool,
    /// Check the graders of all exercises, or of NAME: each must refuse the
    /// start and wrong answers of several kinds, and accept two solutions
    #[arg(
        long,
        conflicts_with_all = ["side", "check", "hint", "solution", "undo"]
    )]
    all: bool,
    /// One solution and one wrong answer are enough
    #[arg(long, requires = "all")]
    quick: bool,
}

fn main() -> ExitCode {
    ended(run(&Args::parse()))
}

fn run(args: &Args) -> Result<(), Complaint> {
    let exercises = shelf::all()?;
    let Some(name) = &args.name else {
        if args.all {
            return prove::prove(exercises.iter(), args.quick);
        }
        list(&exercises);
        return Ok(());
    };
    let exercise = shelf::find(&exercises, name)?;
    if args.all {
        return prove::prove([exercise].into_iter(), args.quick);
    }
    let desk = Desk::new(scratch::root());
    if args.hint {
        return hints::next(&scratch::root(), exercise);
    }
    if args.solution {
        return solution(&task(args, exercise, &desk)?);
    }
    let was_interrupted = desk.tidy()?;
    if args.undo {
        if was_interrupted {
            return Ok(());
        }
        return desk.undo(exercise);
    }
    if args.check {
        return grade::check(&desk, exercise, args.side);
    }
    if exercise.sides().is_empty() {
        out::say(exercise.shown());
        return Ok(());
    }
    desk.begin(&task(args, exercise, &desk)?)?;
    out::say(exercise.shown());
    out::say(format!(
        "It has begun: the start is in your working tree. `cargo exercise \
         {name} --check`\ngrades, `--hint` shows a hint, `--undo` takes the \
         start out again."
    ));
    Ok(())
}

fn list(exercises: &[Exercise]) {
    for exercise in exercises {
        let sides = match exercise.sides().len() {
            2 => "  (--side lock or channel)",
            _ => "",
        };
        out::say(format!("  {:20} {}{sides}", exercise.name, exercise.title));
    }
    out::say("\n`cargo exercise NAME` begins one.");
}

/// The exercise, on the side that was asked for or has begun.
fn task(
    args: &Args,
    exercise: &Exercise,
    desk: &Desk,
) -> Result<Task, Complaint> {
    let begun = desk.begun().filter(|begun| begun.name == exercise.name);
    let side = args.side.or(begun.and_then(|begun| begun.side));
    exercise.task(&scratch::root(), side)
}

fn solution(task: &Task) -> Result<(), Complaint> {
    for (n, part) in task.all("solution")?.iter().enumerate() {
        let heading = if n == 0 { "One solution" } else { "\nAnother" };
        out::say(format!("{heading}:\n\n{}", task.part(part)?.diff()));
    }
    Ok(())
}

/// An exercise that is only to be read and thought about.
fn not_graded(exercise: &Exercise) -> Complaint {
    misuse(format!(
        "{} is not graded: compare your answer with the end of its README.md",
        exercise.name
    ))
}
