//! Which worker polled what, and when: a client that records every request
//! that it passes on. It keeps a histogram and the first polls, so its memory
//! has a bound.
//!
//! Next: [`facts`](crate::facts).

use std::cell::RefCell;
use std::collections::HashMap;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use hdrhistogram::Histogram;
use shared::{HttpClient, HttpError, Settings, Status, Url};
use thread_local::ThreadLocal;

/// One request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Poll {
    /// Which worker, from 1; 0 for a thread that is not a worker.
    pub worker: usize,
    /// What was polled.
    pub url: Url,
    /// Which poll of its URL it is, from 1.
    pub attempt: u64,
    /// When it was due, since the recorder was made.
    pub due: Duration,
    /// When it began.
    pub start: Duration,
    /// When it ended.
    pub end: Duration,
    /// What it found.
    pub status: Result<Status, HttpError>,
}

/// The records of a run.
#[derive(Debug)]
pub struct Recorded {
    /// The first polls, in the order in which they began.
    pub polls: Vec<Poll>,
    /// How late all polls began, in ns.
    pub late: Histogram<u64>,
}

/// Passes requests on to another client, and records each.
pub struct Recorder<H> {
    inner: H,
    settings: Settings,
    zero: Instant,
    keep: u64,
    begun: AtomicU64,
    /// A URL is with one worker at a time, so no thread waits for these locks.
    sites: HashMap<Url, Mutex<Site>>,
    threads: ThreadLocal<RefCell<Records>>,
}

/// What is known of a URL, however often it is polled.
#[derive(Default)]
struct Site {
    id: usize,
    attempts: u64,
    errors: u32,
    /// When the first poll began.
    first: Option<Duration>,
    /// When the next poll is due; not known before the first one has ended.
    due: Duration,
}

/// The records of one thread. A lock or counter for all of them would cost more
/// than a poll of the made-up web.
struct Records {
    late: Histogram<u64>,
    kept: Vec<Poll>,
}

impl Default for Records {
    fn default() -> Self {
        // Three digits are what a report shows. It grows with what it holds.
        let late = Histogram::new(3).expect("up to 5 digits are allowed");
        Records { late, kept: Vec::new() }
    }
}

impl Records {
    fn note(&mut self, late: Duration) {
        self.late.record(ns(late)).expect("it grows");
    }
}

impl<H> Recorder<H> {
    /// Records the requests to `inner` from now on, and keeps the first `keep`
    /// polls one by one. Of other URLs than these it records nothing.
    pub fn new(
        inner: H,
        settings: &Settings,
        urls: &[Url],
        keep: usize,
    ) -> Self {
        let (settings, keep) = (settings.clone(), keep as u64);
        let (zero, begun) = (Instant::now(), AtomicU64::new(0));
        let site = |id| Mutex::new(Site { id, ..Site::default() });
        let sites = urls.iter().enumerate();
        let sites = sites.map(|(id, url)| (url.clone(), site(id))).collect();
        let threads = ThreadLocal::new();
        Recorder { inner, settings, zero, keep, begun, sites, threads }
    }

    /// The records of all requests that have ended.
    ///
    /// A run starts when all its threads are there, which is not recorded. So
    /// it is taken to have started as late as the first polls allow.
    pub fn into_recorded(self) -> Recorded {
        let mut all = Records::default();
        for records in self.threads.into_iter().map(RefCell::into_inner) {
            all.kept.extend(records.kept);
            all.late.add(records.late).expect("it grows");
        }
        let count = self.sites.len();
        let pause = |site: &Site| self.settings.first(site.id, count);
        let firsts = self.sites.values().filter_map(|site| {
            let site = lock(site);
            Some((site.first?, pause(&site)))
        });
        let firsts: Vec<_> = firsts.collect();
        let spare =
            |&(first, pause): &(Duration, Duration)| first.checked_sub(pause);
        let started = firsts.iter().filter_map(spare).min().unwrap_or_default();
        for (first, pause) in firsts {
            all.note(first.saturating_sub(started + pause));
        }
        for poll in all.kept.iter_mut().filter(|poll| poll.attempt == 1) {
            poll.due = started + pause(&lock(&self.sites[&poll.url]));
        }
        all.kept.sort_by_key(|poll| poll.start);
        Recorded { polls: all.kept, late: all.late }
    }
}

impl<H: HttpClient> HttpClient for Recorder<H> {
    fn head(&self, url: &Url) -> Result<Status, HttpError> {
        let Some(site) = self.sites.get(url) else {
            return self.inner.head(url);
        };
        // Counted only if it matters: all workers write to this one place.
        let number = match self.keep {
            0 => 0,
            _ => self.begun.fetch_add(1, Relaxed),
        };
        let start = self.zero.elapsed();
        let (attempt, due) = lock(site).begin(start);
        let result = catch_unwind(AssertUnwindSafe(|| self.inner.head(url)));
        let end = self.zero.elapsed();
        let status = *result.as_ref().unwrap_or(&Err(HttpError::Panicked));
        lock(site).end(&self.settings, end, status.is_ok());
        let mut records = self.threads.get_or_default().borrow_mut();
        if attempt > 1 {
            records.note(start.saturating_sub(due));
        }
        if number < self.keep {
            let (worker, url) = (this_worker(), url.clone());
            #[rustfmt::skip]
            records.kept.push(
                Poll { worker, url, attempt, due, start, end, status });
        }
        drop(records);
        result.unwrap_or_else(|panic| resume_unwind(panic))
    }
}

impl Site {
    /// Which poll begins, and when it was due.
    fn begin(&mut self, start: Duration) -> (u64, Duration) {
        self.first.get_or_insert(start);
        self.attempts += 1;
        (self.attempts, self.due)
    }

    /// The URL is due again after an interval, and the back-off.
    fn end(&mut self, settings: &Settings, end: Duration, ok: bool) {
        self.errors = if ok { 0 } else { self.errors.saturating_add(1) };
        self.due = end.saturating_add(settings.pause(self.errors));
    }
}

fn lock(site: &Mutex<Site>) -> MutexGuard<'_, Site> {
    site.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The number in this thread's name, "worker 3".
fn this_worker() -> usize {
    let thread = thread::current();
    let number = thread.name().and_then(|name| name.strip_prefix("worker "));
    number.and_then(|number| number.parse().ok()).unwrap_or(0)
}

/// Nanoseconds in a `u64`: enough for 584 years.
pub fn ns(duration: Duration) -> u64 {
    u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX)
}
