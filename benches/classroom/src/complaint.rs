//! An error, and what the user is told.
//!
//! Next: [`workspace`](crate::workspace).

use std::fmt::{self, Display, Formatter};
use std::path::Path;

/// An error; its text is for the user.
#[derive(Debug, Clone)]
pub enum Complaint {
    /// The user has typed something wrong.
    Misuse(String),
    /// Something else is wrong. Without a text, a program has said what.
    Failure(String),
    /// An answer is wrong.
    Refused(String),
    /// An answer, or a bug, does not compile: what rustc says.
    NotBuilt(String),
}

/// What can be done, or why not.
pub type Result<T = ()> = std::result::Result<T, Complaint>;

impl Complaint {
    /// The exit code.
    pub fn code(&self) -> u8 {
        if matches!(self, Complaint::Misuse(_)) { 2 } else { 1 }
    }
}

impl Display for Complaint {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Complaint::Misuse(text) | Complaint::Failure(text) => {
                f.write_str(text)
            }
            Complaint::Refused(why) => write!(f, "not yet.\n{why}"),
            Complaint::NotBuilt(errors) => {
                write!(f, "the program does not compile:\n\n{errors}")
            }
        }
    }
}

/// An error that is not the user's.
pub fn failure(text: impl Into<String>) -> Complaint {
    Complaint::Failure(text.into())
}

/// An error in what the user typed.
pub fn misuse(text: impl Into<String>) -> Complaint {
    Complaint::Misuse(text.into())
}

/// No such bug or exercise; `list` are the commands that list them.
pub fn unknown(what: &str, name: &str, list: &str) -> Complaint {
    // The terminal gets no control characters.
    let name = name.escape_debug();
    misuse(format!("no {what} is called {name}; for a list, type `{list}`"))
}

/// What went wrong with this file or folder.
pub fn with<E: Display>(path: &Path) -> impl Fn(E) -> Complaint {
    move |error| failure(format!("{}: {error}", path.display()))
}
