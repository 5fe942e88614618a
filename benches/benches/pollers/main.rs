//! `cargo bench`: what locks and channels cost, and when it matters.
//!
//! It goes round all questions again and again, and in each round measures
//! each line of each point once. So the lines of a point are measured one right
//! after the other, and its rounds are spread over the whole run: what changes
//! in the machine meanwhile changes all of them. Criterion is then given the
//! samples, for its statistics, its reports and its baselines. At the end comes
//! the verdict, from the same samples.
//!
//! `cargo record` is the same, and keeps the verdict's tables for the pages.

mod cores;
mod points;
mod questions;
mod unit;

use std::alloc::System;
use std::env;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use benches::load::{BUSY, be_busy};
use benches::verdict::machine::{Others, look};
use benches::verdict::tables::record;
use benches::verdict::{Question, Verdict, chart};
use stats_alloc::{INSTRUMENTED_SYSTEM, StatsAlloc};

use points::Effort;

/// Counts bytes, for one of the questions. It costs an addition for each
/// allocation; what is timed here makes hardly any.
#[global_allocator]
static HEAP: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

fn said(flag: &str) -> bool {
    env::args().any(|arg| arg == flag)
}

fn main() -> ExitCode {
    let record = env::var_os("RECORD").is_some();
    let arg = env::args().skip(1).find(|arg| arg != "--bench");
    let done = if said(BUSY) {
        // It is one of the other programs in one of the questions.
        be_busy()
    } else if !said("--bench") {
        // `cargo test --benches` runs this too.
        Ok(())
    } else if let (true, Some(arg)) = (record, arg) {
        eprintln!("error: a record has all questions: leave out `{arg}`");
        return ExitCode::from(2);
    } else {
        bench().and_then(|()| if record { show() } else { Ok(()) })
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn bench() -> io::Result<()> {
    let others = Others::start();
    let quick = said("--quick");
    let (rounds, run_ns) = if quick { (6, 1.5e7) } else { (12, 5e7) };
    // For a list, or a mere test, criterion asks for what it needs.
    let unmeasured = said("--list") || said("--test");
    let rounds = if unmeasured { 0 } else { rounds };
    let questions = ask_all(Effort { rounds, run_ns, quick });
    if unmeasured || questions.iter().all(|q| q.figures.is_empty()) {
        return Ok(());
    }
    let verdict = Verdict { machine: look(&others), questions };
    println!("\n{}", verdict.text());
    keep(&verdict)
}

/// Every question, round after round.
fn ask_all(effort: Effort) -> Vec<Question> {
    let asked = questions::all(effort);
    for round in 1..=effort.rounds {
        println!("Round {round} of {}", effort.rounds);
        asked.iter().for_each(|asked| asked.measure(round));
    }
    let mut told: Vec<Question> = Vec::new();
    for asked in asked {
        let common = asked.common;
        let mut question = asked.told(effort);
        if let (Some(at), Some(first)) = (common, told.first()) {
            question.take_over(first, questions::COMMON as f64, at);
        }
        told.push(question);
    }
    told
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// In `target/bench/`: as text, as JSON, as tables and as a picture.
fn keep(verdict: &Verdict) -> io::Result<()> {
    let folder = root().join("target/bench");
    fs::create_dir_all(&folder)?;
    let mut all = vec![
        ("verdict.md", verdict.text()),
        ("verdict.json", serde_json::to_string_pretty(verdict)?),
        ("record.json", serde_json::to_string_pretty(&record(verdict))? + "\n"),
    ];
    all.extend(chart::svg(&verdict.questions[0]).map(|svg| ("cost.svg", svg)));
    for (name, text) in all {
        // First beside it: who looks sees the old one or the new, whole.
        let new = folder.join(name).with_extension("new");
        fs::write(&new, text)?;
        fs::rename(&new, folder.join(name))?;
    }
    println!("Kept in target/bench: verdict.md, verdict.json, cost.svg");
    Ok(())
}

/// The tables and the picture, in `docs/`, and then in the pages.
fn show() -> io::Result<()> {
    for name in ["record.json", "cost.svg"] {
        let kept = root().join("target/bench").join(name);
        fs::copy(kept, root().join("docs").join(name))?;
    }
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut show = Command::new(cargo);
    show.args(["test", "--quiet", "--package", "docs-check", "--", "tables"]);
    show.current_dir(root()).env("BLESS", "1");
    if !show.status()?.success() {
        return Err(io::Error::other("the pages were not written: see above"));
    }
    println!(
        "Kept in docs: record.json, cost.svg, and the tables in the pages. \
         Now read whether the sentences beside them still hold."
    );
    Ok(())
}
