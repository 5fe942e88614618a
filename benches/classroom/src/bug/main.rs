//! `cargo bug`: plants bugs in the pollers, and shows what catches them.

#![forbid(unsafe_code)]

mod golden;
mod table;

use std::process::ExitCode;

use clap::Parser;
use classroom::out;
use classroom::planting::bugs::{self, Bug, write_all};
use classroom::planting::scratch::{self, Scratch};
use classroom::planting::{Complaint, ended, failure, judge, misuse};

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
    /// Plant every bug in turn, and show what catches it: rustc, loom, or a
    /// stress test
    #[arg(long)]
    all: bool,
    /// Rewrite the diagrams in docs/golden, instead of comparing with them
    #[arg(long, requires = "all")]
    bless: bool,
    /// Leave the stress test out: it takes minutes
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
        misuse(format!("no bug is called {name}; `cargo bug` lists them"))
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
        return Err(failure(format!(
            "{other} is planted already; `cargo bug --unplant` takes it out"
        )));
    }
    for file in bug.change.files() {
        if scratch::changed(&root, file) {
            return Err(failure(format!(
                "{file} has uncommitted changes: commit or stash them first"
            )));
        }
    }
    write_all(&root, bug.change.applied(&root)?)?;
    out::say(format!(
        "Planted. `cargo loom -p {}` shows how it goes wrong. Find the bug \
         and fix it, or remove it with `cargo bug --unplant`.",
        bug.side
    ));
    Ok(())
}

/// The bug that is in the working tree, if one is.
fn planted(bugs: &[Bug]) -> Option<&str> {
    let root = scratch::root();
    let is_in = |bug: &&Bug| {
        bug.change.applied(&root).is_err() && bug.change.removed(&root).is_ok()
    };
    bugs.iter().find(is_in).map(|bug| bug.name.as_str())
}

fn unplant(bugs: &[Bug]) -> Result<(), Complaint> {
    let name = planted(bugs).ok_or_else(|| {
        failure(
            "the working tree has no planted bug, or the lines around it have \
             changed: `git diff` shows them",
        )
    })?;
    let root = scratch::root();
    write_all(&root, find(bugs, name)?.change.removed(&root)?)?;
    out::say(format!("Removed {name}."));
    Ok(())
}
