//! A program to step through, and how it is run.
//!
//! Next: [`book`](super::book).

use std::path::Path;

use crate::bugs::Bug;
use crate::cargo::{self, MOST_STATES};
use crate::complaint::{Result, misuse, unknown};
use crate::shelf;
use crate::side::{SIDES, Side};
use crate::tree::Tree;
use crate::workspace::{Scratch, sources, written};

/// A model of the pollers.
pub struct Game {
    /// The name of the bug or the model.
    pub title: String,
    /// Which program.
    pub side: Side,
    /// A sentence about it.
    pub about: String,
    /// The name of its page, without `.html`.
    pub page: String,
    /// The command that a user types for it.
    pub command: String,
    /// Which models, as arguments: of several, the first that fails.
    pub models: String,
    /// The sources that it runs on.
    pub tree: Tree,
}

impl Game {
    /// A bug.
    ///
    /// # Errors
    /// If it does not fit, or does not compile.
    pub fn of_bug(bug: &Bug) -> Result<Self> {
        let Bug { name, side, thought, by, patch, .. } = bug;
        if !bug.compiles() {
            return Err(misuse(format!(
                "{name} does not compile, so there is nothing to step \
                 through: `cargo bug {name}` shows what rustc says"
            )));
        }
        Ok(Game {
            title: name.clone(),
            side: *side,
            about: thought.clone(),
            page: name.clone(),
            command: format!("cargo step {name}"),
            models: format!("--exact {by}"),
            tree: patch.applied()?,
        })
    }

    /// A model of a poller without a bug.
    ///
    /// # Errors
    /// If the sources cannot be read.
    pub fn of_model(side: Side, model: &str) -> Result<Self> {
        let package = side.package;
        Ok(Game {
            title: model.into(),
            side,
            about: format!("{package}, as it is"),
            page: format!("{package}.{model}"),
            command: format!("cargo step {model} --side {}", side.name),
            models: format!("--exact {model}"),
            tree: sources()?,
        })
    }

    /// What a student has written, about this bug or this exercise.
    ///
    /// # Errors
    /// If the student has not begun, or no model is about it.
    pub fn of_copy(name: &str, bugs: &[Bug]) -> Result<Self> {
        let tree = written(name)?;
        let (side, models) = match bugs.iter().find(|bug| bug.name == name) {
            Some(bug) => (bug.side, format!("--exact {}", bug.by)),
            None => shelf::models_of(name)?,
        };
        Ok(Game {
            title: name.into(),
            side,
            about: format!("{}, from play/{name}", side.package),
            page: format!("here.{name}"),
            command: format!("cargo step {name} --here"),
            models,
            tree,
        })
    }

    /// Runs it in this terminal.
    ///
    /// # Errors
    /// If it does not build, or fails: then it has said why.
    pub fn play(&self, mode: &[&str]) -> Result {
        self.run(mode, cargo::Program::shown)
    }

    /// Writes its page, and returns a line that sums it up.
    ///
    /// # Errors
    /// If it does not build, or the file cannot be written.
    pub fn page(&self, file: &Path, more: &[&str]) -> Result<String> {
        let path = file.to_string_lossy();
        let mode = ["--states", MOST_STATES, "--page", &path];
        self.run(&[&mode[..], more].concat(), cargo::Program::does)
    }

    fn run<T>(
        &self,
        mode: &[&str],
        run: fn(&cargo::Program, &[&str]) -> Result<T>,
    ) -> Result<T> {
        // It is kept while the program runs, which reads the sources.
        let scratch = Scratch::new()?;
        let program = cargo::models(scratch.lay(&self.tree)?, self.side)?;
        let mut args: Vec<_> = self.models.split_whitespace().collect();
        args.extend(["--title", &self.title, "--command", &self.command]);
        if self.page == self.title {
            args.extend(["--thought", &self.about]);
        }
        run(&program, &[&args, mode].concat())
    }
}

/// Every model of the pollers without a bug, by side and name.
///
/// # Errors
/// If they do not build.
pub fn models() -> Result<Vec<(Side, String)>> {
    let (scratch, mut all) = (Scratch::new()?, Vec::new());
    let at = scratch.lay(&sources()?)?;
    for side in SIDES {
        let text = cargo::models(at, side)?.does(&["--list"])?;
        let names = text.lines().filter_map(|l| l.split_whitespace().next());
        all.extend(names.map(|name| (side, name.to_string())));
    }
    Ok(all)
}

/// The model with this name, on this side if both have it.
///
/// # Errors
/// If there is none, or one on each side.
pub fn model(name: &str, asked: Option<Side>) -> Result<Game> {
    let mut its = models()?;
    its.retain(|(side, model)| {
        model == name && asked.is_none_or(|asked| asked == *side)
    });
    match its.as_slice() {
        [(side, model)] => Game::of_model(*side, model),
        [] => {
            let lists = "cargo bug` or `cargo loom -- --list";
            Err(unknown("bug or model", name, lists))
        }
        _ => Err(misuse(
            "both sides have this model: add --side lock or --side channel",
        )),
    }
}
