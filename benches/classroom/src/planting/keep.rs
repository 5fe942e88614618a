//! What these commands keep between two calls: in `.classroom`, which git
//! ignores and `cargo clean` leaves alone.
//!
//! Next: [`scratch`](super::scratch).

use std::fs;
use std::path::{Path, PathBuf};

use super::texts::remove;
use super::{Complaint, failure};

/// In the root of the workspace.
pub const FOLDER: &str = ".classroom";

/// A folder or a file in it.
pub fn path(root: &Path, name: &str) -> PathBuf {
    root.join(FOLDER).join(name)
}

/// What a note says, if there is one.
pub fn note(root: &Path, name: &str) -> Option<String> {
    fs::read_to_string(path(root, name)).ok()
}

/// Writes a note.
///
/// # Errors
/// If it cannot be written.
pub fn write(root: &Path, name: &str, text: &str) -> Result<(), Complaint> {
    let path = path(root, name);
    let folder = path.parent().unwrap_or(root);
    fs::create_dir_all(folder)
        .and_then(|()| fs::write(&path, text))
        .map_err(|error| failure(format!("{}: {error}", path.display())))
}

/// Removes a note, or a folder of notes, that may be gone already.
///
/// # Errors
/// If it is still there.
pub fn forget(root: &Path, name: &str) -> Result<(), Complaint> {
    let path = path(root, name);
    let done =
        if path.is_dir() { fs::remove_dir_all(&path) } else { remove(&path) };
    done.map_err(|error| failure(format!("{}: {error}", path.display())))
}
