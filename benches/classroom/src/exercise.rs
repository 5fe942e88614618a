//! `cargo exercise`: hands out the exercises of `docs/exercises/`, and grades
//! what becomes of them.
//!
//! Next: [`grade`].

mod grade;
mod prove;
mod schedule;

use crate::complaint::{Complaint, failure};
use crate::out;
use crate::shelf::{self, Exercise, Task};
use crate::side::Side;
use crate::workspace::{Scratch, begin, note, play, take_note};
use grade::{Grade, Grader};

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
    /// Begin anew: what is in play/NAME is kept under another name
    #[arg(long, requires = "name",
          conflicts_with_all = ["all", "check", "hint", "solution"])]
    again: bool,
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
        return solution(&Task::begun(exercise, args.side)?);
    }
    if args.check {
        return check(Task::begun(exercise, args.side)?);
    }
    out::say(exercise.shown());
    if exercise.tasks().is_empty() {
        return Ok(());
    }
    start(Task::of(exercise, args.side)?, args.again)
}

fn list(exercises: &[Exercise]) {
    for exercise in exercises {
        let tasks = exercise.tasks();
        let sides = match tasks.len() {
            2 => "  (--side lock or channel)",
            _ => "",
        };
        let marks = tasks.iter().filter_map(|task| {
            let copy = task.copy();
            match note(&done(&copy)) {
                Some(_) => Some(format!("  [{copy}: done]")),
                None if play(&copy).is_dir() => {
                    Some(format!("  [{copy}: begun]"))
                }
                None => None,
            }
        });
        let marks: String = marks.collect();
        let (name, title) = (&exercise.name, &exercise.title);
        out::say(format!("  {name:20} {title}{sides}{marks}"));
    }
    out::say("\n`cargo exercise NAME` begins one.");
}

/// The note that an answer was accepted.
fn done(copy: &str) -> String {
    format!("done-{copy}")
}

fn start(task: Task, again: bool) -> Result<(), Complaint> {
    let grader = Grader::new(task)?;
    let (task, yours) = (&grader.task, grader.yours()?);
    let (copy, label) = (task.copy(), task.label());
    begin(&copy, &label, &grader.started, again)?;
    let yours = yours.iter().map(|file| format!("play/{copy}/{file}\n"));
    let yours: String = yours.collect();
    out::say(format!(
        "It has begun, in a copy of your own. Your answer goes into\n{yours}\n\
         Type `cargo loom` and `cargo test` in play/{copy}, and here\n\
         `cargo exercise {label} --check` to have it graded, `--hint` for a\n\
         hint, `--again` to begin anew."
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
    match grader.grade(&Scratch::new()?, &answer)? {
        Grade::Refused(why) => Err(failure(format!("not yet.\n{why}"))),
        Grade::NotBuilt(why) => {
            Err(failure(format!("not yet: it does not compile.\n{why}")))
        }
        Grade::Accepted(remark) => {
            out::say("Done: accepted.");
            if let Some(remark) = remark {
                out::say(remark);
            }
            take_note(&done(&grader.task.copy()), "")
        }
    }
}

/// Shows one hint more than the last time.
fn hint(exercise: &Exercise) -> Result<(), Complaint> {
    let (hints, file) = (exercise.hints(), format!("hints-{}", exercise.name));
    let shown = note(&file).and_then(|n| n.trim().parse::<usize>().ok());
    let shown = shown.unwrap_or(0);
    let all = hints.len();
    if all == 0 {
        out::say("This exercise has no hints.");
        return Ok(());
    }
    let Some(hint) = hints.get(shown) else {
        out::say(
            "You have seen all hints. `--hint` begins again with the first, \
             `--solution` shows solutions.",
        );
        return take_note(&file, "0");
    };
    out::say(format!("Hint {} of {all}\n\n{hint}", shown + 1));
    take_note(&file, &(shown + 1).to_string())
}

fn solution(task: &Task) -> Result<(), Complaint> {
    for (n, part) in task.parts("solution")?.iter().enumerate() {
        let heading = if n == 0 { "One solution" } else { "\nAnother" };
        out::say(format!("{heading}:\n\n{}", part.diff()));
    }
    Ok(())
}
