//! Planting bugs and exercises: the patches, a scratch copy, and the checks.
//!
//! Next: [`bugs`].

pub mod bugs;
pub mod git;
pub mod judge;
pub mod keep;
pub mod lock;
pub mod scratch;
pub mod texts;

use std::process::ExitCode;

use crate::out;

/// An error: its message for the user, and the exit code.
#[derive(Debug)]
pub struct Complaint(pub String, pub u8);

/// Prints the error, if there is one, and returns the exit code.
pub fn ended(result: Result<(), Complaint>) -> ExitCode {
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(Complaint(text, code)) => {
            out::complain(&format!("error: {text}"));
            ExitCode::from(code)
        }
    }
}

/// An error that is not the user's: exit code 1.
pub fn failure(text: impl Into<String>) -> Complaint {
    Complaint(text.into(), 1)
}

/// An error in what the user typed: exit code 2.
pub fn misuse(text: impl Into<String>) -> Complaint {
    Complaint(text.into(), 2)
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
