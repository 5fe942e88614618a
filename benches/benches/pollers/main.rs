//! `cargo bench`: what locks and channels cost, and when it matters.
//!
//! It goes round all questions again and again, and in each round measures
//! each line of each point once. So the lines of a point are measured one right
//! after the other, and its rounds are spread over the whole run: what changes
//! in the machine meanwhile changes all of them. Criterion is then given the
//! samples, for its statistics and its reports. At the end comes the verdict,
//! from the same samples.
//!
//! `cargo record` is the same, and then measures each poller against itself;
//! it keeps the verdict's tables for the pages.

mod cores;
mod points;
mod questions;

use std::env;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use benches::args::Args;
use benches::load::{BUSY, be_busy};
use benches::out::end_without_a_reader;
use benches::verdict::machine::{Others, look};
use benches::verdict::tables::record;
use benches::verdict::{Question, Verdict, chart};
use clap::Parser;
use fastrand::Rng;

use points::{Asked, Effort, tell_criterion};

fn main() -> ExitCode {
    end_without_a_reader();
    let said = |flag| env::args().any(|arg| arg == flag);
    let done = if said(BUSY) {
        // It is one of the other programs in one of the questions.
        be_busy()
    } else if !said("--bench") {
        // `cargo test --benches` runs this too.
        Ok(())
    } else {
        let args = Args::parse();
        let record = env::var_os("RECORD").is_some();
        if record && !args.is_whole() {
            eprintln!("error: a record has all: only --rounds and --seed go");
            return ExitCode::from(2);
        } else if args.list {
            println!("{}", names());
            return ExitCode::SUCCESS;
        }
        if record { keep_record(args) } else { bench(&args).map(drop) }
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Measures what the command line asks for, prints it, and keeps it in
/// `target/bench/`: as text, as JSON, and as a picture.
fn bench(args: &Args) -> io::Result<Verdict> {
    let verdict = answers(args)?;
    println!("\n{}", verdict.text());
    let mut all = vec![
        ("verdict.md", verdict.text()),
        ("verdict.json", serde_json::to_string_pretty(&verdict)?),
    ];
    all.extend(picture(&verdict).map(|svg| ("cost.svg", svg)));
    keep("target/bench", &all)?;
    Ok(verdict)
}

/// The tables and the picture, in `docs/`, and then in the pages.
fn keep_record(mut args: Args) -> io::Result<()> {
    let verdict = bench(&args)?;
    args.same = true;
    let mut tables = record(&bench(&args)?);
    tables.extend(record(&verdict));
    let tables = serde_json::to_string_pretty(&tables)? + "\n";
    let mut all = vec![("record.json", tables)];
    all.extend(picture(&verdict).map(|svg| ("cost.svg", svg)));
    keep("docs", &all)?;
    show()
}

fn picture(verdict: &Verdict) -> Option<String> {
    let of_urls = verdict.questions.first().filter(|_| !verdict.same);
    of_urls.and_then(chart::svg)
}

/// Measures all that is asked for.
fn answers(args: &Args) -> io::Result<Verdict> {
    let others = Others::start();
    let seed = args.seed.unwrap_or_else(|| fastrand::u64(..1_000_000));
    let run_ns = if args.quick { 1.5e7 } else { 5e7 };
    let asked = questions::all(Effort { run_ns, quick: args.quick });
    let asked = asked.into_iter().map(|asked| {
        let asked = if args.same { asked.same() } else { asked };
        asked.named(args)
    });
    let mut asked: Vec<Asked> = asked.collect();
    if asked.iter().all(|asked| asked.points.is_empty()) {
        let names = names();
        let why = format!("nothing has this name; the questions are:\n{names}");
        return Err(io::Error::other(why));
    }
    println!("Seed {seed}: `--seed {seed}` measures in the same order");
    let (rounds, mut random) = (args.rounds(), Rng::with_seed(seed));
    for round in 1..=rounds {
        println!("Round {round} of {rounds}");
        asked.iter_mut().for_each(|asked| asked.measure(&mut random));
    }
    let (questions, same) = (answered(asked, args.same), args.same);
    Ok(Verdict { machine: look(&others, seed), questions, same })
}

fn answered(asked: Vec<Asked>, same: bool) -> Vec<Question> {
    let mut answered: Vec<Question> = Vec::new();
    for asked in asked {
        let common = asked.common;
        let mut question = asked.answered();
        if !same {
            tell_criterion(&question);
        }
        if let (Some(at), Some(first)) = (common, answered.first()) {
            question.take_over(first, questions::COMMON as f64, at);
        }
        answered.push(question);
    }
    answered
}

/// A line for each question.
fn names() -> String {
    let all = questions::all(Effort { run_ns: 0.0, quick: true });
    let lines = all.iter().map(|asked| {
        let Question { name, asks, .. } = asked.question;
        format!("  {name:10} {asks}")
    });
    lines.collect::<Vec<_>>().join("\n")
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn keep(folder: &str, files: &[(&str, String)]) -> io::Result<()> {
    let to = root().join(folder);
    fs::create_dir_all(&to)?;
    for (name, text) in files {
        // First beside it: who looks sees the old one or the new, whole.
        let new = to.join(name).with_extension("new");
        fs::write(&new, text)?;
        fs::rename(&new, to.join(name))?;
    }
    let names: Vec<_> = files.iter().map(|(name, _)| *name).collect();
    println!("Kept in {folder}: {}", names.join(", "));
    Ok(())
}

/// Writes the tables in the pages.
fn show() -> io::Result<()> {
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut show = Command::new(cargo);
    show.args(["test", "--quiet", "--package", "docs-check", "--", "tables"]);
    show.current_dir(root()).env("BLESS", "1");
    if !show.status()?.success() {
        return Err(io::Error::other("the pages were not written: see above"));
    }
    println!(
        "The tables in the pages are new. Now read whether the sentences \
         beside them still hold."
    );
    Ok(())
}
