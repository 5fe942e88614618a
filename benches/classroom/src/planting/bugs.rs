//! A bug: a small diff of the good source, and what must catch it.
//!
//! Next: [`scratch`].

use std::fs;
use std::io::ErrorKind;
use std::path::Path;

use diffy::{Patch, apply};

use super::{Complaint, failure, scratch};

/// A diff of some files, with a header of `# key: value` lines.
pub struct Change {
    /// The name of its file, without `.patch`.
    pub name: String,
    header: String,
    /// For each file: its path, and the diff.
    parts: Vec<(String, String)>,
}

/// One `bugs/NAME.patch`.
pub struct Bug {
    /// The name of its file, without `.patch`.
    pub name: String,
    /// `mutex-poller` or `channel-poller`.
    pub side: String,
    /// The reasoning that leads to the bug.
    pub thought: String,
    /// The model that catches it, or `rustc`.
    pub by: String,
    /// A part of the message of what catches it.
    pub words: String,
    /// The diff.
    pub change: Change,
}

/// Every bug of both sides, by name.
///
/// # Errors
/// If one cannot be read.
pub fn all() -> Result<Vec<Bug>, Complaint> {
    let mut bugs = Vec::new();
    for side in ["mutex-poller", "channel-poller"] {
        let folder = scratch::root().join(side).join("bugs");
        let said = |e| failure(format!("{}: {e}", folder.display()));
        let mut files: Vec<_> = fs::read_dir(&folder)
            .map_err(said)?
            .filter_map(|entry| Some(entry.ok()?.path()))
            .filter(|path| path.extension().is_some_and(|e| e == "patch"))
            .collect();
        files.sort();
        for path in files {
            bugs.push(Bug::read(side, &path)?);
        }
    }
    Ok(bugs)
}

impl Bug {
    /// Whether it compiles: then it can be stepped through.
    pub fn compiles(&self) -> bool {
        self.by != "rustc"
    }

    /// The command that steps through it.
    pub fn step(&self) -> String {
        format!("cargo step {}", self.name)
    }

    fn read(side: &str, path: &Path) -> Result<Self, Complaint> {
        let change = Change::read(path)?;
        Ok(Bug {
            name: change.name.clone(),
            side: side.into(),
            thought: change.said("thought")?,
            by: change.said("caught by")?,
            words: change.said("in these words")?,
            change,
        })
    }
}

impl Change {
    /// Reads a patch.
    ///
    /// # Errors
    /// Says what is wrong with it.
    pub fn read(path: &Path) -> Result<Self, Complaint> {
        let name = path.file_stem().unwrap_or_default().to_string_lossy();
        let wrong = |what: &str| failure(format!("{}: {what}", path.display()));
        let text =
            fs::read_to_string(path).map_err(|e| wrong(&e.to_string()))?;
        let text = text.replace("\r\n", "\n");
        let (header, diff) = text
            .split_once("--- a/")
            .ok_or_else(|| wrong("no `--- a/FILE`"))?;
        let mut parts = Vec::new();
        for part in diff.split("\n--- a/") {
            let file = part.lines().next().unwrap_or_default().to_string();
            let diff = format!("--- a/{}\n", part.trim_end_matches('\n'));
            Patch::from_str(&diff).map_err(|e| wrong(&e.to_string()))?;
            parts.push((file, diff));
        }
        Ok(Change { name: name.into_owned(), header: header.into(), parts })
    }

    /// What its header says.
    ///
    /// # Errors
    /// If it says nothing of the kind.
    pub fn said(&self, key: &str) -> Result<String, Complaint> {
        let lines = self.header.lines().filter_map(|l| l.strip_prefix("# "));
        let mut lines =
            lines.filter_map(|l| l.strip_prefix(key)?.strip_prefix(": "));
        let missing =
            || failure(format!("{}.patch has no `# {key}: ...`", self.name));
        lines.next().map(str::to_string).ok_or_else(missing)
    }

    /// The files that it changes, from the root on.
    pub fn files(&self) -> impl Iterator<Item = &str> {
        self.parts.iter().map(|(file, _)| file.as_str())
    }

    /// The diff, for reading.
    pub fn diff(&self) -> String {
        self.parts.iter().map(|(_, diff)| diff.as_str()).collect()
    }

    /// Its files under `root`, changed.
    ///
    /// # Errors
    /// If the patch no longer fits.
    pub fn applied(
        &self,
        root: &Path,
    ) -> Result<Vec<(String, String)>, Complaint> {
        self.patched(root, false)
    }

    /// The same, with the change taken out.
    ///
    /// # Errors
    /// If it is not in them.
    pub fn removed(
        &self,
        root: &Path,
    ) -> Result<Vec<(String, String)>, Complaint> {
        self.patched(root, true)
    }

    fn patched(
        &self,
        root: &Path,
        reverse: bool,
    ) -> Result<Vec<(String, String)>, Complaint> {
        let patched = |(file, diff): &(String, String)| {
            // A new file is a diff of an empty one.
            let good = match fs::read_to_string(root.join(file)) {
                Err(e) if e.kind() == ErrorKind::NotFound => String::new(),
                other => {
                    let other = other.map(|t| t.replace("\r\n", "\n"));
                    other.map_err(|e| failure(format!("{file}: {e}")))?
                }
            };
            let patch = Patch::from_str(diff).expect("it was read before");
            let patch = if reverse { patch.reverse() } else { patch };
            let text = apply(&good, &patch).map_err(|_| {
                failure(format!("{}.patch does not fit {file}", self.name))
            })?;
            Ok((file.clone(), text))
        };
        self.parts.iter().map(patched).collect()
    }
}

/// Writes what was [applied](Change::applied) or [removed](Change::removed):
/// all texts were made before the first is written, so nothing is half-done.
/// A file that has become empty is deleted.
///
/// # Errors
/// If one cannot be written.
pub fn write_all(
    root: &Path,
    files: Vec<(String, String)>,
) -> Result<(), Complaint> {
    for (file, text) in files {
        let path = root.join(&file);
        let done = if text.is_empty() {
            fs::remove_file(&path)
        } else {
            fs::write(&path, text)
        };
        done.map_err(|error| failure(format!("{file}: {error}")))?;
    }
    Ok(())
}
