//! A bug: a small diff of the good source, and what must catch it.
//!
//! Next: [`texts`](super::texts).

use std::fs;
use std::path::Path;

use diffy::{Patch, apply};

use super::texts::{Texts, read};
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
    /// If it has no such line.
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

    /// The same, one change for each file.
    pub fn each(&self) -> impl Iterator<Item = Change> {
        self.parts.iter().map(|part| Change {
            name: self.name.clone(),
            header: self.header.clone(),
            parts: vec![part.clone()],
        })
    }

    /// The diff, for reading.
    pub fn diff(&self) -> String {
        self.parts.iter().map(|(_, diff)| diff.as_str()).collect()
    }

    /// Its files under `root`, changed.
    ///
    /// # Errors
    /// If the patch no longer fits.
    pub fn applied(&self, root: &Path) -> Result<Texts, Complaint> {
        self.patched(root, &Texts::new(), false)
    }

    /// The same with the change taken out.
    ///
    /// # Errors
    /// If it is not in them.
    pub fn removed(&self, root: &Path) -> Result<Texts, Complaint> {
        self.patched(root, &Texts::new(), true)
    }

    /// Adds its files to these texts, which count for more than what is under
    /// `root`.
    ///
    /// # Errors
    /// If it does not fit.
    pub fn over(
        &self,
        root: &Path,
        texts: &mut Texts,
    ) -> Result<(), Complaint> {
        let more = self.patched(root, texts, false)?;
        texts.extend(more);
        Ok(())
    }

    fn patched(
        &self,
        root: &Path,
        texts: &Texts,
        reverse: bool,
    ) -> Result<Texts, Complaint> {
        let patched = |(file, diff): &(String, String)| {
            let good = match texts.get(file) {
                Some(text) => text.clone(),
                None => read(root, file)?,
            };
            let does_not_fit =
                || failure(format!("{}.patch does not fit {file}", self.name));
            let patch = Patch::from_str(diff).map_err(|_| does_not_fit())?;
            let patch = if reverse { patch.reverse() } else { patch };
            let text = apply(&good, &patch).map_err(|_| does_not_fit())?;
            Ok((file.clone(), text))
        };
        self.parts.iter().map(patched).collect()
    }
}
