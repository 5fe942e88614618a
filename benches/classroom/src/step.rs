//! `cargo step`: the user is the scheduler of the pollers, in a page or in the
//! terminal.
//!
//! Next: [`game`].

mod book;
mod game;

use std::path::{Path, PathBuf};

use crate::bug;
use crate::bugs::{self, Bug};
use crate::cargo::MOST_STATES;
use crate::complaint::{Result, failure, find, misuse};
use crate::out;
use crate::shelf;
use crate::side::{self, Side};
use crate::workspace::{root, written};
use game::Game;

/// Be the scheduler: choose which thread goes on, in any schedule.
///
/// NAME is a bug (`cargo bug` lists them) or a model of the pollers without a
/// bug (`cargo loom -- --list`). Its page is written to target/step. With no
/// arguments, it lists all bugs that can be stepped through.
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
    /// Step through what you have written in play/NAME: NAME is a bug that you
    /// have planted, or an exercise that you have begun (with its side)
    #[arg(long, requires = "name")]
    here: bool,
    /// The side, for a model that both sides have
    #[arg(long, requires = "name", value_parser = side::parse)]
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
pub fn run(args: &Args) -> Result {
    let bugs = bugs::all()?;
    let Some(name) = &args.name else {
        if let Some(folder) = &args.all {
            return book::write(folder, &bugs);
        } else if args.figures {
            return game::of_all("--figures", MOST_STATES);
        } else if args.agree {
            // Both engines: the biggest graphs take minutes.
            return game::of_all("--agree", "5000");
        }
        bug::list(&bugs, Bug::compiles);
        out::say(
            "\n`cargo step NAME --open` writes the page of a bug, and opens \
             it. So with the\nmodels that hold: `cargo loom -- --list` lists \
             them.",
        );
        return Ok(());
    };
    let bug = bugs.iter().find(|bug| bug.name == *name);
    let game = match bug {
        _ if args.here => here(name)?,
        Some(bug) if !bug.compiles() => {
            return Err(misuse(format!(
                "{name} does not compile, so there is nothing to step \
                 through: `cargo bug {name}` shows what rustc says"
            )));
        }
        Some(bug) => Game::of_bug(bug)?,
        None => of_model(args, name, &bugs)?,
    };
    play(args, &game)
}

/// What a student has written: of several models, the first that fails.
fn here(name: &str) -> Result<Game> {
    let (tree, check) = written(name)?;
    let none = || misuse(format!("play/{name} is not about models"));
    let check = check.split(" && ").next().and_then(shelf::models);
    let (side, models) = check.ok_or_else(none)?;
    Ok(Game {
        title: name.into(),
        side,
        about: format!("{}, from play/{name}", side.package),
        page: format!("here.{name}"),
        command: format!("cargo step {name} --here"),
        models: models.into_iter().map(str::to_string).collect(),
        tree: Some(tree),
    })
}

/// The model with this name.
fn of_model(args: &Args, name: &str, bugs: &[Bug]) -> Result<Game> {
    let mut models = game::models()?;
    models.retain(|(side, model)| {
        model == name && args.side.is_none_or(|asked| asked == *side)
    });
    match models.as_slice() {
        [(side, model)] => Ok(Game::of_model(*side, model)),
        [_, _] => {
            let choose = "add --side lock or --side channel";
            Err(misuse(format!("both sides have this model: {choose}")))
        }
        _ => {
            let lists = "bug` or `cargo loom -- --list";
            let none = find(bugs, lists, "bug or model", name, |b| &b.name);
            Game::of_bug(none?)
        }
    }
}

fn play(args: &Args, game: &Game) -> Result {
    let schedule = args.schedule.as_deref();
    let mut more = schedule.map_or(vec![], |steps| vec!["--schedule", steps]);
    if args.spurious {
        more.push("--spurious");
    }
    let (runs, seed) = (args.random.map(|n| n.to_string()), args.seed);
    let seed = seed.to_string();
    match &runs {
        Some(runs) => more.extend(["--random", runs, "--seed", &seed]),
        None if args.terminal => more.push("--terminal"),
        None if schedule.is_some() && !args.open => more.push("--replay"),
        None => return page(args, game, &more),
    }
    game.run(&more, true).map(drop)
}

fn page(args: &Args, game: &Game, more: &[&str]) -> Result {
    let file = root().join(format!("target/step/{}.html", game.page));
    let summary = game.page(&file, more)?;
    let steps = args.schedule.as_ref().map(|steps| format!("#{steps}"));
    let address = address(&file) + &steps.unwrap_or_default();
    let (title, file) = (&game.title, file.display());
    out::say(format!("{title}: {}\n{summary}\n{file}", game.about));
    if args.open {
        let opened = open::that(&address);
        return opened
            .map_err(|e| failure(format!("no browser could be opened: {e}")));
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
