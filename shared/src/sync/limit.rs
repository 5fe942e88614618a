//! Lets the system run out of threads: for tests and models only.

use std::cell::Cell;
use std::io::{Error, ErrorKind, Result};

thread_local! {
    static LEFT: Cell<usize> = const { Cell::new(usize::MAX) };
}

/// From now on the calling thread can start no more than so many.
pub fn limit_threads(left: usize) {
    LEFT.set(left);
}

/// One more thread is started.
pub(crate) fn take_one() -> Result<()> {
    let left = LEFT.get().checked_sub(1).ok_or_else(|| {
        Error::new(ErrorKind::WouldBlock, "no more threads to be had")
    })?;
    LEFT.set(left);
    Ok(())
}
