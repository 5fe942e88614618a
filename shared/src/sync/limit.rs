//! Makes the system seem to run out of threads: for tests and models only.

use std::cell::Cell;
use std::io::{Error, Result};

thread_local! {
    static LEFT: Cell<usize> = const { Cell::new(usize::MAX) };
}

/// From now on the calling thread can start at most `left` threads.
pub fn limit_threads(left: usize) {
    LEFT.set(left);
}

/// Counts one more thread, unless none is left.
pub(crate) fn take_one() -> Result<()> {
    let left = LEFT.get().checked_sub(1);
    LEFT.set(left.ok_or_else(|| Error::other("no more threads to be had"))?);
    Ok(())
}
