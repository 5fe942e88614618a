//! A program to step through, and how its graph is made.
//!
//! Next: [`book`](super::book).

use std::path::Path;

use crate::bugs::Bug;
use crate::cargo::{MOST_STATES, Program, build_models};
use crate::complaint::{Complaint, failure};
use crate::side::{SIDES, Side};
use crate::tree::Tree;
use crate::workspace::{Scratch, root};

/// A model of the pollers.
pub struct Game<'a> {
    /// The name of the bug or the model.
    pub title: String,
    /// Which program.
    pub side: Side,
    /// A sentence about it.
    pub about: String,
    /// The name of its page.
    pub file: String,
    /// The command that a user types for it.
    pub command: String,
    /// The name of the model.
    pub model: String,
    /// What it runs on.
    pub source: Source<'a>,
}

/// The sources that a model runs on.
pub enum Source<'a> {
    /// The checkout.
    Checkout,
    /// The same, with a bug in them.
    Bug(&'a Bug),
    /// What a student has written.
    Play(Tree),
}

/// A game that is built.
pub struct Stage {
    program: Program,
    args: Vec<String>,
    /// Its sources are read while it runs.
    _scratch: Option<Scratch>,
}

impl<'a> Game<'a> {
    /// A bug.
    pub fn of_bug(bug: &'a Bug) -> Self {
        Game {
            title: bug.name.clone(),
            side: bug.side,
            about: bug.thought.clone(),
            file: format!("{}.html", bug.name),
            command: bug.step(),
            model: bug.by.clone(),
            source: Source::Bug(bug),
        }
    }

    /// A model of a poller without a bug.
    pub fn of_model(side: Side, model: &str) -> Self {
        let package = side.package();
        Game {
            title: model.into(),
            side,
            about: format!("{package}, as it is"),
            file: format!("{package}.{model}.html"),
            command: format!("cargo step {model} --side {}", side.name()),
            model: model.into(),
            source: Source::Checkout,
        }
    }

    /// Builds it.
    ///
    /// # Errors
    /// If it does not compile.
    pub fn stage(&self) -> Result<Stage, Complaint> {
        let (at, scratch) = match &self.source {
            Source::Checkout => (root(), None),
            source => {
                let scratch = Scratch::new()?;
                match source {
                    Source::Bug(bug) => bug.plant(&scratch)?,
                    Source::Play(tree) => tree.write(&scratch.path)?,
                    Source::Checkout => {}
                }
                (scratch.path.clone(), Some(scratch))
            }
        };
        let built = build_models(&at, self.side.package())?;
        let program = built.map_err(|refusal| refusal.of(&self.title))?;
        let thought = match self.source {
            Source::Bug(_) => &self.about,
            _ => "",
        };
        let args = ["--exact", &self.model, "--title", &self.title];
        let more = ["--thought", thought, "--command", &self.command];
        let args = args.into_iter().chain(more).map(String::from).collect();
        Ok(Stage { program, args, _scratch: scratch })
    }
}

impl Stage {
    /// Plays in the terminal, or prints one schedule there.
    ///
    /// # Errors
    /// If the schedule cannot be followed: the program has said so.
    pub fn interact(&self, more: &[&str]) -> Result<(), Complaint> {
        shown(&self.program, &[&self.args(), more].concat())
    }

    /// Writes its page, and returns a line that sums it up.
    ///
    /// # Errors
    /// If the file cannot be written.
    pub fn page(
        &self,
        file: &Path,
        more: &[&str],
    ) -> Result<String, Complaint> {
        let path = file.to_string_lossy();
        let page = ["--states", MOST_STATES, "--page", &path];
        said(&self.program, &[&self.args(), &page[..], more].concat())
    }

    fn args(&self) -> Vec<&str> {
        self.args.iter().map(String::as_str).collect()
    }

    /// The first of these models that fails, or else the first of all.
    ///
    /// # Errors
    /// If they cannot be checked.
    pub fn first_that_fails(
        &self,
        names: &[&str],
    ) -> Result<String, Complaint> {
        let report = self.program.report(names)?;
        let models = report.as_array().map_or(&[][..], Vec::as_slice);
        let mut failed = models.iter().filter(|m| !m["failure"].is_null());
        let model = failed.next().or(models.first());
        let name = model.and_then(|model| model["name"].as_str());
        let none = || failure("its grader runs no models");
        name.map(str::to_string).ok_or_else(none)
    }
}

/// Runs it in this terminal.
fn shown(program: &Program, args: &[&str]) -> Result<(), Complaint> {
    let status = program.command().args(args).status();
    let status = status.map_err(|e| failure(format!("not started: {e}")))?;
    if status.success() {
        return Ok(());
    }
    let code = status.code().and_then(|code| code.try_into().ok());
    Err(Complaint { text: String::new(), code: code.unwrap_or(1) })
}

/// What it prints.
fn said(program: &Program, args: &[&str]) -> Result<String, Complaint> {
    let out = program.output(args)?;
    if !out.status.success() {
        let why = String::from_utf8_lossy(&out.stderr);
        let why = why.trim().trim_start_matches("error: ");
        let code = out.status.code().and_then(|code| code.try_into().ok());
        return Err(Complaint { text: why.into(), code: code.unwrap_or(1) });
    }
    Ok(String::from_utf8_lossy(&out.stdout).trim().to_string())
}

/// The models of the checkout.
fn checkout(side: Side) -> Result<Program, Complaint> {
    let built = build_models(&root(), side.package())?;
    built.map_err(|refusal| refusal.of(side.package()))
}

/// The side and the name of every model of the pollers, without a bug.
///
/// # Errors
/// If they do not build.
pub fn models() -> Result<Vec<(Side, String)>, Complaint> {
    let mut all = Vec::new();
    for side in SIDES {
        let text = said(&checkout(side)?, &["--list"])?;
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
pub fn of_all(what: &str, most_states: &str) -> Result<(), Complaint> {
    for side in SIDES {
        shown(&checkout(side)?, &["--states", most_states, what])?;
    }
    Ok(())
}
