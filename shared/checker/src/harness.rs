//! A test program of models, which checks them and prints the results: `cargo
//! loom`.
//!
//! `--json FILE` writes them as JSON, one object for each model: what other
//! programs read, never the text.
//!
//! ```text
//! name, text         as printed
//! patient            more looks in vain in a row were left out, or null: none
//! interleavings      how many were run, until one failed or all were done; or
//!                    how many schedules there are, if `states` is not null
//! states             those of the graph of all schedules, if that was searched
//! took_ms            milliseconds
//! failure            null, or:
//!   headline         what is wrong
//!   why              sentences
//!   lanes            the thread diagram, in 100 columns
//! ```

use std::env;
use std::fmt::Display;
use std::fs;
use std::io::{self, Write};
use std::process::{self, ExitCode};
use std::time::Instant;

use serde_json::{Value, json};

use crate::check::{Checked, Model, Quantity};
use crate::failure::Failure;
use crate::graph::parse_schedule;
use crate::lanes;
use crate::stepping::{self, Mode, Options};
use crate::world::Choice;

#[derive(Default)]
struct Args {
    names: Vec<String>,
    exact: bool,
    list: bool,
    step: Option<Mode>,
    story: Options,
}

fn args() -> Result<Args, lexopt::Error> {
    use lexopt::prelude::*;
    let mut args = Args::default();
    let mut parser = lexopt::Parser::from_env();
    while let Some(arg) = parser.next()? {
        match arg {
            Long("exact") => args.exact = true,
            Long("list") => args.list = true,
            Long("page") => {
                args.step = Some(Mode::Page(parser.value()?.into()));
            }
            Long("story") => {
                args.step = Some(Mode::Story(parser.value()?.into()));
            }
            Long("failed") => {
                args.step = Some(Mode::Failed(parser.value()?.into()));
            }
            Long("follow") => {
                args.story.follow = Some(parser.value()?.into());
            }
            Long("terminal") => args.step = Some(Mode::Terminal),
            Long("replay") => args.step = Some(Mode::Replay),
            Long("random") => {
                args.step = Some(Mode::Random(parser.value()?.parse()?));
            }
            Long("pct") => {
                args.story.depth = Some(parser.value()?.parse_with(depth)?);
            }
            Long("seed") => args.story.seed = parser.value()?.parse()?,
            Long("agree") => args.step = Some(Mode::Agree),
            Long("figures") => args.step = Some(Mode::Figures),
            Long("schedule") => {
                args.story.schedule = parser.value()?.parse_with(schedule)?;
            }
            Long("spurious") => args.story.limits.spurious = true,
            Long("states") => {
                args.story.limits.states = parser.value()?.parse()?;
            }
            Long("title") => args.story.title = parser.value()?.string()?,
            Long("thought") => args.story.thought = parser.value()?.string()?,
            Long("command") => args.story.command = parser.value()?.string()?,
            Long("json") => args.story.json = Some(parser.value()?.into()),
            // What is said to every test program.
            Long("nocapture" | "no-capture" | "quiet") | Short('q') => {}
            Value(name) => args.names.push(name.string()?),
            other => return Err(other.unexpected()),
        }
    }
    Ok(args)
}

fn depth(text: &str) -> Result<usize, String> {
    let depth = text.parse().ok().filter(|depth| (1..100).contains(depth));
    depth.ok_or(format!("{text:?} is no depth of a bug: give 1 to 99"))
}

fn schedule(text: &str) -> Result<Vec<Choice>, String> {
    parse_schedule(text)
}

/// Writes a line. A reader that closes the pipe early ends the program, with
/// an exit code that says that not everything was checked.
pub(super) fn say(line: impl Display) {
    if writeln!(io::stdout(), "{line}").is_err() {
        process::exit(1);
    }
}

/// Checks those models whose names have what the command line says in them.
/// `elsewhere` has the names of the models of other programs that one command
/// runs after each other.
pub fn main(package: &str, models: Vec<Model>, elsewhere: &[&str]) -> ExitCode {
    main_with(package, models, elsewhere, None)
}

/// Checks those models whose names have what the command line says in them.
/// `elsewhere` has the names of the models of other programs that one command
/// runs after each other.
/// With `step`, a command that takes the name of a model, a failure ends with
/// how to step through it.
pub fn main_with(
    package: &str,
    models: Vec<Model>,
    elsewhere: &[&str],
    step: Option<&str>,
) -> ExitCode {
    let args = match args() {
        Ok(args) => args,
        Err(lexopt::Error::ParsingFailed { error, .. }) => {
            eprintln!("error: {error}");
            return ExitCode::from(2);
        }
        Err(error) => {
            eprintln!(
                "error: {error}\n\nGive parts of names of models, and --list, \
                 --exact or --json FILE. To step through one\nmodel: --page \
                 FILE, --terminal, or --replay --schedule STEPS; also \
                 --spurious\nand --states MOST. A run that fails: --failed \
                 FILE writes it, and --follow FILE\ntakes it to an edited \
                 program. Of all: --figures, --agree, or --random RUNS, \
                 with\n--seed NUMBER, and with --pct DEPTH by random \
                 priorities: each run finds a bug of\nthat depth with a \
                 chance of at least 1/(n k^(DEPTH-1)), for n threads and k \
                 steps."
            );
            return ExitCode::from(2);
        }
    };
    let wanted = |model: &Model| {
        let part = |part: &String| {
            model.name == *part
                || (!args.exact && model.name.contains(part.as_str()))
        };
        args.names.is_empty() || args.names.iter().any(part)
    };
    let known = |name: &String| {
        let mut all = models.iter().map(|m| m.name).chain(elsewhere.to_vec());
        all.any(|known| known.contains(name.as_str()))
    };
    // Models of another package are run there. But a name that no package has
    // checks nothing: that must be an error.
    if let Some(stranger) = args.names.iter().find(|name| !known(name)) {
        eprintln!(
            "error: no model's name contains {stranger:?}; `--list` lists \
             them all"
        );
        return ExitCode::from(2);
    }
    let all = models.len();
    let models: Vec<_> = models.into_iter().filter(wanted).collect();
    if args.list {
        for model in &models {
            say(format!("{:36} {}", model.name, model.says));
        }
        return ExitCode::SUCCESS;
    }
    if models.is_empty() {
        say(format!("{package}: none of its {all} models matches"));
        return ExitCode::SUCCESS;
    }
    if let Some(mode) = &args.step {
        return stepping::run(package, &models, mode, &args.story);
    }
    let began = Instant::now();
    say(format!("\n{package}, in every interleaving of its threads\n"));
    let mut failed = 0;
    let mut report = Vec::new();
    // One after the other: two searches would slow each other down, because
    // half of the time goes to the system, which maps stacks.
    for model in &models {
        let checked = model.check();
        say(text(model, &checked));
        report.push(json(model, &checked));
        if checked.failure.is_some() {
            failed += 1;
            if let Some(step) = step.filter(|_| model.kind != Quantity::Plain) {
                let step = format!("{step} {}", model.name);
                // The copy of a student has a command of its own.
                let step = env::var("STEP_HERE").unwrap_or(step);
                say(format!("Step through it: {step}"));
            }
        }
    }
    if let Some(file) = &args.story.json
        && let Err(error) = fs::write(file, Value::from(report).to_string())
    {
        eprintln!("error: {}: {error}", file.display());
        return ExitCode::from(2);
    }
    let verdict = if failed == 0 { "ok" } else { "FAILED" };
    say(format!(
        "\ntest result: {verdict}. {} passed; {failed} failed; 0 ignored; 0 \
         measured; {} filtered out; finished in {:.2}s\n",
        models.len() - failed,
        all - models.len(),
        began.elapsed().as_secs_f64()
    ));
    let _ = io::stdout().flush();
    if failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn text(model: &Model, checked: &Checked) -> String {
    let Checked { seen, took, failure, .. } = checked;
    let n = grouped(checked.interleavings);
    // The graph of all schedules has no such bound.
    let bound = match model.bound.filter(|_| checked.states.is_none()) {
        Some(1) => " with at most 1 forced switch".into(),
        Some(bound) => format!(" with at most {bound} forced switches"),
        None => String::new(),
    };
    let (Model { name, says, .. }, s) = (model, took.as_secs_f64());
    let size = if model.size.is_empty() {
        String::new()
    } else {
        format!(": {}", model.size)
    };
    let (runs, through) = match checked.states {
        Some(states) => {
            let states = grouped(states as u64);
            ("schedules", format!(", through {states} states"))
        }
        None => ("interleavings", String::new()),
    };
    let is_whole = checked.states.is_some();
    let holds = match (failure, model.kind) {
        (Some(failure), _) => {
            let width = width();
            let drawn = lanes::draw(failure, width);
            let headline = &failure.headline;
            let found = match model.kind {
                _ if is_whole => {
                    format!("broken in some of {n} schedules")
                }
                Quantity::All => format!("broken in interleaving {n}{bound}"),
                _ => format!("after {n} interleavings{bound}"),
            };
            return format!(
                "FAILED  {name}{size}\n        {says}\n        {found}\n\n\
                 {headline}\n\n{drawn}\n"
            );
        }
        (None, Quantity::All) if checked.interleavings == 1 => {
            let run = runs.trim_end_matches('s');
            format!("holds in the only {run}{through}")
        }
        (None, Quantity::All) => format!("holds in all {n} {runs}{through}"),
        (None, Quantity::Some) => {
            format!("seen in {} of {n} {runs}{through}", grouped(*seen))
        }
        (None, Quantity::Plain) => {
            return format!("ok  {says}\n    {name} ({s:.2} s)");
        }
        (None, Quantity::One) => {
            "there is one interleaving, and no more".into()
        }
    };
    // What a thread that waits by looking again and again might still do.
    let patient = checked.patient.map_or(String::new(), |most| {
        format!(
            "\n    looks in vain more than {most} times in a row are not tried"
        )
    });
    format!(
        "ok  {says}\n    {name}{size}\n    {holds}{bound} ({s:.2} s){patient}"
    )
}

/// With commas.
pub(super) fn grouped(n: u64) -> String {
    let digits = n.to_string();
    let mut text = String::new();
    for (at, digit) in digits.char_indices() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// As wide as `COLUMNS` says, or the terminal is, or 100.
fn width() -> usize {
    let said = env::var("COLUMNS").ok().and_then(|c| c.parse().ok());
    let terminal = terminal_size::terminal_size().map(|(w, _)| w.0.into());
    said.or(terminal).unwrap_or(100).max(60)
}

/// The object that the module's text describes.
fn json(model: &Model, checked: &Checked) -> Value {
    let failure = |failure: &Failure| {
        json!({
            "headline": failure.headline,
            "why": failure.why(),
            "lanes": lanes::draw(failure, 100),
        })
    };
    json!({
        "name": model.name,
        "text": text(model, checked),
        "patient": checked.patient,
        "interleavings": checked.interleavings,
        "states": checked.states,
        "took_ms": checked.took.as_millis() as u64,
        "failure": checked.failure.as_ref().map(failure),
    })
}
