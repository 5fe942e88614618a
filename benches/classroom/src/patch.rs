//! Patches: small diffs of the sources, with a header of `# key: value` lines.
//! Each bug is one, and so is each start of an exercise and each answer to it.
//!
//! Next: [`tree`](crate::tree).

use std::fs;
use std::path::{Path, PathBuf};

use crate::complaint::{Complaint, failure, with};
use crate::tree::Tree;

/// One file `NAME.patch`.
pub struct Patch {
    /// Where it is.
    pub path: PathBuf,
    /// The lines before the diff, each `# key: value`.
    pub header: String,
    /// For each file: its path from the root of the workspace, and the diff,
    /// which [`diffy::Patch::from_str`] splits into hunks.
    pub parts: Vec<(String, String)>,
}

/// All patches of a workspace, of bugs and of exercises.
///
/// # Errors
/// If one cannot be read.
pub fn all(root: &Path) -> Result<Vec<Patch>, Complaint> {
    let mut all = Vec::new();
    for folder in ["mutex-poller/bugs", "channel-poller/bugs", "docs/exercises"]
    {
        all.extend(below(&root.join(folder))?);
    }
    Ok(all)
}

/// All patches in a folder and in the folders in it, in order of their paths.
///
/// # Errors
/// If one cannot be read.
pub fn below(folder: &Path) -> Result<Vec<Patch>, Complaint> {
    let (mut all, mut paths) = (Vec::new(), Vec::new());
    for entry in fs::read_dir(folder).map_err(with(folder))? {
        paths.push(entry.map_err(with(folder))?.path());
    }
    paths.sort();
    for path in paths {
        if path.is_dir() {
            all.extend(below(&path)?);
        } else if path.extension().is_some_and(|end| end == "patch") {
            all.push(Patch::read(&path)?);
        }
    }
    Ok(all)
}

impl Patch {
    /// Reads a patch.
    ///
    /// # Errors
    /// Says what is wrong with it.
    pub fn read(path: &Path) -> Result<Self, Complaint> {
        let wrong = |what: &str| with(path)(what);
        let text = fs::read_to_string(path).map_err(with(path))?;
        let text = text.replace("\r\n", "\n");
        let (header, diff) = text
            .split_once("--- a/")
            .ok_or_else(|| wrong("no `--- a/FILE`"))?;
        let mut parts = Vec::new();
        for part in diff.split("\n--- a/") {
            let file = part.lines().next().unwrap_or_default().to_string();
            let diff = format!("--- a/{}\n", part.trim_end_matches('\n'));
            diffy::Patch::from_str(&diff).map_err(with(path))?;
            parts.push((file, diff));
        }
        Ok(Patch { path: path.into(), header: header.into(), parts })
    }

    /// The name of its file, without `.patch`.
    pub fn name(&self) -> String {
        let stem = self.path.file_stem().unwrap_or_default();
        stem.to_string_lossy().into_owned()
    }

    /// What its header says.
    ///
    /// # Errors
    /// If it has no such line.
    pub fn said(&self, key: &str) -> Result<&str, Complaint> {
        let lines = self.header.lines().filter_map(|l| l.strip_prefix("# "));
        let mut lines =
            lines.filter_map(|l| l.strip_prefix(key)?.strip_prefix(": "));
        let missing = || with(&self.path)(format!("it has no `# {key}: ...`"));
        lines.next().ok_or_else(missing)
    }

    /// The patch that must be applied before this one: what is written in an
    /// exercise comes after its start.
    pub fn after(&self) -> Option<PathBuf> {
        let later = ["solution", "wrong", "check"];
        let later = later.iter().any(|word| self.name().starts_with(word));
        later.then(|| self.path.with_file_name("start.patch"))
    }

    /// The diff, for reading.
    pub fn diff(&self) -> String {
        self.parts.iter().map(|(_, diff)| diff.as_str()).collect()
    }

    /// Makes its changes, all of them or none.
    ///
    /// # Errors
    /// If one does not fit.
    pub fn apply(&self, tree: &mut Tree) -> Result<(), Complaint> {
        let mut changed = tree.clone();
        for (file, diff) in &self.parts {
            let does_not_fit = || {
                let path = self.path.display();
                failure(format!("{path} does not fit {file}"))
            };
            let patch = diffy::Patch::from_str(diff);
            let patch = patch.map_err(|_| does_not_fit())?;
            let text = diffy::apply(tree.get(file), &patch);
            changed.set(file, text.map_err(|_| does_not_fit())?);
        }
        *tree = changed;
        Ok(())
    }
}
