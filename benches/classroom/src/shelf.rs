//! The exercises: a folder each, with a text, a start, solutions and wrong
//! answers. What both sides have is in a folder for each side.
//!
//! Next: [`exercise`](crate::exercise).

use std::fs;

use crate::complaint::{self, Result, misuse, with};
use crate::patch::{self, Patch};
use crate::side::{SIDES, Side};
use crate::workspace::{play, root};

/// A folder of `docs/exercises/`.
pub struct Exercise {
    /// The name of the folder.
    pub name: String,
    /// With its number.
    pub title: String,
    /// All of its README.md.
    text: String,
}

/// An exercise, on one side if it has two.
pub struct Task {
    /// Its name and side, as a user types them.
    pub label: String,
    /// The name of the student's copy.
    pub copy: String,
    /// `None` if there is no choice.
    pub side: Option<Side>,
    /// Where its patches are.
    folder: String,
}

/// In the order of the numbers in their titles.
///
/// # Errors
/// If they cannot be read.
pub fn all() -> Result<Vec<Exercise>> {
    let all = root().join("docs").join("exercises");
    let mut exercises = Vec::new();
    for entry in fs::read_dir(&all).map_err(with(&all))? {
        let folder = entry.map_err(with(&all))?;
        let name = folder.file_name().to_string_lossy().into_owned();
        let text = fs::read_to_string(folder.path().join("README.md"));
        if let Ok(text) = text {
            let title = text.lines().next().unwrap_or_default();
            let title = title.trim_start_matches("# ").to_string();
            exercises.push(Exercise { name, title, text });
        }
    }
    // `10.` comes after `9.`, which the text alone does not say.
    exercises.sort_by_key(|exercise| {
        let number = exercise.title.split('.').next();
        number.and_then(|number| number.parse::<u32>().ok())
    });
    Ok(exercises)
}

/// The exercise with this name.
///
/// # Errors
/// If there is none.
pub fn find<'a>(all: &'a [Exercise], name: &str) -> Result<&'a Exercise> {
    complaint::find(all, "exercise", "exercise", name, |one| &one.name)
}

impl Exercise {
    /// It on each of its sides: two, one without a name, or none if it is only
    /// to be read.
    pub fn tasks(&self) -> Vec<Task> {
        let sides = [None].into_iter().chain(SIDES.map(Some));
        let tasks = sides.map(|side| {
            let with = |joint: &str| {
                let side = side.map(|side| format!("{joint}{}", side.name));
                format!("{}{}", self.name, side.unwrap_or_default())
            };
            let folder = format!("docs/exercises/{}", with("/"));
            Task { label: with(" --side "), copy: with("-"), side, folder }
        });
        tasks.filter(|task| task.has("start")).collect()
    }

    /// Its task on this side; without one, on the side that has begun.
    ///
    /// # Errors
    /// If the side is missing, or there is no choice.
    pub fn task(&self, side: Option<Side>) -> Result<Task> {
        let mut tasks = self.tasks();
        let begun = tasks.iter().filter(|task| play(&task.copy).is_dir());
        let begun: Vec<_> = begun.map(|task| task.side).collect();
        let side = if let [only] = *begun { side.or(only) } else { side };
        let wrong = match (tasks.len(), side) {
            (0, _) => {
                "is not graded: compare your answer with the end of its README"
            }
            (1, Some(_)) => "has no choice of a side: leave --side out",
            (2, None) => {
                "is for either side: say --side lock or --side channel"
            }
            _ => {
                tasks.retain(|task| task.side == side);
                return Ok(tasks.remove(0));
            }
        };
        Err(misuse(format!("{} {wrong}", self.name)))
    }

    /// The text for the terminal, in which everything in `<details>` is left
    /// out.
    pub fn shown(&self) -> String {
        let parts = self.text.split("<details>");
        let shown = parts.map(|p| p.rsplit("</details>").next().unwrap_or(p));
        format!("{}\n", String::from_iter(shown).trim_end())
    }

    /// Its hints, in order: what is in `<details>` under a heading "Hint".
    pub fn hints(&self) -> Vec<&str> {
        let parts = self.text.split("<details><summary>Hint").skip(1);
        let hints = parts.filter_map(|part| {
            let hint = part.split("</details>").next()?;
            Some(hint.split_once("</summary>")?.1.trim())
        });
        hints.collect()
    }
}

impl Task {
    /// Whether it has this patch.
    pub fn has(&self, part: &str) -> bool {
        root().join(format!("{}/{part}.patch", self.folder)).exists()
    }

    /// One of its patches.
    ///
    /// # Errors
    /// If it cannot be read.
    pub fn part(&self, part: &str) -> Result<Patch> {
        Patch::read(&format!("{}/{part}.patch", self.folder))
    }

    /// Its patches whose names begin with this word.
    ///
    /// # Errors
    /// If one cannot be read.
    pub fn parts(&self, word: &str) -> Result<Vec<Patch>> {
        let mut parts = patch::all()?;
        parts.retain(|part| {
            part.folder == self.folder && part.name.starts_with(word)
        });
        Ok(parts)
    }
}

/// Of a step of a check, such as `loom -p mutex-poller -- NAMES`: its side, and
/// the names.
pub fn models(step: &str) -> Option<(Side, Vec<&str>)> {
    let mut words = step.strip_prefix("loom -p ")?.split(' ');
    let package = words.next()?;
    let side = SIDES.into_iter().find(|side| side.package == package)?;
    Some((side, words.filter(|word| *word != "--").collect()))
}
