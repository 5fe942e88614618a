//! A copy of the workspace under `target/bugs`, to plant bugs in.
//!
//! Next: [`lock`](super::lock).

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::bugs::{Change, write_all};
use super::lock::exclusive;
use super::{Complaint, failure};
use crate::out;

/// The folders that a build needs.
const ROOMS: [&str; 5] =
    ["shared", "mutex-poller", "channel-poller", "benches", "docs/check"];

/// The workspace.
pub fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let root = here.ancestors().nth(2);
    root.expect("benches/classroom is a folder of it").to_path_buf()
}

/// Whether git reports changes in this file; `false` without git.
pub fn changed(root: &Path, file: &str) -> bool {
    let status = Command::new("git")
        .args(["status", "--porcelain", "--", file])
        .current_dir(root)
        .stderr(Stdio::null())
        .output();
    status.is_ok_and(|out| out.status.success() && !out.stdout.is_empty())
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
        scratch.refresh()?;
        Ok(scratch)
    }

    fn refresh(&self) -> Result<(), Complaint> {
        // Not `.cargo`: cargo would find both, and join their aliases.
        for name in ["Cargo.toml", "Cargo.lock", ".rustfmt.toml"] {
            self.copy(Path::new(name))?;
        }
        for name in ROOMS {
            self.copy(Path::new(name))?;
        }
        Ok(())
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
        self.refresh()?;
        for change in changes {
            write_all(&self.path, change.applied(&self.path)?)?;
        }
        Ok(())
    }

    fn copy(&self, name: &Path) -> Result<(), Complaint> {
        copy(&root().join(name), &self.path.join(name)).map_err(|error| {
            let to = self.path.join(name);
            failure(format!("cannot copy to {}: {error}", to.display()))
        })
    }
}

fn copy(from: &Path, to: &Path) -> io::Result<()> {
    if !from.is_dir() {
        let new = fs::read(from)?;
        if fs::read(to).is_ok_and(|old| old == new) {
            return Ok(());
        }
        fs::create_dir_all(to.parent().expect("a file is in a folder"))?;
        return fs::write(to, new);
    }
    for entry in fs::read_dir(from)? {
        let name = entry?.file_name();
        if name != "target" {
            copy(&from.join(&name), &to.join(&name))?;
        }
    }
    // Remove files that an exercise has added.
    for entry in fs::read_dir(to).into_iter().flatten() {
        let name = entry?.file_name();
        let extra = to.join(&name);
        if extra.is_file() && !from.join(&name).exists() {
            fs::remove_file(extra)?;
        }
    }
    Ok(())
}
