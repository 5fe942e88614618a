//! What a command prints now.

use std::io;
use std::process::{Command, Output, Stdio};

use crate::pages::root;

/// The part of what `command` prints that `old` shows: for a bug, from its
/// headline to the end of its lanes; for models, the lines without timings.
pub fn fresh(command: &str, old: &str) -> Result<String, String> {
    let mut words = command.split_whitespace();
    let out = match (words.next(), words.next()) {
        (Some("cargo"), Some("bug")) => {
            let mut bug = run("classroom", "bug");
            // Drawn for the width of a page, whatever the shell says.
            bug.args(words).env_remove("COLUMNS");
            // It may wait for another one: whoever runs the test reads that.
            bug.stderr(Stdio::inherit());
            bug.output()
        }
        (Some("cargo"), Some("step")) => {
            let mut step = run("classroom", "step");
            step.args(words).stderr(Stdio::inherit());
            step.output()
        }
        (Some("cargo"), Some("loom")) => {
            let cargo = std::env::var_os("CARGO").ok_or("no CARGO")?;
            let mut loom = Command::new(cargo);
            loom.arg("loom").args(words).current_dir(root());
            // Of this test's own cargo: they would win over the alias.
            loom.env_remove("RUSTFLAGS").env_remove("CARGO_ENCODED_RUSTFLAGS");
            loom.output()
        }
        (Some("cargo"), Some("run")) => example(words),
        (Some("rustc"), Some(path)) => refused(path),
        _ => return Err(format!("cannot run `{command}`")),
    };
    let out = out.map_err(|error| format!("{command}: {error}"))?;
    let text = String::from_utf8_lossy(&out.stdout).replace("\r\n", "\n");
    let part = if command.starts_with("cargo run ") {
        text.clone()
    } else if command.starts_with("rustc ") {
        compiler(&String::from_utf8_lossy(&out.stderr))
    } else if command.starts_with("cargo step ") {
        story(&text)
    } else if !command.contains("cargo bug") {
        models(&text)
    } else if old.starts_with("error") {
        compiler(&text)
    } else {
        lanes(&text)
    };
    if part.is_empty() {
        Err(format!("`{command}` prints no such thing: {text}"))
    } else {
        Ok(part)
    }
}

/// `cargo run` of a program of this workspace, still without its arguments.
pub fn run(package: &str, program: &str) -> Command {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut run = Command::new(cargo);
    run.args(["run", "--quiet", "--package", package, "--bin"]);
    if package == "classroom" {
        // One program, of several commands.
        run.args([package, "--", program]);
    } else {
        run.args([program, "--"]);
    }
    run.current_dir(root());
    run
}

/// `cargo run -p PACKAGE --example NAME`: a small program of a chapter.
fn example<'a>(words: impl Iterator<Item = &'a str>) -> io::Result<Output> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut run = Command::new(cargo);
    run.args(["run", "--quiet"]).args(words).current_dir(root()).output()
}

/// A program that must not compile, and so leaves no file behind.
fn refused(path: &str) -> io::Result<Output> {
    let mut rustc = Command::new("rustc");
    rustc.args(["--edition", "2024", "--crate-type", "lib"]);
    rustc.args(["--emit", "metadata"]);
    // What it would write if it did compile.
    rustc.arg("--out-dir").arg(env!("CARGO_TARGET_TMPDIR"));
    rustc.arg(path).current_dir(root()).output()
}

/// The sentences, without the command.
fn story(text: &str) -> String {
    let (_, story) = text.split_once("\n\n").unwrap_or_default();
    format!("{}\n", story.trim_end())
}

/// From the line under the model's name to the sentences; no legend.
fn lanes(text: &str) -> String {
    let Some((_, lanes)) = text.split_once("\nFAILED") else {
        return String::new();
    };
    let lanes = lanes.split_once("\n\n").map_or("", |(_, rest)| rest);
    let end = lanes.find(" steps, ").unwrap_or(lanes.len());
    let end = lanes[..end].rfind('\n').unwrap_or(end);
    format!("{}\n", lanes[..end].trim_end())
}

/// `ok`, what holds, in how many interleavings.
fn models(text: &str) -> String {
    let mut models = String::new();
    for line in text.lines() {
        let line = line.trim_end();
        let said = line.starts_with("ok  ") || line.starts_with("    ");
        if said {
            let line = line.split(" (").next().unwrap_or(line);
            models += line;
            models.push('\n');
        }
    }
    models
}

/// The first line of the first error: its code and text.
fn compiler(text: &str) -> String {
    let error = text.lines().find(|line| line.starts_with("error["));
    error.map_or(String::new(), |line| format!("{line}\n"))
}
