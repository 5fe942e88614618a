//! What the web knows of one URL, and checks at each request for it.

use std::sync::atomic::Ordering::Relaxed;
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64};
use std::time::Duration;

/// One URL's requests so far.
#[derive(Default)]
pub struct Site {
    /// A request is under way.
    pub busy: AtomicBool,
    /// How many requests there were.
    pub attempts: AtomicU64,
    /// The attempt that was an error and is not in the log yet, or 0.
    pub unlogged: AtomicU64,
    errors: AtomicU32,
    // When the last one ended, in nanoseconds from the start.
    ended: AtomicU64,
}

impl Site {
    /// Errors in a row, and when the last request ended.
    pub fn last(&self) -> (u32, Duration) {
        let ended = Duration::from_nanos(self.ended.load(Relaxed));
        (self.errors.load(Relaxed), ended)
    }

    /// Notes the answer to an attempt.
    pub fn answered(&self, attempt: u64, ok: bool) {
        if ok {
            self.errors.store(0, Relaxed);
        } else {
            self.errors.fetch_add(1, Relaxed);
            self.unlogged.store(attempt, Relaxed);
        }
    }

    /// Notes when it was answered.
    pub fn ends(&self, at: Duration) {
        let at = u64::try_from(at.as_nanos()).unwrap_or(u64::MAX);
        self.ended.store(at, Relaxed);
    }
}
