//! An error, and what the user is told.
//!
//! Next: [`workspace`](crate::workspace).

use std::fmt::Display;
use std::path::Path;

/// An error: its message for the user, and the exit code.
#[derive(Debug)]
pub struct Complaint {
    /// Empty if the user has been told already.
    pub text: String,
    /// 2 for an error in what the user typed, 1 for any other.
    pub code: u8,
}

/// An error that is not the user's.
pub fn failure(text: impl Into<String>) -> Complaint {
    Complaint { text: text.into(), code: 1 }
}

/// An error in what the user typed.
pub fn misuse(text: impl Into<String>) -> Complaint {
    Complaint { text: text.into(), code: 2 }
}

/// What went wrong with this file or folder.
pub fn with<E: Display>(path: &Path) -> impl Fn(E) -> Complaint {
    move |error| failure(format!("{}: {error}", path.display()))
}

/// The one of `all` that has this name, or an error that names the nearest.
///
/// # Errors
/// If none has it.
pub fn find<'a, T>(
    all: &'a [T],
    what: &str,
    name: &str,
    name_of: impl Fn(&T) -> &str,
) -> Result<&'a T, Complaint> {
    let found = all.iter().find(|one| name_of(one) == name);
    found.ok_or_else(|| {
        let near = nearest(name, all.iter().map(name_of));
        // Of a name with control characters, the terminal gets none.
        let name = name.escape_debug();
        misuse(format!(
            "no {what} is called {name}{near}; `cargo {what}` lists them all"
        ))
    })
}

/// ` (did you mean this one?)` if one of these names is close.
pub fn nearest<'a>(
    name: &str,
    known: impl IntoIterator<Item = &'a str>,
) -> String {
    let close = known.into_iter().map(|other| {
        (strsim::normalized_damerau_levenshtein(name, other), other)
    });
    let best = close.max_by(|a, b| a.0.total_cmp(&b.0));
    match best {
        Some((how, other)) if how > 0.5 => format!(" (did you mean {other}?)"),
        _ => String::new(),
    }
}
