//! A test program of models, which checks them and prints the results: `cargo
//! loom`.
//!
//! Next: `report`, what is printed.

use std::env;
use std::fs;
use std::io::{self, Write};
use std::path::Path;
use std::process::ExitCode;
use std::time::Instant;

use serde_json::Value;

use crate::check::{Model, Quantity};
use crate::graph::parse_schedule;
use crate::report::{json, say, text};
use crate::stepping::{self, Mode, Options};

/// Checks those models whose names have what the command line says in them.
/// `elsewhere` has the names of the models of other programs that one command
/// runs after each other. With `step`, a command that takes the name of a
/// model, a failure ends with how to step through it.
pub fn main(
    package: &str,
    models: Vec<Model>,
    elsewhere: &[&str],
    step: Option<&str>,
) -> ExitCode {
    run(package, models, elsewhere, step).unwrap_or_else(|error| {
        eprintln!("error: {error}");
        ExitCode::from(2)
    })
}

const USAGE: &str = "\
Give parts of names of models, and --list, --exact or --json FILE. To step
through one model: --page FILE, --terminal, or --replay --schedule STEPS; also
--spurious and --states MOST. A run that fails: --failed FILE writes it, and
--follow FILE takes it to an edited program. Of all: --figures, --agree, or
--random RUNS, with --seed NUMBER, and with --pct DEPTH by random priorities:
each run finds a bug of that depth with a chance of at least
1/(n k^(DEPTH-1)), for n threads and k steps.";

fn run(
    package: &str,
    models: Vec<Model>,
    elsewhere: &[&str],
    step: Option<&str>,
) -> Result<ExitCode, String> {
    let args = args().map_err(|error| match error {
        lexopt::Error::ParsingFailed { error, .. } => error.to_string(),
        error => format!("{error}\n\n{USAGE}"),
    })?;
    let all = models.len();
    let ours = models.iter().map(|model| model.name);
    args.are_known(&ours.chain(elsewhere.to_vec()).collect::<Vec<_>>())?;
    let models = models.into_iter().filter(|model| args.want(model));
    let models: Vec<_> = models.collect();
    if args.list {
        for model in &models {
            say(format!("{:36} {}", model.name, model.says));
        }
    } else if models.is_empty() {
        say(format!("{package}: none of its {all} models matches"));
    } else if let Some(mode) = &args.step {
        return Ok(stepping::run(package, &models, mode, &args.story));
    } else {
        say(format!("\n{package}, in every interleaving of its threads\n"));
        return check(&models, all, step, args.story.json.as_deref());
    }
    Ok(ExitCode::SUCCESS)
}

/// Checks these of `all` models, one after the other: two searches would slow
/// each other down, because half of the time goes to the system, which maps
/// stacks.
fn check(
    models: &[Model],
    all: usize,
    step: Option<&str>,
    file: Option<&Path>,
) -> Result<ExitCode, String> {
    let began = Instant::now();
    let (mut failed, mut report) = (0, Vec::new());
    for model in models {
        let checked = model.check();
        say(text(model, &checked));
        report.push(json(model, &checked));
        if checked.failure.is_none() {
            continue;
        }
        failed += 1;
        if let Some(step) = step.filter(|_| model.kind != Quantity::Plain) {
            let step = format!("{step} {}", model.name);
            // The copy of a student has a command of its own.
            let step = env::var("STEP_HERE").unwrap_or(step);
            say(format!("Step through it: {step}"));
        }
    }
    if let Some(file) = file {
        fs::write(file, Value::from(report).to_string())
            .map_err(|error| format!("{}: {error}", file.display()))?;
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
    Ok(if failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

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
                args.story.schedule =
                    parser.value()?.parse_with(parse_schedule)?;
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

impl Args {
    fn want(&self, model: &Model) -> bool {
        let part = |part: &String| {
            model.name == *part
                || (!self.exact && model.name.contains(part.as_str()))
        };
        self.names.is_empty() || self.names.iter().any(part)
    }

    /// Models of another package are run there. But a name that no package has
    /// checks nothing: that must be an error.
    fn are_known(&self, all: &[&str]) -> Result<(), String> {
        let known = |name: &&String| all.iter().any(|n| n.contains(*name));
        match self.names.iter().find(|name| !known(name)) {
            None => Ok(()),
            Some(stranger) => Err(format!(
                "no model's name contains {stranger:?}; `--list` lists them \
                 all"
            )),
        }
    }
}
