//! The sources of a workspace, in memory: patches change them there, and only
//! what is complete is written.
//!
//! Next: [`complaint`](crate::complaint).

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::Path;

use crate::complaint::{Result, with};

/// What a build needs besides what [`workspace`](crate::workspace) adds, and
/// the file that one exercise adds for an answer. The checker is not copied: it
/// is built once, for all copies.
const NEEDED: [&str; 5] =
    [".rustfmt.toml", "answer.txt", "shared", "mutex-poller", "channel-poller"];
const NOT_NEEDED: [&str; 3] = ["target", "bugs", "shared/checker"];

/// Texts, by their paths from the root of a workspace, with `/`.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Tree(BTreeMap<String, String>);

impl Tree {
    /// What is in a workspace.
    ///
    /// # Errors
    /// If a file cannot be read.
    pub fn read(root: &Path) -> Result<Self> {
        let (mut tree, mut files) = (Tree::default(), Vec::new());
        for name in NEEDED.iter().filter(|name| root.join(name).exists()) {
            walk(root, name, &mut files).map_err(with(&root.join(name)))?;
        }
        for file in files {
            // What is no text is no source.
            if let Ok(text) = fs::read_to_string(root.join(&file)) {
                tree.set(&file, text.replace("\r\n", "\n"));
            }
        }
        Ok(tree)
    }

    /// The text of a file, which is empty if there is none.
    pub fn get(&self, file: &str) -> &str {
        self.0.get(file).map_or("", String::as_str)
    }

    /// Replaces a file. An empty text removes it.
    pub fn set(&mut self, file: &str, text: String) {
        if text.is_empty() {
            self.0.remove(file);
        } else {
            self.0.insert(file.into(), text);
        }
    }

    /// The paths of all files.
    pub fn files(&self) -> impl Iterator<Item = &String> {
        self.0.keys()
    }

    /// Makes a folder equal to this: nothing else is left in it. A file that
    /// is the same is left alone, so that cargo builds only what has changed.
    ///
    /// # Errors
    /// If a file cannot be written or removed.
    pub fn write(&self, folder: &Path) -> io::Result<()> {
        fs::create_dir_all(folder)?;
        let mut there = Vec::new();
        walk(folder, "", &mut there)?;
        there.retain(|file| !self.0.contains_key(file));
        for path in there.iter().map(|file| folder.join(file)) {
            fs::remove_file(&path)?;
            // With the folders that are empty then.
            let above = path.ancestors().skip(1);
            let _ = above.map(fs::remove_dir).find(|done| done.is_err());
        }
        for (file, text) in &self.0 {
            let path = folder.join(file);
            if fs::read(&path).is_ok_and(|old| old == text.as_bytes()) {
                continue;
            }
            path.parent().map_or(Ok(()), fs::create_dir_all)?;
            fs::write(path, text)?;
        }
        Ok(())
    }
}

/// The paths of all files in a folder, or of this file, from the root on.
///
/// # Errors
/// If a folder cannot be read.
pub fn walk(root: &Path, name: &str, all: &mut Vec<String>) -> io::Result<()> {
    if !root.join(name).is_dir() {
        all.push(name.into());
        return Ok(());
    }
    for entry in fs::read_dir(root.join(name))? {
        let inner = entry?.file_name().to_string_lossy().into_owned();
        let path = format!("{name}/{inner}");
        let path = path.trim_start_matches('/');
        if !NOT_NEEDED.contains(&path) && !NOT_NEEDED.contains(&inner.as_str())
        {
            walk(root, path, all)?;
        }
    }
    Ok(())
}
