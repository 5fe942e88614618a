//! Hints, one at a time.

use std::path::Path;

use classroom::out;
use classroom::planting::{Complaint, keep};

use crate::shelf::Exercise;

/// Shows one hint more than the last time.
///
/// # Errors
/// If how many were shown cannot be noted.
pub fn next(root: &Path, exercise: &Exercise) -> Result<(), Complaint> {
    let hints = exercise.hints();
    let note = format!("hints/{}", exercise.name);
    let shown = keep::note(root, &note);
    let shown = shown.and_then(|n| n.trim().parse::<usize>().ok()).unwrap_or(0);
    let all = hints.len();
    let Some(hint) = hints.get(shown) else {
        let seen = match all {
            0 => "This exercise has no hints.".to_string(),
            _ => {
                keep::forget(root, &note)?;
                "You have seen all hints. `--hint` begins again with the \
                 first, `--solution` shows solutions."
                    .to_string()
            }
        };
        out::say(seen);
        return Ok(());
    };
    keep::write(root, &note, &(shown + 1).to_string())?;
    out::say(format!("Hint {} of {all}\n\n{hint}", shown + 1));
    Ok(())
}
