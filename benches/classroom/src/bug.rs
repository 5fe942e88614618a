//! `cargo bug`: plants bugs in the pollers, and shows what catches them.
//!
//! Next: [`table`].

mod chance;
pub mod table;

use crate::bugs::{self, Bug};
use crate::complaint::{Result, failure};
use crate::out;
use crate::side::SIDES;
use crate::workspace::{self, Scratch};

/// Plants a bug in a copy of the pollers, and shows how it goes wrong.
///
/// With no arguments, it lists all bugs.
#[derive(clap::Args)]
pub struct Args {
    /// The bug to plant: a name from the list
    #[arg(conflicts_with = "all")]
    name: Option<String>,
    /// Plant it in a copy of your own, play/NAME, as an exercise
    #[arg(long, requires = "name", conflicts_with = "all")]
    plant: bool,
    /// Every bug, and what catches it: rustc, loom, random schedules, a
    /// stress test
    #[arg(long)]
    all: bool,
    /// Leave out the random schedules and the stress test: they take minutes
    #[arg(long, requires = "all")]
    no_stress: bool,
}

/// Does what the command line says.
///
/// # Errors
/// If a bug is unknown, does not fit or is not caught.
pub fn run(args: &Args) -> Result {
    let bugs = bugs::all()?;
    match &args.name {
        Some(name) if args.plant => plant(bugs::named(&bugs, name)?),
        Some(name) => show(bugs::named(&bugs, name)?),
        None if args.all => table::print(&bugs, !args.no_stress, false),
        None => {
            list(&bugs, |_| true);
            out::say(
                "\n`cargo bug NAME` plants one in a copy, and shows what \
                 happens.",
            );
            Ok(())
        }
    }
}

/// Prints those bugs that are `wanted`.
pub fn list(bugs: &[Bug], wanted: impl Fn(&Bug) -> bool) {
    for side in SIDES {
        out::say(side.package);
        for bug in bugs.iter().filter(|bug| bug.side == side && wanted(bug)) {
            out::say(format!("  {:34} {}", bug.name, bug.thought));
        }
    }
}

/// Shows how it goes wrong, and then the change that does it: so a reader can
/// guess from the diagram what it is.
///
/// # Errors
/// If it cannot be checked, or is not caught.
pub fn show(bug: &Bug) -> Result {
    let (name, diff) = (&bug.name, bug.patch.diff());
    out::say(format!("{name}\n\n  \"{}\"\n", bug.thought));
    let finding = bug.check(&Scratch::new()?)?;
    out::say(format!("{}\n\nThe change:\n\n{diff}", finding.text));
    if !finding.caught {
        return Err(failure(format!(
            "{name} was not caught by {} with the message: {}",
            bug.by, bug.words
        )));
    }
    if bug.compiles() {
        out::say(format!(
            "The bug is caught, as expected. Line numbers are those of the \
             source with the bug.\n\
             Step through it yourself: cargo step {name} --open"
        ));
    }
    Ok(())
}

fn plant(bug: &Bug) -> Result {
    let (name, side) = (&bug.name, bug.side.package);
    workspace::begin(name, bug.patch.applied()?)?;
    out::say(format!(
        "Planted, in a copy of your own. Find it and fix it in\n  \
         play/{name}/{side}/src/\n\n\
         `cargo loom -p {side}`, typed in play/{name}, shows it.\n\
         `cargo step {name} --here --open` steps through what you have written."
    ));
    Ok(())
}
