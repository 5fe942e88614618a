//! `cargo step`: the user is the scheduler of the pollers, in a page or in the
//! terminal.
//!
//! Next: [`game`].

mod book;
mod game;

use std::path::{Path, PathBuf};

use crate::bugs::{self, Bug};
use crate::cargo::MOST_STATES;
use crate::complaint::{Complaint, failure, misuse, nearest};
use crate::out;
use crate::shelf::{self, Task};
use crate::side::{SIDES, Side};
use crate::workspace::{root, written};
use game::{Game, Source};

/// Be the scheduler: choose which thread goes on, in any schedule.
///
/// NAME is a bug (`cargo bug` lists them) or a model of the pollers without a
/// bug (`cargo loom -- --list`). Its page is written to target/step. With no
/// arguments, it lists all bugs and models that can be stepped through.
#[derive(clap::Args)]
pub struct Args {
    /// A bug, or a model of the pollers without a bug
    name: Option<String>,
    /// Open the page in the browser
    #[arg(long, requires = "name", conflicts_with = "terminal")]
    open: bool,
    /// Play in the terminal instead
    #[arg(long, requires = "name")]
    terminal: bool,
    /// Follow this schedule first: steps separated by commas, such as 1,2,2.
    /// Without --open and --terminal, print it in sentences
    #[arg(long, requires = "name", value_name = "STEPS")]
    schedule: Option<String>,
    /// NAME is a bug that you have planted or an exercise that you have begun:
    /// step through what you have written in play/NAME
    #[arg(long, requires = "name")]
    here: bool,
    /// With --here: this model, instead of the first that fails
    #[arg(long, requires = "here")]
    model: Option<String>,
    /// The side, for a model or an exercise that both sides have
    #[arg(long, requires = "name")]
    side: Option<Side>,
    /// Allow spurious wake-ups: a thread may wake without a notification
    #[arg(long, requires = "name")]
    spurious: bool,
    /// Write a page for every bug and model, and an index, to this folder
    #[arg(long, value_name = "DIR", conflicts_with_all = OF_ONE)]
    all: Option<PathBuf>,
    /// Run it by so many random schedules, and say how many fail
    #[arg(long, requires = "name", value_name = "RUNS",
          conflicts_with_all = ["open", "terminal", "schedule"])]
    random: Option<u64>,
    /// Which random schedules: the same number, the same schedules
    #[arg(long, requires = "random", default_value_t = 0)]
    seed: u64,
    /// Print the sizes of the graphs of all models
    #[arg(long, conflicts_with_all = OF_ONE, conflicts_with = "all")]
    figures: bool,
    /// Compare the graphs of all models with what loom finds
    #[arg(long, conflicts_with_all = OF_ONE,
          conflicts_with_all = ["all", "figures"])]
    agree: bool,
}

/// What is about one bug or model.
const OF_ONE: [&str; 8] = [
    "name", "open", "terminal", "schedule", "here", "side", "spurious",
    "random",
];

/// Does what the command line says.
///
/// # Errors
/// If there is no such bug or model, or it cannot be built or shown.
pub fn run(args: &Args) -> Result<(), Complaint> {
    let bugs: Vec<_> = bugs::all()?;
    let Some(name) = &args.name else {
        return match &args.all {
            Some(folder) => book::write(folder, &bugs),
            None if args.figures => game::of_all("--figures", MOST_STATES),
            // Both engines: the biggest graphs take minutes.
            None if args.agree => game::of_all("--agree", "5000"),
            None => list(&bugs),
        };
    };
    let bug = bugs.iter().find(|bug| bug.name == *name);
    match bug {
        Some(bug) if !bug.compiles() => Err(misuse(format!(
            "{name} does not compile, so there is nothing to step through: \
             `cargo bug {name}` shows what rustc says"
        ))),
        _ if args.here => play(args, &[here(args, name, bug)?]),
        Some(bug) => play(args, &[Game::of_bug(bug)]),
        None => play(args, &of_model(args, name, &bugs)?),
    }
}

/// What a student has written.
fn here<'a>(
    args: &Args,
    name: &str,
    bug: Option<&Bug>,
) -> Result<Game<'a>, Complaint> {
    let (label, side, models, source) = match bug {
        Some(bug) => {
            let begins = format!("cargo bug {name} --plant");
            let models = vec!["--exact".into(), bug.by.clone()];
            (name.into(), bug.side, models, written(name, &begins)?)
        }
        None => {
            let exercises = shelf::all()?;
            let exercise = shelf::find(&exercises, name)?;
            let task = Task::begun(exercise, args.side)?;
            let (side, models) = task.models()?;
            (task.label(), side, models, task.written()?)
        }
    };
    let command = format!("cargo step {label} --here");
    let mut game = Game {
        title: name.into(),
        side,
        about: format!("{}, from play/{name}", side.package()),
        file: format!("here.{}.html", label.replace(" --side ", "-")),
        command,
        model: args.model.clone().unwrap_or_default(),
        source: Source::Play(source),
    };
    if args.model.is_none() {
        let models: Vec<_> = models.iter().map(String::as_str).collect();
        game.model = game.stage()?.first_that_fails(&models)?;
    }
    game.command += &format!(" --model {}", game.model);
    Ok(game)
}

/// The model with this name, of one side or of both.
fn of_model(
    args: &Args,
    name: &str,
    bugs: &[Bug],
) -> Result<Vec<Game<'static>>, Complaint> {
    let models = game::models()?;
    let found = models.iter().filter(|(side, model)| {
        model == name && args.side.is_none_or(|asked| asked == *side)
    });
    let found: Vec<_> =
        found.map(|(side, model)| Game::of_model(*side, model)).collect();
    if !found.is_empty() {
        return Ok(found);
    }
    let bugs = bugs.iter().map(|bug| bug.name.as_str());
    let known = bugs.chain(models.iter().map(|(_, model)| model.as_str()));
    Err(misuse(format!(
        "no bug or model is called {}{}; `cargo step` lists them all",
        name.escape_debug(),
        nearest(name, known)
    )))
}

fn play(args: &Args, games: &[Game<'_>]) -> Result<(), Complaint> {
    if games.len() > 1 && (args.terminal || args.schedule.is_some()) {
        return Err(misuse(
            "both sides have this model: say --side lock or --side channel",
        ));
    }
    let mut more = Vec::new();
    if let Some(schedule) = &args.schedule {
        more.extend(["--schedule", schedule]);
    }
    if args.spurious {
        more.push("--spurious");
    }
    for game in games {
        let stage = game.stage()?;
        if let Some(runs) = args.random {
            let (runs, seed) = (runs.to_string(), args.seed.to_string());
            stage.interact(&["--random", &runs, "--seed", &seed])?;
        } else if args.terminal {
            stage.interact(&[&["--terminal"], &more[..]].concat())?;
        } else if args.schedule.is_some() && !args.open {
            stage.interact(&[&["--replay"], &more[..]].concat())?;
        } else {
            let file = root().join("target/step").join(&game.file);
            let summary = stage.page(&file, &more)?;
            out::say(format!("{}: {}\n{summary}", game.title, game.about));
            show(args, game, &file)?;
        }
    }
    Ok(())
}

/// Opens a page, or says where it is.
fn show(args: &Args, game: &Game<'_>, file: &Path) -> Result<(), Complaint> {
    out::say(file.display());
    let mut address = address(file);
    if let Some(schedule) = &args.schedule {
        address = format!("{address}#{schedule}");
    }
    if args.open {
        return open::that(&address).map_err(|error| {
            failure(format!("no browser could be opened: {error}"))
        });
    }
    out::say(format!("{address}\n`{} --open` opens it.", game.command));
    Ok(())
}

/// The file, as a browser names it.
fn address(file: &Path) -> String {
    let path = file.display().to_string().replace('\\', "/");
    let path = path.replace('%', "%25").replace(' ', "%20").replace('#', "%23");
    format!("file:///{}", path.trim_start_matches('/'))
}

fn list(bugs: &[Bug]) -> Result<(), Complaint> {
    for side in SIDES {
        out::say(format!("Bugs in {}", side.package()));
        let its = bugs.iter().filter(|bug| bug.side == side && bug.compiles());
        for bug in its {
            out::say(format!("  {:34} {}", bug.name, bug.thought));
        }
    }
    out::say("\nModels of both pollers, without a bug");
    let models = game::models()?;
    for (n, (side, model)) in models.iter().enumerate() {
        let both = |other: &[(Side, String)]| {
            other.iter().any(|(_, other)| other == model)
        };
        if both(&models[..n]) {
            continue;
        }
        let sides = if both(&models[n + 1..]) { "both" } else { side.name() };
        out::say(format!("  {model:38} {sides}"));
    }
    out::say(
        "\n`cargo step NAME --open` writes the page of one, and opens it.",
    );
    Ok(())
}
