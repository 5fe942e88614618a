//! The exercises: a folder each, with a text, a start, solutions and wrong
//! answers. What both sides have is in a folder for each side.
//!
//! Next: [`desk`](crate::desk).

use std::fs;
use std::path::{Path, PathBuf};

use classroom::planting::bugs::Change;
use classroom::planting::{Complaint, failure, misuse, nearest, scratch};

/// A folder of `docs/exercises/`.
pub struct Exercise {
    /// The name of the folder.
    pub name: String,
    /// With its number.
    pub title: String,
    /// All of its README.md.
    pub text: String,
}

/// Which of the two programs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Side {
    /// `mutex-poller`.
    Lock,
    /// `channel-poller`.
    Channel,
}

impl Side {
    /// As it is typed.
    pub fn name(self) -> &'static str {
        match self {
            Side::Lock => "lock",
            Side::Channel => "channel",
        }
    }
}

/// An exercise, on one side if it has two.
pub struct Task {
    /// The name of the exercise.
    pub name: String,
    /// `None` if there is no choice.
    pub side: Option<Side>,
    folder: PathBuf,
}

/// In the order of the numbers in their titles.
///
/// # Errors
/// If they cannot be read.
pub fn all() -> Result<Vec<Exercise>, Complaint> {
    let folder = folder(&scratch::root());
    let said = |e| failure(format!("{}: {e}", folder.display()));
    let mut exercises = Vec::new();
    for entry in fs::read_dir(&folder).map_err(said)? {
        let folder = entry.map_err(said)?.path();
        let Ok(text) = fs::read_to_string(folder.join("README.md")) else {
            continue;
        };
        let title = text.lines().next().unwrap_or_default();
        let title = title.trim_start_matches("# ").to_string();
        let name = folder.file_name().unwrap_or_default().to_string_lossy();
        exercises.push(Exercise { name: name.into_owned(), title, text });
    }
    // `10.` comes after `9.`, which the text alone does not say.
    exercises.sort_by_key(|exercise| {
        let number = exercise.title.split('.').next().unwrap_or_default();
        number.parse::<u32>().unwrap_or(u32::MAX)
    });
    Ok(exercises)
}

/// The exercise with this name.
///
/// # Errors
/// If there is none.
pub fn find<'a>(
    all: &'a [Exercise],
    name: &str,
) -> Result<&'a Exercise, Complaint> {
    all.iter().find(|exercise| exercise.name == name).ok_or_else(|| {
        let near = nearest(name, all.iter().map(|e| e.name.as_str()));
        let lists = "`cargo exercise` lists them all";
        misuse(format!("no exercise is called {name}{near}; {lists}"))
    })
}

fn folder(root: &Path) -> PathBuf {
    root.join("docs").join("exercises")
}

impl Exercise {
    /// The sides it has: two, one without a name, or none if it is only to
    /// be read.
    pub fn sides(&self) -> Vec<Option<Side>> {
        let folder = folder(&scratch::root()).join(&self.name);
        let all = [None, Some(Side::Lock), Some(Side::Channel)];
        let starts = |side: &Option<Side>| {
            let side = side.map_or("", Side::name);
            folder.join(side).join("start.patch").exists()
        };
        all.into_iter().filter(starts).collect()
    }

    /// It, on this side, as it is in the workspace under `root`.
    ///
    /// # Errors
    /// If the side is missing, or there is no choice.
    pub fn task(
        &self,
        root: &Path,
        side: Option<Side>,
    ) -> Result<Task, Complaint> {
        let name = &self.name;
        match (self.sides().as_slice(), side) {
            ([], _) => Err(super::not_graded(self)),
            ([None], Some(_)) => Err(misuse(format!(
                "{name} has no choice of a side: leave --side out"
            ))),
            ([_, _], None) => Err(misuse(format!(
                "{name} is for either side: add --side lock or --side channel"
            ))),
            _ => Ok(Task::of(root, name, side)),
        }
    }

    /// The text for the terminal, in which everything in `<details>` is left
    /// out.
    pub fn shown(&self) -> String {
        let mut parts = self.text.split("<details>");
        let mut text = parts.next().unwrap_or_default().to_string();
        for part in parts {
            text += part.split("</details>").nth(1).unwrap_or_default();
        }
        format!("{}\n", text.trim_end())
    }

    /// Its hints, in order: what is in `<details>` under a heading "Hint".
    pub fn hints(&self) -> Vec<String> {
        let parts = self.text.split("<details><summary>Hint").skip(1);
        let hints = parts.filter_map(|part| {
            let hint = part.split("</details>").next()?;
            Some(hint.split_once("</summary>")?.1.trim().to_string())
        });
        hints.collect()
    }
}

impl Task {
    /// This exercise in the workspace under `root`.
    pub fn of(root: &Path, name: &str, side: Option<Side>) -> Self {
        let folder = folder(root).join(name).join(side.map_or("", Side::name));
        Task { name: name.into(), side, folder }
    }

    /// One of its patches.
    ///
    /// # Errors
    /// If it cannot be read.
    pub fn part(&self, part: &str) -> Result<Change, Complaint> {
        Change::read(&self.folder.join(format!("{part}.patch")))
    }

    /// Whether it has this patch.
    pub fn has(&self, part: &str) -> bool {
        self.folder.join(format!("{part}.patch")).exists()
    }

    /// The names of its patches that begin with this word, in order.
    ///
    /// # Errors
    /// If its folder cannot be read.
    pub fn all(&self, word: &str) -> Result<Vec<String>, Complaint> {
        let said = |e| failure(format!("{}: {e}", self.folder.display()));
        let mut all = Vec::new();
        for entry in fs::read_dir(&self.folder).map_err(said)? {
            let name = entry.map_err(said)?.file_name();
            let name = name.to_string_lossy().into_owned();
            if let Some(part) = name.strip_suffix(".patch")
                && part.starts_with(word)
            {
                all.push(part.to_string());
            }
        }
        all.sort();
        Ok(all)
    }

    /// With its side, if it has one.
    pub fn label(&self) -> String {
        match self.side {
            Some(side) => format!("{} --side {}", self.name, side.name()),
            None => self.name.clone(),
        }
    }
}
