//! Patches: small diffs of the sources, with a header of `# key: value` lines.
//! Each bug is one, and so is each start of an exercise and each answer to it.
//!
//! Next: [`tree`](crate::tree).

use std::fs;
use std::path::PathBuf;

use crate::complaint::{Result, with};
use crate::tree::{Tree, walk};
use crate::workspace::{root, sources};

/// One file `NAME.patch`.
pub struct Patch {
    /// Its file, from the root of the workspace on.
    pub file: String,
    /// The folder that it is in, from the root of the workspace on.
    pub folder: String,
    /// The name of its file, without `.patch`.
    pub name: String,
    /// The lines before the diff, each `# key: value`.
    pub header: String,
    /// For each file: its path from the root of the workspace, and the diff,
    /// which [`diffy::Patch::from_str`] splits into hunks.
    pub parts: Vec<(String, String)>,
}

/// All patches of the workspace: those of bugs, by lock first, and then those
/// of exercises, in order of their paths.
///
/// # Errors
/// If one cannot be read.
pub fn all() -> Result<Vec<Patch>> {
    let mut files = Vec::new();
    for folder in ["mutex-poller/bugs", "channel-poller/bugs", "docs/exercises"]
    {
        let (root, before) = (root(), files.len());
        walk(&root, folder, &mut files).map_err(with(&root.join(folder)))?;
        files[before..].sort();
    }
    files.retain(|file| file.ends_with(".patch"));
    files.iter().map(|file| Patch::read(file)).collect()
}

impl Patch {
    /// Reads a patch; its path is from the root of the workspace.
    ///
    /// # Errors
    /// Says what is wrong with it.
    pub fn read(file: &str) -> Result<Self> {
        let path = &root().join(file);
        let text = fs::read_to_string(path).map_err(with(path))?;
        Patch::parse(file, &text)
    }

    /// The same, of this text.
    ///
    /// # Errors
    /// Says what is wrong with it.
    pub fn parse(file: &str, text: &str) -> Result<Self> {
        let text = text.replace("\r\n", "\n");
        let none = || with(file.as_ref())("no `--- a/FILE`");
        let (header, diff) = text.split_once("--- a/").ok_or_else(none)?;
        // The last line may be an empty one of the context.
        let diff = diff.strip_suffix('\n').unwrap_or(diff);
        let part = |part: &str| {
            let file = part.lines().next().unwrap_or_default();
            (file.to_string(), format!("--- a/{part}\n"))
        };
        let parts = diff.split("\n--- a/").map(part).collect();
        let (folder, name) = file.rsplit_once('/').unwrap_or(("", file));
        Ok(Patch {
            file: file.into(),
            folder: folder.into(),
            name: name.trim_end_matches(".patch").into(),
            header: header.into(),
            parts,
        })
    }

    /// Its file.
    pub fn path(&self) -> PathBuf {
        root().join(&self.file)
    }

    /// What its header says.
    ///
    /// # Errors
    /// If it has no such line.
    pub fn said(&self, key: &str) -> Result<&str> {
        let key = format!("# {key}: ");
        let said = self.header.lines().find_map(|l| l.strip_prefix(&key));
        let missing = || with(&self.path())(format!("no line `{key}...`"));
        said.ok_or_else(missing)
    }

    /// The path of the patch that must be applied before this one: an answer
    /// to an exercise, and what its grader adds, come after its start.
    pub fn start(&self) -> Option<String> {
        let later = ["solution", "wrong", "check"];
        let is_later = later.iter().any(|word| self.name.starts_with(word));
        is_later.then(|| format!("{}/start.patch", self.folder))
    }

    /// The sources before this change.
    ///
    /// # Errors
    /// If they cannot be read, or that patch does not fit.
    pub fn before(&self) -> Result<Tree> {
        let start = self.start().map(|start| Patch::read(&start)?.applied());
        start.unwrap_or_else(sources)
    }

    /// The sources with this change.
    ///
    /// # Errors
    /// If it does not fit.
    pub fn applied(&self) -> Result<Tree> {
        self.applied_to(self.before()?)
    }

    /// The diff, for reading.
    pub fn diff(&self) -> String {
        self.parts.iter().map(|(_, diff)| diff.as_str()).collect()
    }

    /// Makes its changes in these sources.
    ///
    /// # Errors
    /// If one does not fit.
    pub fn applied_to(&self, mut tree: Tree) -> Result<Tree> {
        let path = &self.path();
        for (file, diff) in &self.parts {
            let patch = diffy::Patch::from_str(diff).map_err(with(path))?;
            let text = diffy::apply(tree.get(file), &patch);
            let advice = "`cargo bless patches` makes it fit again";
            let wrong = |why| with(path)(format!("{file}: {why}; {advice}"));
            tree.set(file, text.map_err(wrong)?);
        }
        Ok(tree)
    }
}
