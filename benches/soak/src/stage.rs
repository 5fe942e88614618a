//! The made-up web and the log that a program is given: both count what
//! happens, stop the program where its case says so, and note the first thing
//! that must not happen.
//!
//! All counters are relaxed: an order that the stage made could hide that a
//! poller makes none.
//!
//! Next: [`run`](crate::run).

mod log;
mod place;
mod site;
mod web;

use std::sync::atomic::Ordering::Relaxed;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::thread::{self, Thread};
use std::time::Instant;

use shared::Url;

use crate::case::{Case, Stop};
use crate::tally::Tally;
pub use site::Site;

/// Tells the program to stop.
pub type Halt = Arc<dyn Fn() + Send + Sync>;

/// What a panic of the log carries, and nothing else does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Thrown;

/// The surroundings of one run.
pub struct Stage {
    /// What is run.
    pub case: Case,
    /// What the web knows of each URL.
    pub sites: Box<[Site]>,
    /// Requests that have begun.
    pub begun: AtomicU64,
    /// Requests that have ended.
    pub ended: AtomicU64,
    /// Calls of the log.
    pub errors: AtomicU64,
    /// See [`errors`](Self::errors).
    pub listings: AtomicU64,
    /// Panics of the log.
    pub thrown: AtomicU64,
    /// Threads that have asked for a URL or written to the log, and live.
    pub live: Arc<AtomicUsize>,
    /// When it was first told to end, by a stop or a panic.
    pub told: OnceLock<Instant>,
    /// The run has returned: nothing may happen any more.
    pub over: AtomicBool,
    /// A thread that asks or writes now sleeps forever: the run cannot end.
    pub abandoned: AtomicBool,
    /// What is counted for the summary.
    pub tally: Tally,
    start: Instant,
    // After a stop no request may have a higher number.
    last: AtomicU64,
    // Polls in the latest listing.
    listed: AtomicU64,
    halt: OnceLock<Halt>,
    sleepers: OnceLock<Vec<(u64, Thread)>>,
    wrong: Mutex<Option<String>>,
}

/// The scheduler of the channel side sends out so many resources at most,
/// beside one for each worker (`channel-poller/src/dispatcher.rs`).
const AHEAD: u64 = 1024;

impl Stage {
    /// A stage for one run of this case.
    pub fn new(case: Case) -> Self {
        Stage {
            sites: (0..case.urls).map(|_| Site::default()).collect(),
            begun: AtomicU64::new(0),
            ended: AtomicU64::new(0),
            errors: AtomicU64::new(0),
            listings: AtomicU64::new(0),
            thrown: AtomicU64::new(0),
            live: Arc::default(),
            told: OnceLock::new(),
            over: AtomicBool::new(false),
            abandoned: AtomicBool::new(false),
            tally: Tally::default(),
            start: Instant::now(),
            last: AtomicU64::new(u64::MAX),
            listed: AtomicU64::new(0),
            halt: OnceLock::new(),
            sleepers: OnceLock::new(),
            wrong: Mutex::default(),
            case,
        }
    }

    /// Its URLs.
    pub fn urls(case: &Case) -> Arc<[Url]> {
        let url = |id| Url::unchecked(&format!("http://soak.example/{id}"));
        (0..case.urls).map(url).collect()
    }

    /// Notes what must not happen, unless something has been noted before.
    pub fn wrong(&self, what: impl FnOnce() -> String) {
        let mut wrong = self.first_wrong();
        wrong.get_or_insert_with(what);
    }

    /// The first thing that must not happen, and did.
    pub fn what_was_wrong(&self) -> Option<String> {
        self.first_wrong().clone()
    }

    fn first_wrong(&self) -> std::sync::MutexGuard<'_, Option<String>> {
        self.wrong.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A thread that runs on now sleeps forever, at its next request.
    pub fn abandon(&self) {
        self.abandoned.store(true, Relaxed);
    }

    /// How it is stopped.
    pub fn set_halt(&self, halt: Halt) {
        assert!(self.halt.set(halt).is_ok(), "a stage is for one run");
    }

    /// Which threads wait for a request, and then stop it.
    pub fn set_sleepers(&self, sleepers: Vec<(u64, Thread)>) {
        assert!(self.sleepers.set(sleepers).is_ok(), "it is for one run");
    }

    /// Stops the program, and notes which requests may still begin.
    pub fn stop(&self, stop: Stop) {
        let halt = self.halt.get().expect("set before it runs");
        // First: the stop may be what ends it.
        let late = self.over.load(Relaxed);
        halt();
        self.tally.stop(stop, late);
        if late {
            return;
        }
        // Not a load: that might be of an older number.
        let begun = self.begun.fetch_add(0, Relaxed);
        let more = if stop == Stop::Before { 0 } else { self.may_begin() };
        self.last.fetch_min(begun + more, Relaxed);
        self.told.get_or_init(Instant::now);
    }

    /// So many requests at most begin after a stop: a worker may have been
    /// given a URL and not have asked for it; and over channels the scheduler
    /// hears of the stop only after the messages before it, and fills up
    /// meanwhile what it may send out.
    fn may_begin(&self) -> u64 {
        let workers = self.case.workers.get() as u64;
        match self.case.side {
            crate::case::Side::Lock => workers,
            crate::case::Side::Channel => workers + AHEAD,
        }
    }

    /// The run has returned: wakes the threads that wait to stop it.
    pub fn end(&self) {
        self.over.store(true, Relaxed);
        for (_, thread) in self.sleepers.get().into_iter().flatten() {
            thread.unpark();
        }
    }

    /// Sleeps until so many requests have begun, or the run is over.
    pub fn wait_for(&self, requests: u64) {
        let over = || self.over.load(Relaxed);
        while self.begun.load(Relaxed) < requests && !over() {
            thread::park();
        }
    }
}
