//! The exercises: a folder each, with a text, a start, solutions and wrong
//! answers. What both sides have is in a folder for each side.
//!
//! Next: [`exercise`](crate::exercise).

use std::fs;
use std::path::PathBuf;

use crate::complaint::{Complaint, misuse, unknown, with};
use crate::patch::{self, Patch};
use crate::side::{SIDES, Side};
use crate::tree::Tree;
use crate::workspace::{play, root, written};

/// A folder of `docs/exercises/`.
pub struct Exercise {
    /// The name of the folder.
    pub name: String,
    /// With its number.
    pub title: String,
    /// All of its README.md.
    text: String,
    folder: PathBuf,
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
    let all = root().join("docs").join("exercises");
    let mut exercises = Vec::new();
    for entry in fs::read_dir(&all).map_err(with(&all))? {
        let folder = entry.map_err(with(&all))?.path();
        let Ok(text) = fs::read_to_string(folder.join("README.md")) else {
            continue;
        };
        let title = text.lines().next().unwrap_or_default();
        let title = title.trim_start_matches("# ").to_string();
        let name = folder.file_name().unwrap_or_default().to_string_lossy();
        let name = name.into_owned();
        exercises.push(Exercise { name, title, text, folder });
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
    let known = all.iter().map(|exercise| exercise.name.as_str());
    let none = || unknown("exercise", "exercise", name, known);
    all.iter().find(|exercise| exercise.name == name).ok_or_else(none)
}

impl Exercise {
    /// It on each of its sides: two, one without a name, or none if it is only
    /// to be read.
    pub fn tasks(&self) -> Vec<Task> {
        let sides = [None, Some(Side::Lock), Some(Side::Channel)];
        let tasks = sides.map(|side| Task {
            name: self.name.clone(),
            side,
            folder: self.folder.join(side.map_or("", Side::name)),
        });
        tasks.into_iter().filter(|task| task.has("start")).collect()
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
    /// This exercise, on this side; without one, on the side that has begun.
    ///
    /// # Errors
    /// If the side is missing, or there is no choice.
    pub fn of(
        exercise: &Exercise,
        side: Option<Side>,
    ) -> Result<Self, Complaint> {
        let (name, mut tasks) = (&exercise.name, exercise.tasks());
        let begun = tasks.iter().filter(|task| play(&task.copy()).is_dir());
        let begun: Vec<_> = begun.map(|task| task.side).collect();
        let side = if let [only] = *begun { side.or(only) } else { side };
        let error = match (tasks.len(), side) {
            (0, _) => {
                "is not graded: compare your answer with the end of its \
                 README.md"
            }
            (1, Some(_)) => "has no choice of a side: leave --side out",
            (2, None) => {
                "is for either side: add --side lock or --side channel"
            }
            _ => {
                tasks.retain(|task| task.side == side);
                return Ok(tasks.remove(0));
            }
        };
        Err(misuse(format!("{name} {error}")))
    }

    /// With its side, if it has one, as a user types it.
    pub fn label(&self) -> String {
        match self.side {
            Some(side) => format!("{} --side {}", self.name, side.name()),
            None => self.name.clone(),
        }
    }

    /// The name of the student's copy.
    pub fn copy(&self) -> String {
        self.label().replace(" --side ", "-")
    }

    /// What the student has written.
    ///
    /// # Errors
    /// If it has not begun.
    pub fn written(&self) -> Result<Tree, Complaint> {
        let begins = format!("cargo exercise {}", self.label());
        written(&self.copy(), &begins)
    }

    /// Whether it has this patch.
    pub fn has(&self, part: &str) -> bool {
        self.folder.join(format!("{part}.patch")).exists()
    }

    /// One of its patches.
    ///
    /// # Errors
    /// If it cannot be read.
    pub fn part(&self, part: &str) -> Result<Patch, Complaint> {
        Patch::read(&self.folder.join(format!("{part}.patch")))
    }

    /// Its patches whose names begin with this word, in order.
    ///
    /// # Errors
    /// If one cannot be read.
    pub fn parts(&self, word: &str) -> Result<Vec<Patch>, Complaint> {
        let mut parts = patch::below(&self.folder)?;
        parts.retain(|part| part.name().starts_with(word));
        Ok(parts)
    }

    /// The models of its grader, as arguments, and their side.
    ///
    /// # Errors
    /// If it runs none.
    pub fn models(&self) -> Result<(Side, Vec<String>), Complaint> {
        let start = self.part("start")?;
        let step = start.said("check")?.split(" && ").next();
        let (side, names) = step.and_then(models).ok_or_else(|| {
            misuse(format!("the grader of {} runs no models", self.label()))
        })?;
        Ok((side, names.into_iter().map(str::to_string).collect()))
    }
}

/// Of a step of a check, such as `loom -p mutex-poller -- NAMES`: its side, and
/// the names.
pub fn models(step: &str) -> Option<(Side, Vec<&str>)> {
    let mut words = step.strip_prefix("loom -p ")?.split(' ');
    let package = words.next()?;
    let side = SIDES.into_iter().find(|side| side.package() == package)?;
    Some((side, words.filter(|word| *word != "--").collect()))
}
