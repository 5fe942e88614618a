//! `cargo bug` plants bugs, `cargo step` makes the user the scheduler, `cargo
//! exercise` hands out exercises and grades them, and `cargo bless` makes
//! patches fit again after a change of the sources.
//!
//! The first three change code, never in the checkout: [`patch`] is a change,
//! [`tree`] the sources that it changes, [`workspace`] where they are laid out
//! (for a student in `play/`, for these tools in `target/bugs`), and
//! [`cargo`] builds and runs what is there.
//!
//! Next: [`patch`].

#![forbid(unsafe_code)]

mod bless;
mod bug;
mod bugs;
mod cargo;
mod complaint;
mod exercise;
mod out;
mod patch;
mod shelf;
mod side;
mod step;
#[cfg(test)]
mod tests;
mod tree;
mod workspace;

use std::process::ExitCode;

use clap::Parser;
use complaint::Result;

#[derive(Parser)]
#[command(name = "cargo", bin_name = "cargo", max_term_width = 80)]
enum Command {
    Bug(bug::Args),
    Step(step::Args),
    Exercise(exercise::Args),
    Bless(bless::Args),
}

fn main() -> ExitCode {
    let Err(complaint) = run(Command::parse()) else {
        return ExitCode::SUCCESS;
    };
    let text = complaint.to_string();
    if !text.is_empty() {
        out::complain(&format!("error: {text}"));
    }
    ExitCode::from(complaint.code())
}

fn run(command: Command) -> Result {
    match command {
        Command::Bug(args) => bug::run(&args),
        Command::Step(args) => step::run(&args),
        Command::Exercise(args) => exercise::run(&args),
        Command::Bless(args) => bless::run(&args),
    }
}
