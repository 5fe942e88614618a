//! `cargo bench`: what locks and channels cost, and when it matters.
//!
//! The lines of each point are measured in turn, forwards and backwards (A B C,
//! C B A, ...), so that a disturbance of the machine affects all of them alike.
//! criterion then gets the samples, for its statistics, its reports and its
//! baselines. At the end comes the verdict, from the same samples.

mod points;
mod questions;

use std::alloc::System;
use std::env;
use std::fs;
use std::io;
use std::path::Path;
use std::process::ExitCode;

use benches::verdict::machine::{Machine, Others};
use benches::verdict::{Verdict, chart};
use stats_alloc::{INSTRUMENTED_SYSTEM, StatsAlloc};

/// Counts bytes, for one of the questions. It costs an addition for each
/// allocation; what is timed here makes hardly any.
#[global_allocator]
static HEAP: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

fn main() -> ExitCode {
    let said = |flag: &str| env::args().any(|arg| arg == flag);
    // `cargo test --benches` runs this too.
    if !said("--bench") {
        return ExitCode::SUCCESS;
    }
    let others = Others::start();
    let questions = questions::ask_all(said("--quick"));
    let measured = questions.iter().any(|q| !q.figures.is_empty());
    if !measured || said("--list") || said("--test") {
        return ExitCode::SUCCESS;
    }
    let verdict = Verdict { machine: Machine::look(&others), questions };
    println!("\n{}", verdict.text());
    match keep(&verdict) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: target/bench: {error}");
            ExitCode::FAILURE
        }
    }
}

/// In `target/bench/`: as text, as JSON, and as a picture.
fn keep(verdict: &Verdict) -> io::Result<()> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let folder = root.join("target").join("bench");
    fs::create_dir_all(&folder)?;
    let write = |name: &str, text: &str| {
        // First to another file: a reader sees all of the old or the new one.
        let new = folder.join(format!("{name}.new"));
        fs::write(&new, text)?;
        fs::rename(&new, folder.join(name))
    };
    write("verdict.md", &verdict.text())?;
    write("verdict.json", &serde_json::to_string_pretty(verdict)?)?;
    if let Some(svg) = chart::svg(&verdict.questions[0]) {
        write("cost.svg", &svg)?;
    }
    println!("Kept in target/bench: verdict.md, verdict.json, cost.svg");
    Ok(())
}
