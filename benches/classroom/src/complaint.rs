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

/// Kinds of errors.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kind {
    /// The user has typed something wrong.
    Misuse,
    /// Something else is wrong.
    Failure,
    /// An answer, or a bug, does not compile; with rustc's code, if its first
    /// error has one.
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

/// What went wrong with this file or folder.
pub fn with<E: Display>(path: &Path) -> impl Fn(E) -> Complaint {
    move |error| failure(format!("{}: {error}", path.display()))
}

/// That no bug, or whatever it is, has this name; the nearest one has.
pub fn unknown<'a>(
    what: &str,
    command: &str,
    name: &str,
    known: impl IntoIterator<Item = &'a str>,
) -> Complaint {
    let close = known.into_iter().map(|other| {
        (strsim::normalized_damerau_levenshtein(name, other), other)
    });
    let best = close.max_by(|a, b| a.0.total_cmp(&b.0));
    let near = best.filter(|(how, _)| *how > 0.5);
    let near = near.map(|(_, other)| format!(" (did you mean {other}?)"));
    let near = near.unwrap_or_default();
    // The terminal gets no control characters.
    let name = name.escape_debug();
    misuse(format!(
        "no {what} is called {name}{near}; `cargo {command}` lists them all"
    ))
}
