//! Planting bugs and exercises: patches, a scratch copy, and who judges it.
//!
//! Next: [`bugs`].

pub mod bugs;
pub mod judge;
pub mod scratch;

/// What went wrong, in words for the user, and the exit code.
#[derive(Debug)]
pub struct Complaint(pub String, pub u8);

/// It did not work out.
pub fn failure(text: impl Into<String>) -> Complaint {
    Complaint(text.into(), 1)
}

/// It was asked for wrongly.
pub fn misuse(text: impl Into<String>) -> Complaint {
    Complaint(text.into(), 2)
}
