//! A copy of the workspace under `target/bugs`, to plant bugs in.
//!
//! Next: [`judge`](super::judge).

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::bugs::{Change, write_all};
use super::{Complaint, failure};

/// The workspace.
pub fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().expect("benches is a folder of it").to_path_buf()
}

/// Whether git knows of changes in this file. Without git, nobody knows.
pub fn changed(root: &Path, file: &str) -> bool {
    let status = Command::new("git")
        .args(["status", "--porcelain", "--", file])
        .current_dir(root)
        .stderr(Stdio::null())
        .output();
    status.is_ok_and(|out| out.status.success() && !out.stdout.is_empty())
}

/// The copy.
pub struct Scratch(PathBuf);

impl Scratch {
    /// A fresh copy. Files that are the same are left alone, so that cargo
    /// builds only what changed.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn new() -> Result<Self, Complaint> {
        let scratch = Scratch(root().join("target").join("bugs"));
        scratch.refresh()?;
        Ok(scratch)
    }

    fn refresh(&self) -> Result<(), Complaint> {
        // Not `.cargo`: cargo would find both, and join their aliases.
        for name in ["Cargo.toml", "Cargo.lock", ".rustfmt.toml"] {
            self.copy(Path::new(name))?;
        }
        for name in ["shared", "mutex-poller", "channel-poller", "benches"] {
            self.copy(Path::new(name))?;
        }
        Ok(())
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.0
    }

    /// Makes the copy as the working tree is, and then these changes.
    ///
    /// # Errors
    /// If one does not fit.
    pub fn plant(&self, changes: &[&Change]) -> Result<(), Complaint> {
        self.refresh()?;
        for change in changes {
            write_all(&self.0, change.applied(&self.0)?)?;
        }
        Ok(())
    }

    fn copy(&self, name: &Path) -> Result<(), Complaint> {
        copy(&root().join(name), &self.0.join(name)).map_err(|error| {
            let to = self.0.join(name);
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
    // What an exercise added.
    for entry in fs::read_dir(to).into_iter().flatten() {
        let name = entry?.file_name();
        let extra = to.join(&name);
        if extra.is_file() && !from.join(&name).exists() {
            fs::remove_file(extra)?;
        }
    }
    Ok(())
}
