//! What the commands of the pages print now.

use std::io;
use std::process::{Command, Output, Stdio};

use crate::pages::root;

/// The part of what `command` prints that a page shows: for a bug, from its
/// headline to the end of its diagram; for models, the lines without timings.
pub fn fresh(command: &str) -> Result<String, String> {
    let out = output(command).map_err(|error| format!("{command}: {error}"))?;
    let text = String::from_utf8_lossy(&out.stdout).replace("\r\n", "\n");
    let error = String::from_utf8_lossy(&out.stderr);
    let words: Vec<&str> = command.split_whitespace().take(2).collect();
    let part = match words.as_slice() {
        ["cargo", "run"] => text.clone(),
        ["cargo", "step"] => sentences(&text),
        ["cargo", "gallery"] => reasons(&text),
        ["cargo", "loom"] => models(&text),
        ["cargo", "bug"] if text.contains("\nerror[") => first_error(&text),
        ["cargo", "bug"] => diagram(&text),
        ["rustc", _] => first_error(&error),
        _ => return Err(format!("cannot run `{command}`")),
    };
    if part.trim().is_empty() {
        return Err(format!("`{command}` prints no such thing: {text}{error}"));
    }
    Ok(part)
}

/// Runs it as the shell would; `rustc` only as far as its errors.
pub fn output(command: &str) -> io::Result<Output> {
    let (program, rest) = command.split_once(' ').unwrap_or((command, ""));
    let mut run = Command::new(program);
    if program == "rustc" {
        // It must not compile. If it does, this is what it would write.
        run.args(["--edition", "2024", "--crate-type", "lib"]);
        run.args(["--emit", "metadata"]);
        run.arg("--out-dir").arg(env!("CARGO_TARGET_TMPDIR"));
    } else if !rest.starts_with("run ") {
        // One of them may wait for another: then it says so.
        run.stderr(Stdio::inherit());
    }
    run.args(rest.split_whitespace()).current_dir(root());
    // Drawn for the width of a page; and flags would win over the alias.
    for name in ["COLUMNS", "RUSTFLAGS", "CARGO_ENCODED_RUSTFLAGS"] {
        run.env_remove(name);
    }
    run.output()
}

/// The sentences, without the command; of a page that was made, what it holds.
fn sentences(text: &str) -> String {
    let page = || text.split_once("\nfile:")?.0.split_once('\n');
    let parts = text.split_once("\n\n").or_else(page);
    let (_, sentences) = parts.unwrap_or_default();
    format!("{}\n", sentences.trim_end())
}

/// Why one of the gallery fails.
fn reasons(text: &str) -> String {
    let (_, reasons) = text.split_once("\n\n").unwrap_or_default();
    let reasons = reasons.split("\n\nAt the end:").next().unwrap_or_default();
    format!("{}\n", reasons.trim_end())
}

/// From the line under the model's name to the sentences; no legend.
fn diagram(text: &str) -> String {
    let Some((_, diagram)) = text.split_once("\nFAILED") else {
        return String::new();
    };
    let diagram = diagram.split_once("\n\n").map_or("", |(_, rest)| rest);
    let end = diagram.find(" steps, ").unwrap_or(diagram.len());
    let end = diagram[..end].rfind('\n').unwrap_or(end);
    format!("{}\n", diagram[..end].trim_end())
}

/// `ok`, what holds, in how many interleavings.
fn models(text: &str) -> String {
    let said =
        |line: &&str| line.starts_with("ok  ") || line.starts_with("    ");
    let untimed = |line: &str| {
        let line = line.trim_end().split(" (").next().unwrap_or_default();
        format!("{line}\n")
    };
    text.lines().filter(said).map(untimed).collect()
}

/// The first line of the first error: its code and text.
fn first_error(text: &str) -> String {
    let error = text.lines().find(|line| line.starts_with("error["));
    error.map_or(String::new(), |line| format!("{line}\n"))
}
