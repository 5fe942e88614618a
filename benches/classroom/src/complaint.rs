//! An error, and what the user is told.
//!
//! Next: [`workspace`](crate::workspace).

use std::fmt::Display;
use std::path::Path;

/// An error.
#[derive(Debug, Clone)]
pub struct Complaint {
    /// For the user.
    pub text: String,
    /// Of which kind.
    pub kind: Kind,
}

/// What can be done, or why not.
pub type Result<T = ()> = std::result::Result<T, Complaint>;

/// Kinds of errors.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kind {
    /// The user has typed something wrong.
    Misuse,
    /// Something else is wrong.
    Failure,
    /// An answer, or a bug, does not compile; with rustc's code, if an error
    /// has one.
    NotBuilt(Option<String>),
    /// An answer is wrong.
    Refused,
    /// A program has said so, and ended with this code.
    Said(u8),
}

impl Complaint {
    /// An error of this kind.
    pub fn new(kind: Kind, text: impl Into<String>) -> Self {
        Complaint { text: text.into(), kind }
    }

    /// The exit code.
    pub fn code(&self) -> u8 {
        match self.kind {
            Kind::Misuse => 2,
            Kind::Said(code) => code,
            _ => 1,
        }
    }
}

/// An error that is not the user's.
pub fn failure(text: impl Into<String>) -> Complaint {
    Complaint::new(Kind::Failure, text)
}

/// An error in what the user typed.
pub fn misuse(text: impl Into<String>) -> Complaint {
    Complaint::new(Kind::Misuse, text)
}

/// A grade of an answer that is wrong.
pub fn refused(why: &str) -> Complaint {
    Complaint::new(Kind::Refused, format!("not yet.\n{why}"))
}

/// What went wrong with this file or folder.
pub fn with<E: Display>(path: &Path) -> impl Fn(E) -> Complaint {
    move |error| failure(format!("{}: {error}", path.display()))
}

/// The one with this name; or an error that says which has one like it, and
/// which command lists them.
pub fn find<'a, T>(
    all: &'a [T],
    command: &str,
    what: &str,
    name: &str,
    name_of: impl Fn(&'a T) -> &'a str,
) -> Result<&'a T> {
    if let Some(found) = all.iter().find(|one| name_of(one) == name) {
        return Ok(found);
    }
    let like = strsim::normalized_damerau_levenshtein;
    let names = all.iter().map(|one| (like(name, name_of(one)), name_of(one)));
    let near = match names.max_by(|a, b| a.0.total_cmp(&b.0)) {
        Some((how, near)) if how > 0.5 => format!(" (did you mean {near}?)"),
        _ => String::new(),
    };
    // The terminal gets no control characters.
    let name = name.escape_debug();
    Err(misuse(format!(
        "no {what} is called {name}{near}; for a list, type `cargo {command}`"
    )))
}
