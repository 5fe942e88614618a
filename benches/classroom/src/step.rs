//! `cargo step`: the user is the scheduler of the pollers, in a page or in the
//! terminal.
//!
//! Next: [`game`].

pub mod game;
pub mod quiz;

use std::fs;
use std::path::{Path, PathBuf};

use crate::bug;
use crate::bugs::{self, Bug};
use crate::complaint::{Result, failure, with};
use crate::out;
use crate::side::{self, Side};
use crate::workspace::root;
use game::Game;

/// Be the scheduler: choose which thread goes on, in any schedule.
///
/// NAME is a bug (`cargo bug` lists them), a bug that happened (with `_fixed`,
/// its fix) or a model of the pollers without a bug (`cargo loom -- --list`).
/// Its page is written to target/step. With no arguments, it lists all bugs
/// that can be stepped through.
#[derive(clap::Args)]
pub struct Args {
    /// A bug, a bug that happened, or a model of the pollers without a bug
    #[arg(group = "what")]
    name: Option<String>,
    /// Bug number N of a quiz: without its name, which would say what it is
    #[arg(long, group = "what", value_name = "N", num_args = 0..=1,
          default_missing_value = "1")]
    quiz: Option<usize>,
    /// Say which bug that is, and show its patch
    #[arg(long, requires = "quiz", conflicts_with_all = ["open", "terminal"])]
    reveal: bool,
    /// Open the page in the browser
    #[arg(long, requires = "what", conflicts_with = "terminal")]
    open: bool,
    /// Play in the terminal instead
    #[arg(long, requires = "what")]
    terminal: bool,
    /// Follow this schedule first: steps separated by commas, such as 1,2,2.
    /// Without --open and --terminal, print it in sentences
    #[arg(long, requires = "what", value_name = "STEPS")]
    schedule: Option<String>,
    /// Step through what you have written in play/NAME: NAME is a bug that you
    /// have planted, or an exercise that you have begun (with its side). Of a
    /// bug, it also says how the run that failed goes after your edit
    #[arg(long, requires = "name")]
    here: bool,
    /// The side, for a model that both sides have
    #[arg(long, requires = "name", value_parser = side::parse)]
    side: Option<Side>,
    /// Allow spurious wake-ups: a thread may wake without a notification
    #[arg(long, requires = "name")]
    spurious: bool,
    /// Run it by so many random schedules, and say how many fail
    #[arg(long, requires = "name", value_name = "RUNS",
          conflicts_with_all = ["open", "terminal", "schedule", "spurious"])]
    random: Option<String>,
    /// Draw these by random priorities (PCT): every run finds a bug of this
    /// depth with a chance of at least 1/(n k^(DEPTH-1)), for n threads and k
    /// steps
    #[arg(long, requires = "random", value_name = "DEPTH")]
    pct: Option<String>,
    /// Which random schedules: the same number, the same schedules
    #[arg(long, requires = "random", default_value = "0")]
    seed: String,
    /// Write a page for every bug and model, and an index, to this folder
    #[arg(long, value_name = "DIR", exclusive = true)]
    all: Option<PathBuf>,
}

/// Does what the command line says.
///
/// # Errors
/// If there is no such bug or model, or it cannot be built or shown.
pub fn run(args: &Args) -> Result {
    let bugs = bugs::all()?;
    if let Some(number) = args.quiz {
        return quiz(args, &bugs, number);
    }
    if let Some(name) = &args.name {
        return play(args, &named(args, &bugs, name)?);
    }
    if let Some(folder) = &args.all {
        return write_all(folder, &bugs);
    }
    bug::list(&bugs, Bug::compiles);
    out::say(
        "\n`cargo step NAME --open` writes the page of a bug, and opens it. \
         So with the\nmodels that hold: `cargo loom -- --list` lists them. \
         And with bugs that\nhappened (docs/bugs-that-happened.md):",
    );
    for names in game::gallery().chunks(4) {
        out::say(format!("  {}", names.join(", ")));
    }
    out::say("\nTheir names say much. `cargo step --quiz 1 --open` does not.");
    Ok(())
}

/// What a user has named.
fn named(args: &Args, bugs: &[Bug], name: &str) -> Result<Game> {
    if args.here {
        return Game::of_copy(name, bugs);
    }
    let mut others = bugs.iter().skip_while(|bug| bug.name != name);
    let Some(bug) = others.next() else {
        let game = Game::of_gallery(name);
        return game.map_or_else(|| game::model(name, args.side), Ok);
    };
    let next = others.find(|bug| bug.compiles());
    let next = next.map(|bug| format!("cargo step {}", bug.name));
    Ok(Game::of_bug(bug)?.before(next))
}

/// A number of the quiz: to play, or to be told what it was.
fn quiz(args: &Args, bugs: &[Bug], number: usize) -> Result {
    let (bug, next) = quiz::numbered(bugs, number)?;
    if !args.reveal {
        return play(args, &Game::of_quiz(bug, number)?.before(next));
    }
    bug::show(bug)?;
    let next = next.map(|next| format!("{next} --open"));
    let next = next.unwrap_or("cargo exercise".into());
    out::say(format!("That was number {number} of the quiz. Next: {next}"));
    Ok(())
}

fn play(args: &Args, game: &Game) -> Result {
    let schedule = args.schedule.as_deref();
    let mut more = schedule.map_or(vec![], |steps| vec!["--schedule", steps]);
    let is_played = args.random.is_none() && (args.open || schedule.is_none());
    let failed = if is_played { game.failed()? } else { None };
    more.extend(failed.iter().flat_map(|file| ["--follow", file]));
    if args.spurious {
        more.push("--spurious");
    }
    if let Some(runs) = &args.random {
        more.extend(["--random", runs, "--seed", &args.seed]);
        let depth = args.pct.as_deref();
        more.extend(depth.into_iter().flat_map(|depth| ["--pct", depth]));
    } else if args.terminal {
        more.push("--terminal");
    } else if schedule.is_some() && !args.open {
        more.push("--replay");
    } else {
        return page(args, game, &more);
    }
    game.run(&more, true).map(drop)
}

fn page(args: &Args, game: &Game, more: &[&str]) -> Result {
    let file = root().join("target/step").join(game.file());
    let summary = game.page(&file, more)?;
    let steps = args.schedule.as_ref().map(|steps| format!("#{steps}"));
    let address = address(&file) + &steps.unwrap_or_default();
    out::say(format!("{}\n{summary}", game.title));
    if args.here {
        let (name, package) = (&game.title, game.side.package);
        out::say(format!(
            "That is one model. `cargo loom -p {package}`, typed in \
             play/{name}, checks all."
        ));
    }
    if args.open {
        let opened = open::that(&address);
        return opened
            .map_err(|e| failure(format!("no browser could be opened: {e}")));
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

/// Writes all pages to this folder.
fn write_all(folder: &Path, bugs: &[Bug]) -> Result {
    fs::create_dir_all(folder).map_err(with(folder))?;
    let folder = fs::canonicalize(folder).map_err(with(folder))?;
    let bugs = bugs.iter().filter(|bug| bug.compiles()).map(Game::of_bug);
    let happened = game::gallery();
    let happened = happened.iter().filter_map(|bug| Game::of_gallery(bug));
    let others = happened.chain(game::models()?);
    let games = bugs.chain(others.map(Ok)).collect::<Result<Vec<_>>>()?;
    let files = games.iter().map(Game::file).chain(["index.html".into()]);
    let files: Vec<_> = files.collect();
    let mut rows = String::new();
    for (mut game, names) in games.into_iter().zip(files.windows(2)) {
        let file = &names[0];
        game.head = format!("<link rel=\"next\" href=\"{}\">", names[1]);
        let summary = game.page(&folder.join(file), &[])?;
        out::say(format!("{file:50} {summary}"));
        let cells = [&game.title, game.side.package, &game.thought, &summary];
        let [title, side, about, summary] = cells.map(escaped);
        rows += &format!(
            "<tr><td><a href=\"{file}\">{title}</a></td><td>{side}</td>\
             <td>{about}</td><td>{summary}</td></tr>\n"
        );
    }
    let index = include_str!("step/index.html").replace("{{rows}}", &rows);
    let file = folder.join("index.html");
    fs::write(&file, index).map_err(with(&file))?;
    out::say("and index.html");
    Ok(())
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
