//! A program to step through, and how its graph is made.

use std::path::Path;
use std::process::{Command, Output, Stdio};

use classroom::out;
use classroom::planting::bugs::{self, Bug};
use classroom::planting::judge::{LOOM, MOST_STATES, in_scratch};
use classroom::planting::scratch::{self, Scratch};
use classroom::planting::{Complaint, failure};

/// A bug, or a model of the pollers as they are.
pub struct Game {
    /// The name of the bug or the model.
    pub title: String,
    /// `mutex-poller` or `channel-poller`.
    pub side: String,
    /// A sentence about it.
    pub about: String,
    model: String,
    bug: Option<String>,
}

/// Where it is built.
pub enum Place {
    /// In the working tree.
    Here,
    /// In a copy, with the bug in it.
    Copy(Scratch),
}

/// Tells the user why it takes a while.
pub fn building() {
    out::complain(
        "Building the pollers for the checker; the first time takes a minute.",
    );
}

impl Place {
    /// Where this game is built. A bug is planted there when this returns.
    ///
    /// # Errors
    /// If the bug cannot be planted.
    pub fn of(game: &Game) -> Result<Self, Complaint> {
        let Some(name) = &game.bug else { return Ok(Place::Here) };
        let bugs = bugs::all()?;
        let bug = bugs.iter().find(|bug| bug.name == *name);
        let bug = bug.expect("it was found by its name");
        let scratch = Scratch::new()?;
        scratch.plant(&[&bug.change])?;
        Ok(Place::Copy(scratch))
    }

    fn cargo(&self) -> Command {
        match self {
            Place::Copy(scratch) => in_scratch(scratch),
            Place::Here => here(),
        }
    }
}

/// Cargo in the working tree, independent of variables of the user's shell.
fn here() -> Command {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(cargo);
    command
        .current_dir(scratch::root())
        .env_remove("RUSTFLAGS")
        .env_remove("CARGO_ENCODED_RUSTFLAGS");
    command
}

impl Game {
    /// A bug.
    pub fn of_bug(bug: &Bug) -> Self {
        Game {
            title: bug.name.clone(),
            side: bug.side.clone(),
            about: bug.thought.clone(),
            model: bug.by.clone(),
            bug: Some(bug.name.clone()),
        }
    }

    /// A model of a poller without a bug.
    pub fn of_model(side: &str, model: &str) -> Self {
        Game {
            title: model.into(),
            side: side.into(),
            about: format!("{side}, from your working tree"),
            model: model.into(),
            bug: None,
        }
    }

    /// The name of its page.
    pub fn file(&self) -> String {
        match &self.bug {
            Some(name) => format!("{name}.html"),
            None => format!("{}.{}.html", self.side, self.model),
        }
    }

    /// The command that a user types for it.
    pub fn command(&self) -> String {
        if self.bug.is_some() {
            return format!("cargo step {}", self.title);
        }
        let side = if self.side == "mutex-poller" { "lock" } else { "channel" };
        format!("cargo step {} --side {side}", self.title)
    }

    fn start(&self, place: &Place, mode: &[&str], more: &[&str]) -> Command {
        let mut cargo = place.cargo();
        let command = self.command();
        let thought = if self.bug.is_some() { self.about.as_str() } else { "" };
        cargo.args(LOOM).args(["--package", &self.side, "--", "--exact"]);
        cargo.args([&self.model, "--title", &self.title]);
        cargo.args(["--thought", thought, "--command", &command]);
        cargo.args(mode).args(more);
        cargo
    }

    /// Plays in the terminal, or prints one schedule there.
    ///
    /// # Errors
    /// If it does not build, or the schedule cannot be followed.
    pub fn interact(
        &self,
        place: &Place,
        mode: &str,
        more: &[&str],
    ) -> Result<(), Complaint> {
        let status = self.start(place, &[mode], more).status();
        let status = status.map_err(no_cargo)?;
        let silent =
            || Complaint(format!("{}: could not be shown", self.title), 1);
        if status.success() { Ok(()) } else { Err(silent()) }
    }

    /// Writes its page, and returns a line that sums it up.
    ///
    /// # Errors
    /// If it does not build, or the file cannot be written.
    pub fn page(
        &self,
        place: &Place,
        file: &Path,
        more: &[&str],
    ) -> Result<String, Complaint> {
        let path = file.to_string_lossy();
        let mode = ["--states", MOST_STATES, "--page", &path];
        let more = more.iter().filter(|m| **m == "--spurious").copied();
        let more: Vec<_> = more.collect();
        let mut cargo = self.start(place, &mode, &more);
        let out = cargo.output().map_err(no_cargo)?;
        if !out.status.success() {
            return Err(failure(format!("{}\n{}", self.title, said(&out))));
        }
        Ok(String::from_utf8_lossy(&out.stdout).trim().to_string())
    }
}

fn no_cargo(error: std::io::Error) -> Complaint {
    failure(format!("cargo does not start: {error}"))
}

fn said(out: &Output) -> String {
    String::from_utf8_lossy(&out.stderr).trim().to_string()
}

/// The side and the name of every model of the pollers, without a bug.
///
/// # Errors
/// If they do not build.
pub fn models() -> Result<Vec<(String, String)>, Complaint> {
    let mut all = Vec::new();
    for side in ["mutex-poller", "channel-poller"] {
        let mut cargo = here();
        cargo.args(LOOM).args(["--package", side, "--", "--list"]);
        let out = cargo.stderr(Stdio::piped()).output().map_err(no_cargo)?;
        if !out.status.success() {
            return Err(failure(said(&out)));
        }
        let text = String::from_utf8_lossy(&out.stdout).into_owned();
        let names = text.lines().filter_map(|l| l.split_whitespace().next());
        all.extend(names.map(|name| (side.to_string(), name.to_string())));
    }
    Ok(all)
}

/// Runs `what` (`--figures` or `--agree`) on all models of both sides. Graphs
/// are cut if they have more than `most_states` states.
///
/// # Errors
/// If it does not build, or the engines differ.
pub fn of_all(what: &str, most_states: &str) -> Result<(), Complaint> {
    building();
    for side in ["mutex-poller", "channel-poller"] {
        let mut cargo = here();
        cargo.args(LOOM).args(["--package", side, "--"]);
        let status = cargo.args(["--states", most_states, what]).status();
        if !status.map_err(no_cargo)?.success() {
            return Err(failure(format!("{what} failed for {side}")));
        }
    }
    Ok(())
}
