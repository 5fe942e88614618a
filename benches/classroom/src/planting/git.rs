//! What git knows of a file, if there is git at all: a workspace that was
//! downloaded as a zip file has none.
//!
//! Next: [`keep`](super::keep).

use std::path::Path;
use std::process::{Command, Output, Stdio};

/// What becomes of the user's work if this file is overwritten.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Git {
    /// It is committed.
    Safe,
    /// It has changes that are in no commit.
    Changed,
    /// Git does not know this workspace.
    Unknown,
}

/// What git knows of this file.
pub fn of(root: &Path, file: &str) -> Git {
    let tracked = git(root, &["ls-files", "--error-unmatch", "Cargo.toml"]);
    if tracked.is_none() {
        return Git::Unknown;
    }
    match git(root, &["status", "--porcelain", "--", file]) {
        None => Git::Unknown,
        Some(out) if out.stdout.is_empty() => Git::Safe,
        Some(_) => Git::Changed,
    }
}

/// What it says, if it succeeds.
fn git(root: &Path, args: &[&str]) -> Option<Output> {
    let mut command = Command::new("git");
    command.args(args).current_dir(root).stderr(Stdio::null());
    command.output().ok().filter(|out| out.status.success())
}
