//! `compare`: both pollers, side by side.

#![forbid(unsafe_code)]

use std::process::ExitCode;

use compare::args::Args;
use compare::{demo, run};

fn main() -> ExitCode {
    let done = Args::read().and_then(|args| match args {
        None => demo::run(),
        Some(args) => run::run(&args),
    });
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => failure.told(),
    }
}
