//! The diagram of each bug, kept in `docs/golden`, so that a change of the
//! checker, or of its messages, shows in a diff.

use std::fs;
use std::path::PathBuf;

use classroom::planting::bugs::Bug;
use classroom::planting::judge::Finding;
use classroom::planting::{Complaint, failure, scratch};

/// Whether the diagram is equal to the one that is kept; `bless` writes it.
///
/// # Errors
/// If it cannot be written.
pub fn hold(
    bug: &Bug,
    finding: &Finding,
    bless: bool,
) -> Result<bool, Complaint> {
    let Some(story) = &finding.story else { return Ok(true) };
    let told = finding.told.as_deref().unwrap_or_default();
    let text = format!("{}: {}\n\n{story}\n\n{told}", bug.name, bug.thought);
    let path = file(bug);
    if !bless {
        let kept = fs::read_to_string(path).unwrap_or_default();
        return Ok(kept.replace("\r\n", "\n") == text);
    }
    let folder = path.parent().expect("it is in a folder");
    fs::create_dir_all(folder)
        .and_then(|()| fs::write(&path, text))
        .map_err(|error| failure(format!("{}: {error}", path.display())))?;
    Ok(true)
}

fn file(bug: &Bug) -> PathBuf {
    let golden = scratch::root().join("docs/golden");
    golden.join(&bug.side).join(format!("{}.txt", bug.name))
}
