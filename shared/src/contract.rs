//! What every program here gives: a [`Log`] while it runs, a [`Report`] when
//! it has ended. The same for both sides, so that one test suite and one
//! benchmark fit both.
//!
//! Next: [`sync`](crate::sync), the door to threads; then the two pollers,
//! side by side.

use std::fmt;
use std::io;
use std::time::Duration;

use crate::{HttpError, States, Url};

/// Where a running program writes. Its methods must not panic.
pub trait Log: Sync {
    /// A poll got no answer.
    fn error(&self, url: &Url, error: HttpError);
    /// The status interval has passed.
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
    /// From the start of the first worker to the end of the last.
    pub elapsed: Duration,
}

/// The system gave fewer threads than were asked for. Those that had started
/// were told to stop, and have ended.
#[derive(Debug)]
pub struct NotStarted {
    /// How many workers had started.
    pub started: usize,
    /// How many were asked for.
    pub asked: usize,
    /// What the system said.
    pub source: io::Error,
}

impl NotStarted {
    /// `started` of `asked` workers run; the next could not, for `source`.
    pub fn new(started: usize, asked: usize, source: io::Error) -> Self {
        NotStarted { started, asked, source }
    }
}

impl fmt::Display for NotStarted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let NotStarted { started, asked, source } = self;
        write!(f, "only {started} of {asked} workers could start: {source}")
    }
}

impl std::error::Error for NotStarted {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.source)
    }
}
