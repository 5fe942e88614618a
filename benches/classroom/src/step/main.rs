//! `cargo step`: the user is the scheduler of the pollers, in a page or in the
//! terminal.

#![forbid(unsafe_code)]

mod book;
mod game;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Parser;
use classroom::out;
use classroom::planting::bugs::{self, Bug};
use classroom::planting::judge::MOST_STATES;
use classroom::planting::{
    Complaint, ended, failure, misuse, nearest, scratch,
};
use game::{Game, Place};

/// Be the scheduler: choose which thread goes on, in any schedule.
///
/// NAME is a bug (`cargo bug` lists them) or a model of the pollers without a
/// bug (`cargo loom -- --list`). Its page is written to target/step. With no
/// arguments, it lists all bugs and models that can be stepped through.
#[derive(Parser)]
#[command(name = "cargo step", bin_name = "cargo step", max_term_width = 80)]
struct Args {
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
    /// NAME is a model: run it on your working tree
    #[arg(long, requires = "name")]
    here: bool,
    /// The side, for a model that both sides have
    #[arg(long, requires = "name")]
    side: Option<Side>,
    /// Allow spurious wake-ups: a thread may wake without a notification
    #[arg(long, requires = "name")]
    spurious: bool,
    /// Write a page for every bug and model, and an index, to this folder
    #[arg(long, value_name = "DIR", conflicts_with = "name")]
    all: Option<PathBuf>,
    /// Run it by so many random schedules, and say how many fail
    #[arg(long, requires = "name", value_name = "RUNS",
          conflicts_with_all = ["open", "terminal", "schedule"])]
    random: Option<u64>,
    /// Which random schedules: the same number, the same schedules
    #[arg(long, requires = "random", default_value_t = 0)]
    seed: u64,
    /// Print the sizes of the graphs of all models
    #[arg(long, conflicts_with_all = ["name", "all"])]
    figures: bool,
    /// Compare the graphs of all models with what loom finds
    #[arg(long, conflicts_with_all = ["name", "all", "figures"])]
    agree: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Side {
    Lock,
    Channel,
}

impl Side {
    fn package(self) -> &'static str {
        match self {
            Side::Lock => "mutex-poller",
            Side::Channel => "channel-poller",
        }
    }
}

fn main() -> ExitCode {
    ended(run(&Args::parse()))
}

fn run(args: &Args) -> Result<(), Complaint> {
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
    let bug = bugs.iter().find(|bug| bug.name == *name && !args.here);
    if bug.is_none_or(Bug::compiles) {
        game::building();
    }
    match bug {
        Some(bug) if !bug.compiles() => Err(misuse(format!(
            "{name} does not compile, so there is nothing to step through: \
             `cargo bug {name}` shows what rustc says"
        ))),
        Some(bug) => play(args, &[Game::of_bug(bug)]),
        None => play(args, &of_model(args, name, &bugs)?),
    }
}

/// The model with this name, of one side or of both.
fn of_model(
    args: &Args,
    name: &str,
    bugs: &[Bug],
) -> Result<Vec<Game>, Complaint> {
    let models = game::models()?;
    let asked = args.side.map(Side::package);
    let found = models.iter().filter(|(side, model)| {
        model == name && asked.is_none_or(|asked| asked == side)
    });
    let found: Vec<_> =
        found.map(|(side, model)| Game::of_model(side, model)).collect();
    if !found.is_empty() {
        return Ok(found);
    }
    let bugs = bugs.iter().map(|bug| bug.name.as_str());
    let known = bugs.chain(models.iter().map(|(_, model)| model.as_str()));
    Err(misuse(format!(
        "no bug or model is called {name}{}; `cargo step` lists them all",
        nearest(name, known)
    )))
}

fn play(args: &Args, games: &[Game]) -> Result<(), Complaint> {
    let interactive = args.terminal || args.schedule.is_some();
    if games.len() > 1 && interactive {
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
        let place = Place::of(game)?;
        if let Some(runs) = args.random {
            let (runs, seed) = (runs.to_string(), args.seed.to_string());
            game.interact(&place, "--random", &[&runs, "--seed", &seed])?;
            continue;
        }
        if args.terminal {
            return game.interact(&place, "--terminal", &more);
        }
        if args.schedule.is_some() && !args.open {
            return game.interact(&place, "--replay", &more);
        }
        page(args, game, &place, &more)?;
    }
    Ok(())
}

fn page(
    args: &Args,
    game: &Game,
    place: &Place,
    more: &[&str],
) -> Result<(), Complaint> {
    let file = scratch::root().join("target/step").join(game.file());
    let summary = game.page(place, &file, more)?;
    out::say(format!("{}: {}\n{summary}", game.title, game.about));
    out::say(file.display());
    let mut address = address(&file);
    if let Some(schedule) = &args.schedule {
        address = format!("{address}#{schedule}");
    }
    if args.open {
        return open::that(&address).map_err(|error| {
            failure(format!("no browser could be opened: {error}"))
        });
    }
    out::say(format!("{address}\n`{} --open` opens it.", game.command()));
    Ok(())
}

/// The file, as a browser names it.
fn address(file: &Path) -> String {
    let path = file.display().to_string().replace('\\', "/");
    let path = path.replace('%', "%25").replace(' ', "%20").replace('#', "%23");
    format!("file:///{}", path.trim_start_matches('/'))
}

fn list(bugs: &[Bug]) -> Result<(), Complaint> {
    for side in ["mutex-poller", "channel-poller"] {
        out::say(format!("Bugs in {side}"));
        let its = bugs.iter().filter(|bug| bug.side == side && bug.compiles());
        for bug in its {
            out::say(format!("  {:34} {}", bug.name, bug.thought));
        }
    }
    out::say("\nModels of both pollers, without a bug");
    let mut seen = Vec::new();
    for (side, model) in game::models()? {
        let other = if side == "mutex-poller" { "lock" } else { "channel" };
        match seen.iter_mut().find(|(name, _)| *name == model) {
            Some((_, sides)) => *sides = "both",
            None => seen.push((model, other)),
        }
    }
    for (model, sides) in seen {
        out::say(format!("  {model:38} {sides}"));
    }
    out::say(
        "\n`cargo step NAME --open` writes the page of one, and opens it.",
    );
    Ok(())
}
