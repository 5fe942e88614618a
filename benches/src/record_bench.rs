//! `cargo record`: runs `cargo bench`, and keeps what it says, with the date,
//! in `docs/benchmarks.md`, and its picture beside it.

#![forbid(unsafe_code)]

use std::env;
use std::fs;
use std::io;
use std::path::Path;
use std::process::{Command, ExitCode};
use std::time::SystemTime;

use compare::out;

const BEGIN: &str = "<!-- recorded by `cargo record` -->\n";
const END: &str = "<!-- end of the record -->\n";

fn main() -> ExitCode {
    match record() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            out::complain(&error.to_string());
            ExitCode::FAILURE
        }
    }
}

fn record() -> io::Result<()> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let bench = Command::new(cargo).arg("bench").current_dir(&root).status()?;
    if !bench.success() {
        return Err(io::Error::other("cargo bench failed"));
    }
    let bench = root.join("target").join("bench");
    let verdict = fs::read_to_string(bench.join("verdict.md"))?;
    // The page has headings of its own.
    let verdict = verdict.replace("\n## ", "\n### ");
    let page = root.join("docs").join("benchmarks.md");
    let text = fs::read_to_string(&page)?;
    let parts = text
        .split_once(BEGIN)
        .and_then(|(before, rest)| Some((before, rest.split_once(END)?.1)));
    let (before, after) = parts
        .ok_or_else(|| io::Error::other("docs/benchmarks.md has no record"))?;
    let now = humantime::format_rfc3339_seconds(SystemTime::now()).to_string();
    let date = now.split('T').next().unwrap_or_default();
    let text =
        format!("{before}{BEGIN}\nOn {date}: {}\n{END}{after}", verdict.trim());
    fs::write(&page, text)?;
    fs::copy(bench.join("cost.svg"), root.join("docs").join("cost.svg"))?;
    out::say(format!("docs/benchmarks.md and docs/cost.svg are of {date}."));
    Ok(())
}
