//! A copy of the workspace under `target/bugs`, to plant bugs in.
//!
//! Next: [`lock`](super::lock).

use std::env;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use super::bugs::Change;
use super::lock::exclusive;
use super::texts::{Texts, remove};
use super::{Complaint, failure};
use crate::out;

/// What a build needs. Not `.cargo`: cargo would find both, and join their
/// aliases.
const NEEDED: [&str; 8] = [
    "Cargo.toml",
    "Cargo.lock",
    ".rustfmt.toml",
    "shared",
    "mutex-poller",
    "channel-poller",
    "benches",
    "docs/check",
];

/// The workspace: the one of the package that cargo runs, which may have been
/// moved since it was built.
pub fn root() -> PathBuf {
    let now = env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from);
    let now = now.filter(|folder| folder.ends_with("benches/classroom"));
    let here = now.unwrap_or_else(|| env!("CARGO_MANIFEST_DIR").into());
    let root = here.ancestors().nth(2);
    root.expect("benches/classroom is a folder of it").to_path_buf()
}

/// Printed while the copy is in use by another command.
const WAITS: &str = "Waiting for another `cargo bug`, exercise or test to \
    end, because it uses target/bugs; if it hangs, stop it.";

/// The copy. It has one user at a time: of two, each would build what the other
/// has planted. A thread that makes a second one waits for itself, forever.
pub struct Scratch {
    path: PathBuf,
    /// Locked for as long as this lives.
    _lock: File,
}

impl Scratch {
    /// A fresh copy, once no other user has it. Files that are the same are
    /// left alone, so that cargo builds only what has changed.
    ///
    /// # Errors
    /// If it cannot be locked or written.
    pub fn new() -> Result<Self, Complaint> {
        let path = root().join("target").join("bugs");
        let lock = exclusive(&path, || out::complain(WAITS)).map_err(|e| {
            failure(format!("cannot lock {}: {e}", path.display()))
        })?;
        let scratch = Scratch { path, _lock: lock };
        scratch.lay(&root(), &Texts::new())?;
        Ok(scratch)
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Makes the copy equal to the working tree, and then makes these changes.
    ///
    /// # Errors
    /// If a change does not fit.
    pub fn plant(&self, changes: &[&Change]) -> Result<(), Complaint> {
        let mut texts = Texts::new();
        for change in changes {
            change.over(&root(), &mut texts)?;
        }
        self.lay(&root(), &texts)
    }

    /// Makes the copy as the workspace in this folder is, but for these
    /// texts. Each file is written once at most, and only if it differs: cargo
    /// builds what is newer than its last build.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn lay(&self, from: &Path, texts: &Texts) -> Result<(), Complaint> {
        let copied = copy_all(from, &self.path, &NEEDED, texts);
        copied.map_err(|error| {
            let to = self.path.display();
            failure(format!("cannot copy to {to}: {error}"))
        })
    }
}

/// Keeps a copy of the workspace and its exercises in another folder.
///
/// # Errors
/// If it cannot be written.
pub fn snapshot(to: &Path) -> io::Result<()> {
    let names = [&NEEDED[..], &["docs/exercises"]].concat();
    copy_all(&root(), to, &names, &Texts::new())
}

/// The names of all files that a build needs.
///
/// # Errors
/// If a folder cannot be read.
pub fn files(root: &Path) -> io::Result<Vec<String>> {
    let mut all = Vec::new();
    for name in NEEDED {
        list(root, name, &mut all)?;
    }
    Ok(all)
}

fn list(root: &Path, name: &str, all: &mut Vec<String>) -> io::Result<()> {
    let path = root.join(name);
    if !path.is_dir() {
        all.push(name.into());
        return Ok(());
    }
    for entry in fs::read_dir(path)? {
        let inner = entry?.file_name().to_string_lossy().into_owned();
        if inner != "target" {
            list(root, &format!("{name}/{inner}"), all)?;
        }
    }
    Ok(())
}

fn copy_all(
    from: &Path,
    to: &Path,
    names: &[&str],
    texts: &Texts,
) -> io::Result<()> {
    for name in names {
        copy(from, to, name, texts)?;
    }
    for (file, text) in texts.iter().filter(|(_, text)| !text.is_empty()) {
        write(&to.join(file), text.as_bytes())?;
    }
    Ok(())
}

fn write(to: &Path, new: &[u8]) -> io::Result<()> {
    if fs::read(to).is_ok_and(|old| old == new) {
        return Ok(());
    }
    to.parent().map_or(Ok(()), fs::create_dir_all)?;
    fs::write(to, new)
}

fn copy(from: &Path, to: &Path, name: &str, texts: &Texts) -> io::Result<()> {
    let (old, new) = (from.join(name), to.join(name));
    if !old.is_dir() {
        return match texts.get(name) {
            Some(text) if text.is_empty() => remove(&new),
            Some(_) => Ok(()),
            None => write(&new, &fs::read(old)?),
        };
    }
    for entry in fs::read_dir(&old)? {
        let inner = entry?.file_name().to_string_lossy().into_owned();
        if inner != "target" {
            copy(from, to, &format!("{name}/{inner}"), texts)?;
        }
    }
    // Remove files that an exercise has added.
    for entry in fs::read_dir(&new).into_iter().flatten() {
        let inner = entry?.file_name().to_string_lossy().into_owned();
        let (extra, path) = (new.join(&inner), format!("{name}/{inner}"));
        let kept = old.join(&inner).exists() || texts.contains_key(&path);
        if extra.is_file() && !kept {
            fs::remove_file(extra)?;
        }
    }
    Ok(())
}
