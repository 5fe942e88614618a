//! A program to step through, and how it is run.

use std::fs;
use std::path::Path;

use super::escaped;
use crate::bugs::Bug;
use crate::cargo::{self, MOST_STATES};
use crate::complaint::{Result, misuse, unknown, with};
use crate::shelf;
use crate::side::{GALLERY, SIDES, Side};
use crate::tree::Tree;
use crate::workspace::{Scratch, root, sources, written};

/// A model of the pollers.
pub struct Game {
    /// The name of the bug, the model or the copy; of a quiz, its number.
    pub title: String,
    /// What a user types after `cargo step`.
    pub typed: String,
    /// Which program.
    pub side: Side,
    /// The reasoning that leads to the bug, if it is one.
    pub thought: String,
    /// Which models, as arguments: of several, the first that fails.
    pub models: String,
    /// The sources that it runs on.
    pub tree: Tree,
    /// Elements for the head of its page, which the page offers at the end: the
    /// next game, if there is one; and of a quiz, what it was.
    pub head: String,
    /// The bug that it was, if it was edited since.
    begun: Option<Box<Game>>,
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
            typed: name.clone(),
            side: *side,
            thought: thought.clone(),
            models: format!("--exact {by}"),
            tree: patch.applied()?,
            head: String::new(),
            begun: None,
        })
    }

    /// A bug without its name.
    ///
    /// # Errors
    /// If it does not fit.
    pub fn of_quiz(bug: &Bug, number: usize) -> Result<Self> {
        let (title, typed) =
            (format!("Quiz {number}"), format!("--quiz {number}"));
        let was = [&bug.name, &bug.thought, &bug.patch.diff()];
        let [name, thought, diff] = was.map(|text| escaped(text));
        let head = format!(
            "<template id=\"was\"><h2 id=\"helpis\">{name}</h2>\
             <p>Its author thought: <q>{thought}</q></p>\
             <pre>{diff}</pre></template>\n"
        );
        Ok(Game { title, typed, head, ..Game::of_bug(bug)? })
    }

    /// The same, before the game that this command starts.
    pub fn before(mut self, command: Option<String>) -> Self {
        self.head.extend(command.map(|command| {
            format!("<meta name=\"next\" content=\"{command} --open\">")
        }));
        self
    }

    /// What a student has written, about this bug or this exercise.
    ///
    /// # Errors
    /// If the student has not begun, or no model is about it.
    pub fn of_copy(name: &str, bugs: &[Bug]) -> Result<Self> {
        let tree = written(name)?;
        let bug = bugs.iter().find(|bug| bug.name == name);
        // If it fits no more, the copy can be stepped through nevertheless.
        let begun = bug.and_then(|bug| Game::of_bug(bug).ok());
        let begun = begun.filter(|begun| begun.tree != tree).map(Box::new);
        let (side, models) = match bug {
            Some(bug) => (bug.side, format!("--exact {}", bug.by)),
            None => shelf::models_of(name)?,
        };
        Ok(Game {
            title: name.into(),
            typed: format!("{name} --here"),
            side,
            thought: String::new(),
            models,
            tree,
            head: String::new(),
            begun,
        })
    }

    /// The file with the run that failed before the edit, if there was one.
    ///
    /// # Errors
    /// If it does not build, or the file cannot be written.
    pub fn failed(&self) -> Result<Option<String>> {
        let Some(begun) = &self.begun else { return Ok(None) };
        let file = format!("target/step/{}.failed", self.title);
        let file = root().join(file).to_string_lossy().into_owned();
        let mode = ["--states", MOST_STATES, "--failed", &file];
        begun.run(&mode, false)?;
        Ok(Some(file))
    }

    /// The command that a user types for it.
    pub fn command(&self) -> String {
        format!("cargo step {}", self.typed)
    }

    /// The name of its page.
    pub fn file(&self) -> String {
        let name = self.typed.trim_start_matches('-').replace(" --", ".");
        format!("{}.html", name.replace(' ', "-"))
    }

    /// One of the gallery, or its fix; `None` if there is none of this name.
    pub fn of_gallery(name: &str) -> Option<Self> {
        let bug = name.strip_suffix("_fixed").unwrap_or(name);
        gallery().contains(&bug.to_string()).then(|| Game {
            title: name.into(),
            typed: name.into(),
            side: GALLERY,
            thought: String::new(),
            models: format!("--exact {name}"),
            tree: Tree::default(),
            head: String::new(),
            begun: None,
        })
    }

    /// Runs it, in this terminal or for what it prints.
    ///
    /// # Errors
    /// If it does not build, or fails.
    pub fn run(&self, mode: &[&str], shown: bool) -> Result<String> {
        // It is kept while the program runs, which reads the sources.
        let scratch = Scratch::new()?;
        let at = match self.side {
            // It is part of the checker, which is not copied.
            GALLERY => root(),
            _ => scratch.lay(&self.tree)?.to_path_buf(),
        };
        let program = cargo::models(&at, self.side)?;
        let (mut args, command) = (Vec::new(), self.command());
        args.extend(self.models.split_whitespace());
        args.extend(["--title", &self.title, "--command", &command]);
        args.extend(["--thought", &self.thought]);
        args.extend(mode);
        if shown { program.shown(&args) } else { program.does(&args) }
    }

    /// Writes its page, and returns a line that sums it up.
    ///
    /// # Errors
    /// If it does not build, or the file cannot be written.
    pub fn page(&self, file: &Path, more: &[&str]) -> Result<String> {
        let path = file.to_string_lossy();
        let mode = ["--states", MOST_STATES, "--page", &path];
        let summary = self.run(&[&mode[..], more].concat(), false)?;
        let head = format!("</title>\n{}", self.head);
        let html = fs::read_to_string(file).map_err(with(file))?;
        let html = html.replacen("</title>", &head, 1);
        fs::write(file, html).map_err(with(file))?;
        Ok(summary)
    }
}

/// The names of the bugs that happened: each is a file of the gallery.
pub fn gallery() -> Vec<String> {
    let folder = root().join("shared/checker/examples/gallery/bugs");
    let files = fs::read_dir(folder).into_iter().flatten();
    let names = files.filter_map(|file| {
        let file = file.ok()?.file_name().into_string().ok()?;
        Some(file.strip_suffix(".rs")?.to_string())
    });
    let mut names: Vec<_> = names.collect();
    names.sort();
    names
}

/// All models of the pollers without a bug.
///
/// # Errors
/// If they do not build.
pub fn models() -> Result<Vec<Game>> {
    let (scratch, tree, mut all) = (Scratch::new()?, sources()?, Vec::new());
    let at = scratch.lay(&tree)?;
    for side in SIDES {
        let list = cargo::models(at, side)?.does(&["--list"])?;
        let names = list.lines().filter_map(|l| l.split_whitespace().next());
        all.extend(names.map(|name| Game {
            title: name.into(),
            typed: format!("{name} --side {}", side.name),
            side,
            thought: String::new(),
            models: format!("--exact {name}"),
            tree: tree.clone(),
            head: String::new(),
            begun: None,
        }));
    }
    Ok(all)
}

/// The model with this name, on this side if both have it.
///
/// # Errors
/// If there is none, or one on each side.
pub fn model(name: &str, asked: Option<Side>) -> Result<Game> {
    let mut its = models()?;
    its.retain(|game| {
        game.title == name && asked.is_none_or(|asked| asked == game.side)
    });
    let lists = "cargo step`, `cargo bug` or `cargo loom -- --list";
    let one = its.pop().ok_or_else(|| unknown("bug or model", name, lists))?;
    let both = "both sides have this model: add --side lock or --side channel";
    its.is_empty().then_some(one).ok_or_else(|| misuse(both))
}
