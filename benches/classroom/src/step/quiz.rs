//! The quiz: all bugs in an order that says nothing, each with a number in
//! place of its name.

use crate::bugs::Bug;
use crate::complaint::{Result, misuse};

/// The bug with this number, and the command for the number after it.
///
/// # Errors
/// If there is no such number.
pub fn numbered(bugs: &[Bug], number: usize) -> Result<(&Bug, Option<String>)> {
    let mut all: Vec<_> = bugs.iter().filter(|bug| bug.compiles()).collect();
    all.sort_by_key(|bug| hash(&bug.name));
    let bug = number.checked_sub(1).and_then(|index| all.get(index));
    let last = all.len();
    let none = || misuse(format!("the quiz has the numbers 1 to {last}"));
    let next = format!("cargo step --quiz {}", number.saturating_add(1));
    Ok((bug.ok_or_else(none)?, (number < last).then_some(next)))
}

/// FNV-1a: the same with every Rust, so a class has the same numbers.
fn hash(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}
