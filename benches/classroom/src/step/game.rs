//! A program to step through, and how its graph is made.
//!
//! Next: [`book`](super::book).

use std::path::Path;

use crate::bugs::Bug;
use crate::cargo::{self, MOST_STATES};
use crate::complaint::Result;
use crate::side::{SIDES, Side};
use crate::tree::Tree;
use crate::workspace::{Scratch, root};

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
    pub models: Vec<String>,
    /// What it runs on: these sources, or those of the checkout.
    pub tree: Option<Tree>,
}

impl Game {
    /// A bug.
    ///
    /// # Errors
    /// If it does not fit.
    pub fn of_bug(bug: &Bug) -> Result<Self> {
        Ok(Game {
            title: bug.name.clone(),
            side: bug.side,
            about: bug.thought.clone(),
            page: bug.name.clone(),
            command: format!("cargo step {}", bug.name),
            models: vec!["--exact".into(), bug.by.clone()],
            tree: Some(bug.patch.applied()?),
        })
    }

    /// A model of a poller without a bug.
    pub fn of_model(side: Side, model: &str) -> Self {
        let package = side.package;
        Game {
            title: model.into(),
            side,
            about: format!("{package}, as it is"),
            page: format!("{package}.{model}"),
            command: format!("cargo step {model} --side {}", side.name),
            models: vec!["--exact".into(), model.into()],
            tree: None,
        }
    }

    /// Builds it and runs it, in this terminal or for what it prints.
    ///
    /// # Errors
    /// If it does not build, or fails: then it has said why.
    pub fn run(&self, mode: &[&str], shown: bool) -> Result<String> {
        // It is kept while the program runs, which reads the sources.
        let scratch = self.tree.as_ref().map(|_| Scratch::new()).transpose()?;
        let at = match (&scratch, &self.tree) {
            (Some(scratch), Some(tree)) => scratch.lay(tree)?.into(),
            _ => root(),
        };
        let program = cargo::models(&at, self.side)?;
        let mut args: Vec<_> = self.models.iter().map(String::as_str).collect();
        args.extend(["--title", &self.title, "--command", &self.command]);
        if self.page == self.title {
            args.extend(["--thought", &self.about]);
        }
        program.does(&[&args, mode].concat(), shown)
    }

    /// Writes its page, and returns a line that sums it up.
    ///
    /// # Errors
    /// If it does not build, or the file cannot be written.
    pub fn page(&self, file: &Path, more: &[&str]) -> Result<String> {
        let path = file.to_string_lossy();
        let mode = ["--states", MOST_STATES, "--page", &path];
        self.run(&[&mode[..], more].concat(), false)
    }
}

/// The side and the name of every model of the pollers, without a bug.
///
/// # Errors
/// If they do not build.
pub fn models() -> Result<Vec<(Side, String)>> {
    let mut all = Vec::new();
    for side in SIDES {
        let text = cargo::models(&root(), side)?.does(&["--list"], false)?;
        let names = text.lines().filter_map(|l| l.split_whitespace().next());
        all.extend(names.map(|name| (side, name.to_string())));
    }
    Ok(all)
}

/// Runs `what` (`--figures` or `--agree`) on all models of both sides. Graphs
/// are cut if they have more than `most_states` states.
///
/// # Errors
/// If it does not build, or the engines differ.
pub fn of_all(what: &str, most_states: &str) -> Result {
    SIDES.into_iter().try_for_each(|side| {
        let program = cargo::models(&root(), side)?;
        program.does(&["--states", most_states, what], true).map(drop)
    })
}
