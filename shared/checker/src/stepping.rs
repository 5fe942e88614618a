//! The graph of a model for a user: as a page, in the terminal, as one schedule
//! in sentences, or as figures.
//!
//! Next: `terminal`.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Instant;

use serde_json::json;

use crate::agree::{self, Agreement};
use crate::check::{Model, Quantity};
use crate::explore::{self, Limits};
use crate::graph::{Graph, State, schedule};
use crate::harness::{grouped, say};
use crate::page::{self, Story};
use crate::random::{Tried, random as try_random};
use crate::story::{self, Telling};
use crate::terminal;
use crate::world::Choice;

/// What to do with the graph of each model.
pub(super) enum Mode {
    /// Write it as a page, to this file.
    Page(PathBuf),
    /// Write a run that fails as a text, to this file.
    Story(PathBuf),
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
            all_agree(package, &models, options.limits).map_err(failure)
        }
        Mode::Random(runs) => {
            random(package, &models, *runs, options);
            Ok(())
        }
        Mode::Figures => {
            figures(package, &models, options.limits);
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
    let story = tell(model, &graph, options).map_err(failure)?;
    let telling = Telling { graph: &graph, command: &story.command };
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

/// As JSON: whether a schedule ends badly, its length, that of the shortest
/// that does, and the schedule in sentences, or why it cannot be followed.
fn replayed(
    graph: &Graph,
    all: &[Choice],
    told: &Result<String, String>,
) -> String {
    let walk = graph.walk(all).ok().and_then(|walk| walk.last().copied());
    let bad = walk.is_some_and(|last| graph.states[last].is_bad());
    let fewest = graph.shortest(0, State::is_bad).map(|way| way.len());
    let (Ok(text) | Err(text)) = told;
    let steps = all.len();
    json!({ "bad": bad, "steps": steps, "fewest": fewest, "text": text })
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
    options: &Options,
) -> Result<Story, String> {
    let loom = match model.check().failure {
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
        model: model.name.into(),
        says: model.says.into(),
        size: model.size.clone(),
        thought: options.thought.clone(),
        command: options.command.clone(),
        some: model.kind == Quantity::Some,
        tokens: model.tokens.clone(),
        loom,
    })
}

fn all_agree(
    package: &str,
    models: &[&Model],
    limits: Limits,
) -> Result<(), String> {
    say(format!("\n{package}, by loom and by turns\n"));
    let (mut same, mut among, mut fail, mut not) = (0, 0, 0, 0);
    let mut differ = Vec::new();
    for model in models {
        let (agreement, graph) = agree::agree(model, limits);
        let text = match agreement {
            Agreement::Same(n) => {
                same += 1;
                format!("the same {n} outcomes")
            }
            Agreement::Among { loom, graph } => {
                among += 1;
                format!("within the limits: {loom} by loom, {graph} by turns")
            }
            Agreement::Fails(run) => {
                fail += 1;
                format!("fails in both, in {} steps", run.len())
            }
            Agreement::Not(why) => {
                not += 1;
                format!("not compared: {why}")
            }
            Agreement::Differs(how) => {
                differ.push(model.name);
                format!("DIFFERS: {how}")
            }
        };
        let states = grouped(graph.states.len() as u64);
        say(format!("{:36} {states:>7} states  {text}", model.name));
    }
    say(format!(
        "\n{same} agree, {among} agree within the limits, {fail} fail in the \
         same way, {not} not compared, {} differ",
        differ.len()
    ));
    if differ.is_empty() {
        Ok(())
    } else {
        Err(format!("the engines differ on {}", differ.join(", ")))
    }
}

/// A line for each model: how many random schedules fail, or see what the
/// model looks for; and the first that fails, to step through.
fn random(package: &str, models: &[&Model], runs: u64, options: &Options) {
    say(format!("\n{package}, by {} random schedules\n", grouped(runs)));
    for model in models {
        let tried = try_random(model, runs, options.seed);
        let Tried { failed, seen, first, .. } = tried;
        let what = match model.kind {
            Quantity::Some if failed + seen == 0 => "never seen".into(),
            Quantity::Some if failed == 0 => format!("{seen:6} see it"),
            // That there is one schedule and no more, one run cannot tell.
            Quantity::One if failed == 0 => "cannot tell".into(),
            _ => format!("{failed:6} fail"),
        };
        say(format!("{:36} {what}", model.name));
        if let Some(first) = first.filter(|first| first.len() <= SHOWN) {
            let command = options.command.as_str();
            say(format!("  {command} --schedule {}", schedule(&first)));
        }
    }
}

/// A schedule of more steps is too long to print.
const SHOWN: usize = 100;

fn figures(package: &str, models: &[&Model], limits: Limits) {
    say(format!(
        "\n{:36}{:>10}{:>8}{:>8}{:>6}{:>8}{:>9}",
        package, "schedules", "states", "steps", "bad", "s", "bytes"
    ));
    for model in models {
        let began = Instant::now();
        let graph = explore::graph(model, limits);
        let took = began.elapsed().as_secs_f64();
        let story = Story { tokens: model.tokens.clone(), ..Story::default() };
        let bytes = page::page(&graph, &story).len();
        let all = graph.figures();
        let schedules = match (all.schedules, graph.cut) {
            (_, Some(_)) => "cut".into(),
            (None, None) => "no end".into(),
            (Some(n), None) if n < 1_000_000 => n.to_string(),
            (Some(n), None) => format!("{:.1e}", n as f64),
        };
        let (states, steps) = (all.states, all.steps);
        let bad = all.deadlocks + all.broken;
        say(format!(
            "{:36}{schedules:>10}{states:>8}{steps:>8}{bad:>6}{took:>8.2}\
             {bytes:>9}",
            model.name
        ));
    }
}
