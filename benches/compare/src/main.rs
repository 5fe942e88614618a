//! `compare`: both pollers, side by side.

#![forbid(unsafe_code)]

use std::process::ExitCode;

use compare::args::{Args, Mode};
use compare::{demo, out, run};

fn main() -> ExitCode {
    let done = match Args::read() {
        Mode::Demo => demo::run(),
        Mode::Run(plan) => run::run(plan),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            out::complain(&error.to_string());
            ExitCode::from(error.code())
        }
    }
}
