//! `cargo bench`: what locks and channels cost, and when it matters.
//!
//! It goes round all questions again and again, and in each round measures
//! each line of each point once. So the lines of a point are measured one right
//! after the other, and its rounds are spread over the whole run: what changes
//! in the machine meanwhile changes all of them. Criterion is then given the
//! samples, for its statistics, its reports and its baselines. At the end comes
//! the verdict, from the same samples.

mod cores;
mod points;
mod questions;
mod unit;

use std::alloc::System;
use std::env;
use std::fs;
use std::io;
use std::path::Path;
use std::process::ExitCode;

use benches::load::{BUSY, be_busy};
use benches::verdict::machine::{Machine, Others};
use benches::verdict::ties::ties;
use benches::verdict::{Question, Verdict, chart};
use stats_alloc::{INSTRUMENTED_SYSTEM, StatsAlloc};

use points::Effort;

/// Counts bytes, for one of the questions. It costs an addition for each
/// allocation; what is timed here makes hardly any.
#[global_allocator]
static HEAP: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

fn main() -> ExitCode {
    let said = |flag: &str| env::args().any(|arg| arg == flag);
    if said(BUSY) {
        // It is one of the other programs in one of the questions.
        return be_busy().map_or(ExitCode::FAILURE, |()| ExitCode::SUCCESS);
    }
    // `cargo test --benches` runs this too.
    if !said("--bench") {
        return ExitCode::SUCCESS;
    }
    let others = Others::start();
    let questions = ask_all(said("--quick"), &others);
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

/// Every question, round after round.
fn ask_all(quick: bool, others: &Others) -> Vec<Question> {
    let effort = if quick {
        Effort { rounds: 6, run_ns: 1.5e7, quick }
    } else {
        Effort { rounds: 12, run_ns: 5e7, quick }
    };
    let asked = questions::all(effort, others);
    for round in 1..=effort.rounds {
        println!("Round {round} of {}", effort.rounds);
        asked.iter().for_each(|asked| asked.measure(round));
    }
    let told: Vec<_> = asked.into_iter().map(|a| a.told(effort)).collect();
    let first = told[0].0.clone();
    let noted = |(mut question, notes): (Question, points::Notes)| {
        notes(&mut question, &first);
        question
    };
    told.into_iter().map(noted).collect()
}

/// In `target/bench/`: as text, as JSON, and as a picture.
fn keep(verdict: &Verdict) -> io::Result<()> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let folder = root.join("target").join("bench");
    fs::create_dir_all(&folder)?;
    let write = |name: &str, text: &str| {
        // First beside it: who looks sees the old one or the new, whole.
        let new = folder.join(format!("{name}.new"));
        fs::write(&new, text)?;
        fs::rename(&new, folder.join(name))
    };
    write("verdict.md", &verdict.text())?;
    write("verdict.json", &serde_json::to_string_pretty(verdict)?)?;
    write("ties.json", &serde_json::to_string_pretty(&ties(verdict))?)?;
    if let Some(svg) = chart::svg(&verdict.questions[0]) {
        write("cost.svg", &svg)?;
    }
    println!("Kept in target/bench: verdict.md, verdict.json, cost.svg");
    Ok(())
}
