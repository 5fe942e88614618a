//! `cargo bug`: plants bugs in the pollers, and shows what catches them.

#![forbid(unsafe_code)]

mod golden;
mod table;

use std::process::ExitCode;

use clap::Parser;
use classroom::out;
use classroom::planting::bugs::{self, Bug};
use classroom::planting::git::{self, Git};
use classroom::planting::scratch::{self, Scratch};
use classroom::planting::texts::{Texts, write_all};
use classroom::planting::{
    Complaint, ended, failure, judge, keep, misuse, nearest,
};

/// Plants a bug in a scratch copy of the pollers, and shows how it goes wrong.
///
/// With no arguments, it lists all bugs.
#[derive(Parser)]
#[command(name = "cargo bug", bin_name = "cargo bug", max_term_width = 80)]
struct Args {
    /// The bug to plant: a name from the list
    #[arg(conflicts_with_all = ["all", "unplant"])]
    name: Option<String>,
    /// Plant it in the working tree instead, as an exercise
    #[arg(long, requires = "name")]
    plant: bool,
    /// Remove the planted bug from the working tree
    #[arg(long, conflicts_with_all = ["all", "plant"])]
    unplant: bool,
    /// Every bug, and what catches it: rustc, loom, random schedules, a
    /// stress test
    #[arg(long)]
    all: bool,
    /// Rewrite the diagrams in docs/golden, instead of comparing with them
    #[arg(long, requires = "all")]
    bless: bool,
    /// Leave out the random schedules and the stress test: they take minutes
    #[arg(long, requires = "all")]
    no_stress: bool,
}

fn main() -> ExitCode {
    ended(run(&Args::parse()))
}

fn run(args: &Args) -> Result<(), Complaint> {
    let bugs = bugs::all()?;
    match &args.name {
        Some(name) if args.plant => plant(find(&bugs, name)?),
        Some(name) => show(find(&bugs, name)?),
        None if args.unplant => unplant(&bugs),
        None if args.all => table::print(&bugs, !args.no_stress, args.bless),
        None => {
            list(&bugs);
            Ok(())
        }
    }
}

fn find<'a>(bugs: &'a [Bug], name: &str) -> Result<&'a Bug, Complaint> {
    bugs.iter().find(|bug| bug.name == name).ok_or_else(|| {
        let near = nearest(name, bugs.iter().map(|bug| bug.name.as_str()));
        misuse(format!(
            "no bug is called {name}{near}; `cargo bug` lists them all"
        ))
    })
}

fn list(bugs: &[Bug]) {
    for side in ["mutex-poller", "channel-poller"] {
        out::say(side);
        for bug in bugs.iter().filter(|bug| bug.side == side) {
            out::say(format!("  {:34} {}", bug.name, bug.thought));
        }
    }
    out::say(
        "\n`cargo bug NAME` plants one in a copy, and shows what happens.",
    );
}

/// Printed while the user waits.
const BUILDING: &str = "Building a copy with this bug; the first time takes \
    about a minute.\n";

/// Shows the diff, and how it goes wrong.
fn show(bug: &Bug) -> Result<(), Complaint> {
    out::say(format!(
        "{}\n\n  \"{}\"\n\n{}",
        bug.name,
        bug.thought,
        bug.change.diff()
    ));
    let scratch = Scratch::new()?;
    out::complain(BUILDING);
    scratch.plant(&[&bug.change])?;
    let finding = judge::check(&scratch, bug)?;
    out::say(&finding.text);
    if finding.story.is_some() {
        out::say(
            "\nThe bug is caught, as expected. Line numbers are those of the \
             source with the bug.",
        );
        out::say(format!("Step through it yourself: {} --open", bug.step()));
    }
    if finding.caught {
        Ok(())
    } else {
        Err(failure(format!(
            "{} was not caught by {} with the message: {}",
            bug.name, bug.by, bug.words
        )))
    }
}

fn plant(bug: &Bug) -> Result<(), Complaint> {
    let root = scratch::root();
    if bug.by == "rustc" {
        // And `cargo bug` could not be built again, to take it out.
        return Err(failure(format!(
            "{0} does not compile, so there is nothing to find: `cargo bug \
             {0}` shows what rustc says",
            bug.name
        )));
    }
    if let Some(other) = planted(&bugs::all()?) {
        let other = &other.name;
        return Err(failure(format!(
            "{other} is planted already; `cargo bug --unplant` takes it out"
        )));
    }
    for file in bug.change.files() {
        if git::of(&root, file) == Git::Changed {
            return Err(failure(format!(
                "{file} has uncommitted changes. Commit them, or stash them \
                 (`git stash`); then plant the bug again"
            )));
        }
    }
    let texts = bug.change.applied(&root)?;
    keep::write(&root, PLANTED, &bug.name)?;
    write_all(&root, &texts)?;
    out::say(format!(
        "Planted. `cargo loom -p {}` shows it. Find it and fix it, or take it \
         out with\n`cargo bug --unplant`.",
        bug.side
    ));
    Ok(())
}

/// The note with the name of the bug that is planted.
const PLANTED: &str = "planted";

/// The bug that `--plant` has put into the working tree, if it is still there.
/// An exercise may plant the same lines: that is not ours to take out.
fn planted(bugs: &[Bug]) -> Option<&Bug> {
    let root = scratch::root();
    let name = keep::note(&root, PLANTED)?;
    let bug = bugs.iter().find(|bug| bug.name == name.trim())?;
    bug.change.applied(&root).is_err().then_some(bug)
}

fn unplant(bugs: &[Bug]) -> Result<(), Complaint> {
    let root = scratch::root();
    let Some(bug) = planted(bugs) else {
        keep::forget(&root, PLANTED)?;
        let exercise = keep::note(&root, "exercise/name");
        let exercise = exercise.as_deref().and_then(|n| n.split(' ').next());
        let exercise = exercise.map(|name| {
            format!(
                ". An exercise has begun: `cargo exercise {name} --undo` \
                 takes its start out"
            )
        });
        return Err(failure(format!(
            "no bug is planted{}",
            exercise.unwrap_or_default()
        )));
    };
    write_all(&root, &without(bug)?)?;
    keep::forget(&root, PLANTED)?;
    out::say(format!("Took out {}.", bug.name));
    Ok(())
}

/// The files of a planted bug as they were. One in which it is not (any more)
/// stays as it is: an unplanting may have been interrupted.
fn without(bug: &Bug) -> Result<Texts, Complaint> {
    let root = scratch::root();
    let mut texts = Texts::new();
    for part in bug.change.each() {
        match part.removed(&root) {
            Ok(more) => texts.extend(more),
            Err(_) if part.applied(&root).is_ok() => {}
            Err(_) => {
                let file = part.files().next().unwrap_or_default();
                return Err(failure(format!(
                    "you have changed {file} around the bug. `git diff` shows \
                     that; `git stash` takes your changes and the bug out \
                     together"
                )));
            }
        }
    }
    Ok(texts)
}
