//! Files as texts, by their path from the root of the workspace. An empty text
//! stands for a file that is not there.
//!
//! Next: [`scratch`](super::scratch).

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, ErrorKind};
use std::path::Path;

use super::{Complaint, failure};

/// Paths, and what is in the files.
pub type Texts = BTreeMap<String, String>;

/// What is in a file. It is empty if there is no such file.
///
/// # Errors
/// If it cannot be read, or is not a text.
pub fn read(root: &Path, file: &str) -> Result<String, Complaint> {
    match fs::read_to_string(root.join(file)) {
        Ok(text) => Ok(text.replace("\r\n", "\n")),
        Err(e) if e.kind() == ErrorKind::NotFound => Ok(String::new()),
        Err(error) => Err(failure(format!("{file}: {error}"))),
    }
}

/// Writes these files under `root`. Each is moved into its place when it is
/// complete: there is never half a file in the tree.
///
/// # Errors
/// If one cannot be written.
pub fn write_all(root: &Path, texts: &Texts) -> Result<(), Complaint> {
    for (file, text) in texts {
        let done = if text.is_empty() {
            remove(&root.join(file))
        } else {
            replace(root, file, text)
        };
        done.map_err(|error| failure(format!("{file}: {error}")))?;
    }
    Ok(())
}

fn replace(root: &Path, file: &str, text: &str) -> io::Result<()> {
    let complete = root.join(super::keep::FOLDER).join("complete");
    for path in [&complete, &root.join(file)] {
        path.parent().map_or(Ok(()), fs::create_dir_all)?;
    }
    fs::write(&complete, text)?;
    fs::rename(&complete, root.join(file))
}

/// Removes a file that may be gone already.
///
/// # Errors
/// If it is still there.
pub fn remove(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(e) if e.kind() == ErrorKind::NotFound => Ok(()),
        done => done,
    }
}
