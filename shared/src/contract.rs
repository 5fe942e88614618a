//! What all programs here have in common: each writes to a [`Log`] while it
//! runs, and returns a [`Report`] when it has ended. So one test suite and one
//! benchmark fit both sides.
//!
//! Next: [`sync`](crate::sync), from which all threads come.

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

/// The result of a run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// The last state of every URL, and how many polls were made.
    pub states: States,
    /// Time from the start of the first worker to the end of the last. A
    /// listing that is still under way then is not counted.
    pub elapsed: Duration,
}

/// A thread could not be started. The threads that were started before it
/// were told to end, and have ended.
#[derive(Debug)]
pub struct NotStarted {
    /// The name of the thread that could not be started.
    pub thread: String,
    /// The error of the operating system.
    pub source: io::Error,
}

impl fmt::Display for NotStarted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let NotStarted { thread, source } = self;
        write!(f, "the thread `{thread}` could not be started: {source}")
    }
}

impl std::error::Error for NotStarted {}
