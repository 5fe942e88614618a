//! `compare`: both pollers, side by side.

#![forbid(unsafe_code)]

use std::process::ExitCode;

use compare::args::{Args, Mode};
use compare::{demo, json, out, run};

fn main() -> ExitCode {
    let done = Args::read().and_then(|mode| match mode {
        Mode::Demo => demo::run(),
        Mode::Schema => {
            out::say(json::SCHEMA.trim_end());
            Ok(())
        }
        Mode::Run(plan) => run::run(&plan),
    });
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            out::complain(&error.to_string());
            ExitCode::from(error.code())
        }
    }
}
