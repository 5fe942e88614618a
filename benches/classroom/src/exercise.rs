//! `cargo exercise`: hands out the exercises of `docs/exercises/`, and grades
//! what becomes of them.
//!
//! Next: [`grade`].

mod grade;
mod prove;
mod schedule;

use crate::complaint::{Complaint, Kind};
use crate::out;
use crate::shelf::{self, Exercise, Task};
use crate::side::Side;
use crate::workspace::{Scratch, begin, note, play, take_note};
use grade::Grader;

/// Lays out an exercise in play/NAME, and grades what you make of it.
///
/// With no arguments: a list of all exercises.
#[derive(clap::Args)]
pub struct Args {
    /// Which exercise
    name: Option<String>,
    /// On which side, for an exercise that both sides have
    #[arg(long, requires = "name", conflicts_with = "all")]
    side: Option<Side>,
    /// Grade what is in play/NAME
    #[arg(long, requires = "name", conflicts_with = "all")]
    check: bool,
    /// Show a hint; each time one more
    #[arg(long, requires = "name", conflicts_with_all = ["all", "check"])]
    hint: bool,
    /// Show two solutions
    #[arg(long, requires = "name",
          conflicts_with_all = ["all", "check", "hint"])]
    solution: bool,
    /// Check the graders of all exercises, or of NAME: each must refuse the
    /// start and wrong answers of several kinds, and accept two solutions
    #[arg(long)]
    all: bool,
}

/// Does what the command line says.
///
/// # Errors
/// If there is no such exercise, or the answer is wrong.
pub fn run(args: &Args) -> Result<(), Complaint> {
    let exercises = shelf::all()?;
    let Some(name) = &args.name else {
        if args.all {
            return prove::prove(exercises.iter());
        }
        list(&exercises);
        return Ok(());
    };
    let exercise = shelf::find(&exercises, name)?;
    if args.all {
        return prove::prove([exercise].into_iter());
    }
    if args.hint {
        return hint(exercise);
    }
    if args.solution {
        return solution(&Task::of(exercise, args.side)?);
    }
    if args.check {
        return check(Task::of(exercise, args.side)?);
    }
    out::say(exercise.shown());
    if exercise.tasks().is_empty() {
        return Ok(());
    }
    start(Task::of(exercise, args.side)?)
}

fn list(exercises: &[Exercise]) {
    for exercise in exercises {
        let tasks = exercise.tasks();
        let sides = ["", "  (--side lock or channel)"];
        let sides = sides[usize::from(tasks.len() == 2)];
        let marks = tasks.iter().filter_map(|task| {
            let (copy, side) = (task.copy(), task.side.map_or("", Side::name));
            let done = note(&done(task)).map(|_| "done");
            let mark = done.or(play(&copy).is_dir().then_some("begun"))?;
            Some(format!("  {}", format!("{side} {mark}").trim_start()))
        });
        let (name, title) = (&exercise.name, &exercise.title);
        let marks = String::from_iter(marks);
        out::say(format!("  {name:20} {title}{sides}{marks}"));
    }
    out::say("\n`cargo exercise NAME` begins one.");
}

/// The note that an answer was accepted.
fn done(task: &Task) -> String {
    format!("done-{}", task.copy())
}

fn start(task: Task) -> Result<(), Complaint> {
    let grader = Grader::new(task)?;
    let (copy, label) = (grader.task.copy(), grader.task.label());
    begin(&copy, &label, &grader.started)?;
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

fn check(task: Task) -> Result<(), Complaint> {
    let written = task.written()?;
    let grader = Grader::new(task)?;
    let (answer, others) = grader.answer(&written)?;
    if !others.is_empty() {
        let others = Vec::from_iter(others).join(", ");
        out::complain(&format!(
            "Not graded, and not used: your changes to {others}."
        ));
    }
    match grader.grade(&Scratch::new()?, &answer) {
        Ok(remark) => {
            out::say("Done: accepted.");
            remark.into_iter().for_each(out::say);
            take_note(&done(&grader.task), "")
        }
        Err(Complaint { kind: Kind::Refused, text }) => {
            Err(Complaint::new(Kind::Refused, format!("not yet.\n{text}")))
        }
        Err(other) => Err(other),
    }
}

/// Shows one hint more than the last time.
fn hint(exercise: &Exercise) -> Result<(), Complaint> {
    let (hints, file) = (exercise.hints(), format!("hints-{}", exercise.name));
    let shown = note(&file).and_then(|n| n.trim().parse::<usize>().ok());
    let shown = shown.unwrap_or(0);
    if let Some(hint) = hints.get(shown) {
        let (n, all) = (shown + 1, hints.len());
        out::say(format!("Hint {n} of {all}\n\n{hint}"));
        return take_note(&file, &n.to_string());
    }
    out::say(match hints.len() {
        0 => "This exercise has no hints.",
        _ => {
            "You have seen all hints. `--hint` begins again with the first, \
             `--solution` shows solutions."
        }
    });
    take_note(&file, "0")
}

fn solution(task: &Task) -> Result<(), Complaint> {
    for (n, part) in task.parts("solution")?.iter().enumerate() {
        let heading = if n == 0 { "One solution" } else { "\nAnother" };
        out::say(format!("{heading}:\n\n{}", part.diff()));
    }
    Ok(())
}
