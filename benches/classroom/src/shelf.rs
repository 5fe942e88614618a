//! The exercises: a folder each, with a text, a start, solutions and wrong
//! answers. What both sides have is in a folder for each side.
//!
//! Next: [`exercise`](crate::exercise).

use std::fs;

use crate::complaint::{Result, misuse, unknown, with};
use crate::patch::{self, Patch};
use crate::side::{SIDES, Side};
use crate::workspace::{play, root};

/// An exercise, on one side if it has two.
pub struct Exercise {
    /// As a user types it, without its side.
    pub name: String,
    /// `None` if there is no choice.
    pub side: Option<Side>,
    /// All of its README.md.
    text: String,
}

/// In the order of the numbers in their titles.
///
/// # Errors
/// If they cannot be read.
pub fn all() -> Result<Vec<Exercise>> {
    let all = root().join("docs/exercises");
    let mut exercises = Vec::new();
    for entry in fs::read_dir(&all).map_err(with(&all))? {
        let path = entry.map_err(with(&all))?.path();
        let Ok(text) = fs::read_to_string(path.join("README.md")) else {
            continue;
        };
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let sides = SIDES.into_iter().filter(|s| path.join(s.name).is_dir());
        let mut sides: Vec<_> = sides.map(Some).collect();
        if sides.is_empty() {
            sides.push(None);
        }
        exercises.extend(sides.into_iter().map(|side| Exercise {
            name: name.to_string(),
            side,
            text: text.clone(),
        }));
    }
    // `10.` comes after `9.`, which the text alone does not say.
    exercises.sort_by_key(|exercise| {
        let number = exercise.title().split('.').next();
        number.and_then(|number| number.parse::<u32>().ok())
    });
    Ok(exercises)
}

fn joined(name: &str, joint: &str, side: Option<Side>) -> String {
    let side = side.map(|side| format!("{joint}{}", side.name));
    format!("{name}{}", side.unwrap_or_default())
}

/// Of an exercise that both sides have, the one on this side, or the one that
/// has begun.
///
/// # Errors
/// If the side is missing.
pub fn on(all: &[Exercise], side: Option<Side>) -> Result<&Exercise> {
    let wanted = |exercise: &&Exercise| match side {
        Some(side) => exercise.side == Some(side),
        None => play(&exercise.copy()).is_dir(),
    };
    let its: Vec<_> = all.iter().filter(wanted).collect();
    match (all, its.as_slice()) {
        ([only], _) | (_, &[only]) => Ok(only),
        _ => Err(misuse(
            "it is for either side: say --side lock or --side channel",
        )),
    }
}

impl Exercise {
    /// Its name and side, as a user types them.
    pub fn label(&self) -> String {
        joined(&self.name, " --side ", self.side)
    }

    /// The name of the student's copy.
    pub fn copy(&self) -> String {
        joined(&self.name, "-", self.side)
    }

    /// Where its patches are.
    fn folder(&self) -> String {
        format!("docs/exercises/{}", joined(&self.name, "/", self.side))
    }

    /// With its number.
    pub fn title(&self) -> &str {
        let title = self.text.lines().next().unwrap_or_default();
        title.trim_start_matches("# ")
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

    /// Whether it has this patch. One without a start is only to be read.
    pub fn has(&self, part: &str) -> bool {
        root().join(format!("{}/{part}.patch", self.folder())).exists()
    }

    /// One of its patches.
    ///
    /// # Errors
    /// If it cannot be read.
    pub fn part(&self, part: &str) -> Result<Patch> {
        Patch::read(&format!("{}/{part}.patch", self.folder()))
    }

    /// Its start.
    ///
    /// # Errors
    /// If it has none, or it cannot be read.
    pub fn start(&self) -> Result<Patch> {
        if self.has("start") {
            return self.part("start");
        }
        Err(misuse(format!(
            "{} is not graded: compare your answer with the end of its \
             README.md",
            self.name
        )))
    }

    /// The patches that are answers, right and wrong, and its start.
    ///
    /// # Errors
    /// If one cannot be read.
    pub fn answers(&self) -> Result<Vec<Patch>> {
        let mut all = patch::all()?;
        all.retain(|patch| {
            let is = |word| patch.name.starts_with(word);
            patch.folder == self.folder()
                && ["start", "solution", "wrong"].into_iter().any(is)
        });
        Ok(all)
    }
}

/// Of a step of a check, such as `loom -p mutex-poller -- NAMES`: its side, and
/// the names, as arguments of the models' program.
pub fn models(step: &str) -> Option<(Side, String)> {
    let rest = step.strip_prefix("loom -p ")?;
    let (package, names) = rest.split_once(" -- ").unwrap_or((rest, ""));
    let side = SIDES.into_iter().find(|side| side.package == package)?;
    Some((side, names.into()))
}

/// The models that the grader of this student's copy runs first.
///
/// # Errors
/// If there is no such exercise, or it is not about models.
pub fn models_of(copy: &str) -> Result<(Side, String)> {
    let mut all = all()?.into_iter();
    let lists = "cargo bug` or `cargo exercise";
    let none = || unknown("bug or exercise", copy, lists);
    let start = all.find(|e| e.copy() == copy).ok_or_else(none)?;
    let start = start.start()?;
    let first = start.said("check")?.split(" && ").next().and_then(models);
    first.ok_or_else(|| misuse(format!("play/{copy} is not about models")))
}
