//! A folder that has one user at a time, in this process or in another.
//!
//! Next: [`judge`](super::judge).

use std::fs::{self, File, TryLockError};
use std::io::{self, ErrorKind};
use std::path::Path;

/// Locks the folder until the returned file is dropped. The lock belongs to
/// the system: it also ends with the process, even with one that is killed.
/// Calls `waits` before it waits for another user of the folder.
///
/// # Errors
/// If the folder cannot be made or locked.
pub fn exclusive(folder: &Path, waits: impl FnOnce()) -> io::Result<File> {
    fs::create_dir_all(folder)?;
    let mut options = File::options();
    // Writable, because Windows locks no file that is open for less.
    let options = options.write(true).create(true).truncate(false);
    let file = options.open(folder.join(".lock"))?;
    match file.try_lock() {
        Err(TryLockError::WouldBlock) => {
            waits();
            file.lock()?;
        }
        // Some file systems have no locks: a single user works there too.
        Err(TryLockError::Error(e)) if e.kind() == ErrorKind::Unsupported => {}
        other => other?,
    }
    Ok(file)
}
