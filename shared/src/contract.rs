//! What every program here gives: a [`Log`] while it runs, a [`Report`] when
//! it has ended. The same for both sides, so that one test suite and one
//! benchmark fit both.
//!
//! Next: [`sync`](crate::sync), the door to threads.

use std::fmt;
use std::io;
use std::time::Duration;

use crate::{HttpError, States, Url};

/// Where a running program writes.
///
/// A method that panics ends the run, as a stop does: every thread is joined,
/// and `run` raises the panic again. A method may be slow: `error` delays only
/// the worker that called it, and `listing` delays no poll. Several workers may
/// call `error` at the same time.
pub trait Log: Sync {
    /// A poll got no answer.
    fn error(&self, url: &Url, error: HttpError);
    /// The status interval has passed. The end of a run waits for a listing
    /// that is under way.
    fn listing(&self, states: &States);
}

/// Writes nothing.
impl Log for () {
    fn error(&self, _: &Url, _: HttpError) {}
    fn listing(&self, _: &States) {}
}

impl<L: Log + ?Sized> Log for &L {
    fn error(&self, url: &Url, error: HttpError) {
        (**self).error(url, error);
    }
    fn listing(&self, states: &States) {
        (**self).listing(states);
    }
}

/// What a program that has ended leaves behind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// The last state of every URL, and how many polls were made.
    pub states: States,
    /// From the start of the first worker to the end of the last: without
    /// the listing that may be under way then.
    pub elapsed: Duration,
}

/// A thread could not be started. Those that had been were told to end, and
/// have ended.
#[derive(Debug)]
pub struct NotStarted {
    /// The name of the thread.
    pub thread: String,
    /// What the system said.
    pub source: io::Error,
}

impl fmt::Display for NotStarted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let NotStarted { thread, source } = self;
        write!(f, "the thread `{thread}` could not be started: {source}")
    }
}

impl std::error::Error for NotStarted {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.source)
    }
}
