//! `cargo bug`: plants bugs in the pollers, and shows who catches them.

#![forbid(unsafe_code)]

mod bugs;
mod judge;
mod scratch;
mod table;

use std::fs;
use std::process::ExitCode;

use benches::out;
use clap::Parser;

use bugs::Bug;
use scratch::Scratch;

/// Plants a bug in a scratch copy of the pollers, and shows how it goes wrong.
///
/// With no arguments: a list of all bugs.
#[derive(Parser)]
#[command(name = "cargo bug", max_term_width = 80)]
struct Args {
    /// Which bug
    #[arg(conflicts_with_all = ["all", "unplant"])]
    name: Option<String>,
    /// Plant it in the working tree instead, as an exercise
    #[arg(long, requires = "name")]
    plant: bool,
    /// Take out of the working tree what was planted there
    #[arg(long, conflicts_with_all = ["all", "plant"])]
    unplant: bool,
    /// Every bug, and who catches it: rustc, loom, a stress test
    #[arg(long)]
    all: bool,
    /// Leave the stress test out: it takes minutes
    #[arg(long, requires = "all")]
    no_stress: bool,
}

/// What went wrong, in words for the user, and the exit code.
pub struct Complaint(String, u8);

fn failure(text: impl Into<String>) -> Complaint {
    Complaint(text.into(), 1)
}

fn main() -> ExitCode {
    match run(&Args::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(Complaint(text, code)) => {
            out::complain(&text);
            ExitCode::from(code)
        }
    }
}

fn run(args: &Args) -> Result<(), Complaint> {
    let bugs = bugs::all()?;
    match &args.name {
        Some(name) if args.plant => plant(find(&bugs, name)?),
        Some(name) => show(find(&bugs, name)?),
        None if args.unplant => unplant(&bugs),
        None if args.all => table::print(&bugs, !args.no_stress),
        None => {
            list(&bugs);
            Ok(())
        }
    }
}

fn find<'a>(bugs: &'a [Bug], name: &str) -> Result<&'a Bug, Complaint> {
    bugs.iter().find(|bug| bug.name == name).ok_or_else(|| {
        let text = format!("no bug is called {name}; `cargo bug` lists them");
        Complaint(text, 2)
    })
}

fn list(bugs: &[Bug]) {
    for side in ["mutex-poller", "channel-poller"] {
        println!("{side}");
        for bug in bugs.iter().filter(|bug| bug.side == side) {
            println!("  {:34} {}", bug.name, bug.thought);
        }
    }
    println!(
        "\n`cargo bug NAME` plants one in a copy, and shows what happens."
    );
}

/// Shows the diff, and what comes of it.
fn show(bug: &Bug) -> Result<(), Complaint> {
    println!("{}\n\n  \"{}\"\n\n{}", bug.name, bug.thought, bug.diff());
    let scratch = Scratch::new()?;
    scratch.plant(bug)?;
    let verdict = judge::check(&scratch, bug)?;
    println!("{}", verdict.text);
    match verdict.caught {
        true => Ok(()),
        false => Err(failure(format!(
            "{} was not caught by {}, in the words: {}",
            bug.name, bug.by, bug.words
        ))),
    }
}

fn plant(bug: &Bug) -> Result<(), Complaint> {
    let root = scratch::root();
    if let Some(other) = planted(&bugs::all()?) {
        return Err(failure(format!(
            "{other} is planted already; `cargo bug --unplant` takes it out"
        )));
    }
    for file in bug.files() {
        if scratch::changed(&root, file) {
            return Err(failure(format!(
                "{file} has changes of yours: commit them, or put them away"
            )));
        }
    }
    write_all(bug.applied(&root)?)?;
    println!(
        "Planted. `cargo loom -p {}` shows it; find it and mend it, or take \
         it out with `cargo bug --unplant`.",
        bug.side
    );
    Ok(())
}

/// The bug that is in the working tree, if one is.
fn planted(bugs: &[Bug]) -> Option<&str> {
    let root = scratch::root();
    let is_in =
        |bug: &&Bug| bug.applied(&root).is_err() && bug.removed(&root).is_ok();
    bugs.iter().find(is_in).map(|bug| bug.name.as_str())
}

fn unplant(bugs: &[Bug]) -> Result<(), Complaint> {
    let name = planted(bugs).ok_or_else(|| {
        failure(
            "no bug of the list is in the working tree as it was planted; \
             if you changed lines around it, `git diff` shows them",
        )
    })?;
    write_all(find(bugs, name)?.removed(&scratch::root())?)?;
    println!("Took out {name}.");
    Ok(())
}

/// All texts were made before the first is written: nothing is half-done.
fn write_all(files: Vec<(String, String)>) -> Result<(), Complaint> {
    for (file, text) in files {
        let path = scratch::root().join(&file);
        fs::write(&path, text)
            .map_err(|error| failure(format!("{file}: {error}")))?;
    }
    Ok(())
}
