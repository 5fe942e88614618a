//! The graph of a model for a user: as a page, in the terminal, as one schedule
//! in sentences, or as figures.
//!
//! Next: `tables`, what is printed of all models; `terminal`.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use serde_json::json;

use crate::agree;
use crate::check::{Model, Quantity};
use crate::explore::{self, Limits};
use crate::failure::Failure;
use crate::follow::Failed;
use crate::graph::{Graph, State, schedule};
use crate::page::{self, Story};
use crate::report::say;
use crate::story::{self, Telling};
use crate::world::Choice;
use crate::{follow, odds, tables, terminal};

/// What to do with the graph of each model.
pub(super) enum Mode {
    /// Write it as a page, to this file.
    Page(PathBuf),
    /// Write a run that fails as a text, to this file.
    Story(PathBuf),
    /// Write it as what an edited program can follow, to this file.
    Failed(PathBuf),
    /// Step through it in the terminal.
    Terminal,
    /// Print one schedule in sentences.
    Replay,
    /// Run it by so many random schedules.
    Random(u64),
    /// Compare it with loom.
    Agree,
    /// Print its size.
    Figures,
}

/// Further options.
#[derive(Default)]
pub(super) struct Options {
    pub schedule: Vec<Choice>,
    pub limits: Limits,
    pub seed: u64,
    /// Random schedules are by priority, for bugs of this depth.
    pub depth: Option<usize>,
    /// A file with a run that has failed before an edit.
    pub follow: Option<PathBuf>,
    pub title: String,
    pub thought: String,
    pub command: String,
    /// Where to write a report.
    pub json: Option<PathBuf>,
}

/// Does it for all these models.
pub(super) fn run(
    package: &str,
    models: &[Model],
    mode: &Mode,
    options: &Options,
) -> ExitCode {
    let models = models.iter().filter(|m| m.kind != Quantity::Plain);
    let models: Vec<_> = models.collect();
    let done = match mode {
        Mode::Agree => {
            tables::agree(package, &models, options.limits).map_err(failure)
        }
        Mode::Random(runs) => {
            let Options { seed, depth, command, .. } = options;
            tables::random(package, &models, *runs, *seed, *depth, command);
            Ok(())
        }
        Mode::Figures => {
            tables::figures(package, &models, options.limits);
            Ok(())
        }
        mode => match models.as_slice() {
            [] => Err(misuse("these are ordinary tests".into())),
            [model] => one(model, mode, options),
            // Of several, the first that fails.
            [first, ..] => {
                let fails = |m: &&&Model| m.check().failure.is_some();
                let model = models.iter().find(fails).unwrap_or(first);
                one(model, mode, options)
            }
        },
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err((error, code)) => {
            eprintln!("error: {error}");
            code
        }
    }
}

/// What is wrong, and the exit code.
type Wrong = (String, ExitCode);

fn misuse(error: String) -> Wrong {
    (error, ExitCode::from(2))
}

fn failure(error: String) -> Wrong {
    (error, ExitCode::FAILURE)
}

fn one(model: &Model, mode: &Mode, options: &Options) -> Result<(), Wrong> {
    let graph = explore::graph(model, options.limits);
    if let Some(strange) = &graph.strange {
        return Err(failure(strange.clone()));
    }
    let failed = model.check().failure;
    let holds = failed.is_none();
    let mut story = tell(model, &graph, failed, options).map_err(failure)?;
    let telling = Telling { graph: &graph, command: &options.command };
    if let Some(file) = &options.follow {
        story.carried = carried(file, &telling, holds).map_err(failure)?;
        say(format!("{}\n", story.carried).trim_start());
    }
    match mode {
        Mode::Page(file) => {
            let page = page::page(&graph, &story);
            written(file, page::write(file, &page)).map_err(failure)?;
            say(telling.summary());
        }
        Mode::Story(file) => {
            let run =
                story.loom.clone().unwrap_or_else(|| story::to_show(&graph));
            let told = telling.story(&run).unwrap_or_default();
            let text = format!("{}\n\n{told}", telling.summary());
            written(file, fs::write(file, text)).map_err(failure)?;
        }
        Mode::Failed(file) => {
            let bad = || graph.shortest(0, State::is_bad);
            let run = story.loom.clone().or_else(bad).unwrap_or_default();
            let text = json!(follow::failed(&graph, &run)).to_string();
            written(file, page::write(file, &text)).map_err(failure)?;
        }
        Mode::Terminal => {
            check(&graph, &options.schedule).map_err(misuse)?;
            terminal::play(&telling, &options.schedule);
        }
        Mode::Replay => {
            let all = &options.schedule;
            let told = check(&graph, all)
                .map(|()| telling.story(all).unwrap_or_default());
            if let Some(file) = &options.json {
                let report = replayed(&graph, all, &told);
                written(file, fs::write(file, report)).map_err(failure)?;
            }
            say(told.map_err(misuse)?);
        }
        Mode::Random(_) | Mode::Agree | Mode::Figures => {
            unreachable!("that is for all")
        }
    }
    Ok(())
}

/// How the run in this file goes here; empty if no one run had failed.
fn carried(
    file: &Path,
    telling: &Telling<'_>,
    holds: bool,
) -> Result<String, String> {
    let wrong = |why: String| format!("{}: {why}", file.display());
    let text = fs::read_to_string(file).map_err(|e| wrong(e.to_string()))?;
    let failed = serde_json::from_str(&text);
    let failed: Failed = failed.map_err(|e| wrong(e.to_string()))?;
    let told = || follow::told(telling, &failed, holds);
    Ok(if failed.0.is_empty() { String::new() } else { told() })
}

/// As JSON: whether a schedule ends badly, its length, that of the shortest
/// that does, the chance that a random one fails, if that is known, and the
/// schedule in sentences, or why it cannot be followed.
fn replayed(
    graph: &Graph,
    all: &[Choice],
    told: &Result<String, String>,
) -> String {
    let walk = graph.walk(all).ok().and_then(|walk| walk.last().copied());
    let bad = walk.is_some_and(|last| graph.states[last].is_bad());
    let fewest = graph.shortest(0, State::is_bad).map(|way| way.len());
    let (Ok(text) | Err(text)) = told;
    let odds = odds::odds(graph).map(|all| all[0].fails());
    json!({
        "bad": bad,
        "steps": all.len(),
        "fewest": fewest,
        "fails": odds,
        "text": text,
    })
    .to_string()
}

/// Why there is no step where the run has not ended.
const CUT: &str = "the graph of all schedules is cut there, because \
    it is too large";

fn written(file: &Path, done: std::io::Result<()>) -> Result<(), String> {
    done.map_err(|error| format!("{}: {error}", file.display()))
}

/// Whether this schedule can be followed.
pub(super) fn check(graph: &Graph, all: &[Choice]) -> Result<(), String> {
    let Err(wrong) = graph.walk(all) else { return Ok(()) };
    let before = schedule(&all[..wrong]);
    let walk = graph.walk(&all[..wrong]).unwrap_or_default();
    let state = &graph.states[*walk.last().unwrap_or(&0)];
    let can: Vec<_> = state.steps.iter().map(|s| s.choice).collect();
    let can = match can.as_slice() {
        [] if state.open => CUT.into(),
        [] => "there the run has ended".into(),
        can => format!("the possible steps are {}", schedule(can)),
    };
    let why = state.world.threads.get(all[wrong].thread);
    let why =
        why.and_then(|_| crate::tell::why_not(&state.world, all[wrong].thread));
    let why = why.map(|why| format!(": that thread {why}"));
    Err(format!(
        "step {} of the schedule, {}, cannot be made after {before:?}{}; {can}",
        wrong + 1,
        all[wrong],
        why.unwrap_or_default(),
    ))
}

/// What a page says besides the graph. The run that loom found must be in the
/// graph, or else one of the engines is wrong.
fn tell(
    model: &Model,
    graph: &Graph,
    failed: Option<Failure>,
    options: &Options,
) -> Result<Story, String> {
    let loom = match failed {
        None => None,
        Some(failure) if failure.is_not_seen() => None,
        Some(failure) => match agree::find(graph, &failure) {
            Some(run) => Some(run),
            // With spurious wake-ups a sleeper can always go on.
            None if graph.cut.is_some() || options.limits.spurious => None,
            None => {
                let what = failure.headline;
                return Err(format!(
                    "loom finds a failure that the graph has not: {what}"
                ));
            }
        },
    };
    let title = match options.title.as_str() {
        "" => model.name.into(),
        title => title.into(),
    };
    Ok(Story {
        title,
        says: model.says.into(),
        size: model.size.clone(),
        thought: options.thought.clone(),
        command: options.command.clone(),
        some: model.kind == Quantity::Some,
        tokens: model.tokens.clone(),
        loom,
        carried: String::new(),
    })
}
