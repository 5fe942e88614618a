//! The sources of a workspace, in memory: patches change them there, and only
//! what is complete is written.
//!
//! Next: [`complaint`](crate::complaint).

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::Path;

use crate::complaint::{Complaint, with};

/// What a build needs, and the file that one exercise adds for an answer. The
/// checker is not copied: it is built once, for all copies.
const NEEDED: [&str; 7] = [
    "Cargo.toml",
    "Cargo.lock",
    ".rustfmt.toml",
    "answer.txt",
    "shared",
    "mutex-poller",
    "channel-poller",
];
const NOT_NEEDED: [&str; 3] = ["target", "bugs", "shared/checker"];

/// Texts, by their paths from the root of a workspace, with `/`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct Tree(BTreeMap<String, String>);

impl Tree {
    /// What is in a workspace.
    ///
    /// # Errors
    /// If a file cannot be read.
    pub fn read(root: &Path) -> Result<Self, Complaint> {
        let mut tree = Tree::default();
        for name in NEEDED.iter().filter(|name| root.join(name).exists()) {
            tree.add(root, name).map_err(with(&root.join(name)))?;
        }
        Ok(tree)
    }

    fn add(&mut self, root: &Path, name: &str) -> io::Result<()> {
        let path = root.join(name);
        if !path.is_dir() {
            // What is no text is no source.
            if let Ok(text) = String::from_utf8(fs::read(path)?) {
                self.set(name, text.replace("\r\n", "\n"));
            }
            return Ok(());
        }
        for entry in fs::read_dir(path)? {
            let inner = entry?.file_name().to_string_lossy().into_owned();
            let path = format!("{name}/{inner}");
            if ![&path, &inner].iter().any(|n| NOT_NEEDED.contains(&n.as_str()))
            {
                self.add(root, &path)?;
            }
        }
        Ok(())
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
    pub fn write(&self, folder: &Path) -> Result<(), Complaint> {
        let written = || -> io::Result<()> {
            fs::create_dir_all(folder)?;
            self.prune(folder, "")?;
            for (file, text) in &self.0 {
                let path = folder.join(file);
                if fs::read(&path).is_ok_and(|old| old == text.as_bytes()) {
                    continue;
                }
                path.parent().map_or(Ok(()), fs::create_dir_all)?;
                fs::write(path, text)?;
            }
            Ok(())
        };
        written().map_err(with(folder))
    }

    /// Removes what is in a folder and not in here.
    fn prune(&self, folder: &Path, at: &str) -> io::Result<()> {
        for entry in fs::read_dir(folder)? {
            let entry = entry?;
            let (path, kind) = (entry.path(), entry.file_type()?);
            let name = format!("{at}{}", entry.file_name().to_string_lossy());
            let inside = format!("{name}/");
            if !kind.is_dir() {
                if !self.0.contains_key(&name) {
                    fs::remove_file(path)?;
                }
            } else if self.files().any(|file| file.starts_with(&inside)) {
                self.prune(&path, &inside)?;
            } else {
                fs::remove_dir_all(path)?;
            }
        }
        Ok(())
    }
}
