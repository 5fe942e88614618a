//! `cargo soak`.

#![forbid(unsafe_code)]

use std::process::ExitCode;

use clap::Parser;
use compare::interrupt::Interrupt;
use compare::out::Failure;
use soak::args::Args;
use soak::huge::huge;
use soak::load;
use soak::run::{hush, real};
use soak::say;
use soak::soak::{Plan, again, soak};
use soak::watch::Watch;

fn main() -> ExitCode {
    match run(&Args::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => failure.told(),
    }
}

fn run(args: &Args) -> Result<(), Failure> {
    let interrupt = Interrupt::install();
    if args.on_one_core {
        load::use_one_core()?;
    }
    load::keep_busy(args.beside)?;
    hush();
    let watch = Watch { start: real, patience: args.patience };
    if let Some(case) = &args.case {
        return again(case, args.tries, watch, &interrupt);
    }
    // Short enough to be typed.
    let seed = args.seed.unwrap_or_else(|| fastrand::u64(..1 << 32));
    say(format!("seed {seed}"));
    let plan = Plan { seed, sides: args.side.all(), time: args.time };
    match args.urls {
        Some(urls) => huge(&plan, urls as usize, watch, &interrupt),
        None => soak(&plan, watch, &interrupt),
    }
}
