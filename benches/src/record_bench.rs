//! `cargo record`: runs `cargo bench`, and keeps what it says, with the date,
//! in `docs/benchmarks.md`, the figures in `docs/record.json`, and the picture
//! beside them. Then it writes these figures where the pages quote them.

#![forbid(unsafe_code)]

use std::collections::BTreeMap;
use std::env;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::time::SystemTime;

const BEGIN: &str = "<!-- recorded by `cargo record` -->\n";
const END: &str = "<!-- end of the record -->\n";

/// What `docs/record.json` holds.
struct Record {
    /// When it was recorded.
    date: String,
    /// What `docs/benchmarks.md` shows, line by line.
    record: Vec<String>,
    /// The figures that pages may quote.
    figures: BTreeMap<String, serde_json::Value>,
}

fn main() -> ExitCode {
    match record() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn record() -> io::Result<()> {
    run(cargo().arg("bench"), "cargo bench failed")?;
    let bench = root().join("target").join("bench");
    let docs = root().join("docs");
    let record = read(&bench)?;
    show(&record, &docs.join("benchmarks.md"))?;
    fs::write(docs.join("record.json"), json(&record)?)?;
    fs::copy(bench.join("cost.svg"), docs.join("cost.svg"))?;
    let date = &record.date;
    println!("docs/record.json, benchmarks.md, cost.svg: of {date}.");
    run(
        cargo()
            .args(["test", "--quiet", "--package", "docs-check"])
            .args(["--test", "docs", "quoted_figures"])
            .env("BLESS", "1"),
        "some sentences do not agree with the new figures: see above",
    )
}

fn cargo() -> Command {
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut cargo = Command::new(cargo);
    cargo.current_dir(root());
    cargo
}

fn run(command: &mut Command, if_not: &str) -> io::Result<()> {
    if command.status()?.success() {
        return Ok(());
    }
    Err(io::Error::other(if_not))
}

/// What the last `cargo bench` has kept.
fn read(bench: &Path) -> io::Result<Record> {
    let verdict = fs::read_to_string(bench.join("verdict.md"))?;
    let ties = fs::read_to_string(bench.join("ties.json"))?;
    // The page has headings of its own.
    let verdict = verdict.replace("\n## ", "\n### ");
    let now = humantime::format_rfc3339_seconds(SystemTime::now()).to_string();
    let date = now.split('T').next().unwrap_or_default().to_string();
    let text = format!("On {date}: {}", verdict.trim());
    let record = text.lines().map(str::to_string).collect();
    Ok(Record { date, record, figures: serde_json::from_str(&ties)? })
}

/// A line for each line of the record, and for each figure: so that two
/// records can be compared.
fn json(record: &Record) -> io::Result<String> {
    let lines = serde_json::to_string_pretty(&record.record)?;
    let figure = |(name, figure): (&String, &serde_json::Value)| {
        format!("\"{name}\": {figure}")
    };
    let figures: Vec<_> = record.figures.iter().map(figure).collect();
    let (date, figures) = (&record.date, figures.join(",\n"));
    Ok(format!(
        "{{\n\"date\": \"{date}\",\n\"record\": {lines},\n\"figures\": \
         {{\n{figures}\n}}\n}}\n"
    ))
}

/// Puts it into the page, in place of the last one.
fn show(record: &Record, page: &Path) -> io::Result<()> {
    let text = fs::read_to_string(page)?;
    let parts = text
        .split_once(BEGIN)
        .and_then(|(before, rest)| Some((before, rest.split_once(END)?.1)));
    let (before, after) = parts
        .ok_or_else(|| io::Error::other("docs/benchmarks.md has no record"))?;
    let lines = record.record.join("\n");
    fs::write(page, format!("{before}{BEGIN}\n{lines}\n{END}{after}"))
}
