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

use crate::facts::Late;

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
    /// How many more there were.
    pub left_out: u64,
    /// How late polls began, over all of them.
    pub late: Option<Late>,
}

/// Passes requests on to another client, and records each.
pub struct Recorder<H> {
    inner: H,
    settings: Settings,
    zero: Instant,
    keep: u64,
    begun: AtomicU64,
    ids: HashMap<Url, usize>,
    /// Of each URL. It is with one worker at a time, so no thread waits here.
    sites: Vec<Mutex<Site>>,
    threads: ThreadLocal<RefCell<Records>>,
}

/// What is known of a URL, however often it is polled.
#[derive(Default)]
struct Site {
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
    /// polls one by one.
    pub fn new(
        inner: H,
        settings: &Settings,
        urls: &[Url],
        keep: usize,
    ) -> Self {
        let numbered = urls.iter().enumerate();
        Recorder {
            inner,
            settings: settings.clone(),
            zero: Instant::now(),
            keep: keep as u64,
            begun: AtomicU64::new(0),
            ids: numbered.map(|(id, url)| (url.clone(), id)).collect(),
            sites: urls.iter().map(|_| Mutex::default()).collect(),
            threads: ThreadLocal::new(),
        }
    }

    /// The records of all requests that have ended.
    ///
    /// A run starts when all its threads are there, which is not recorded. So
    /// it is taken to have started as late as the first polls allow.
    pub fn into_recorded(self) -> Recorded {
        let Recorder { settings, keep, begun, ids, sites, threads, .. } = self;
        let mut all = Records::default();
        for records in threads.into_iter().map(RefCell::into_inner) {
            all.kept.extend(records.kept);
            all.late.add(records.late).expect("it grows");
        }
        let pause = |id| settings.first(id, sites.len());
        let first = |site: &Mutex<Site>| lock(site).first;
        let firsts = sites.iter().map(first).enumerate();
        let firsts: Vec<_> =
            firsts.filter_map(|(id, first)| Some((id, first?))).collect();
        let spare =
            |&(id, first): &(usize, Duration)| first.checked_sub(pause(id));
        let started = firsts.iter().filter_map(spare).min();
        let started = started.unwrap_or_default();
        for (id, first) in firsts {
            all.note(first.saturating_sub(started + pause(id)));
        }
        for poll in all.kept.iter_mut().filter(|poll| poll.attempt == 1) {
            poll.due = started + pause(ids[&poll.url]);
        }
        all.kept.sort_by_key(|poll| poll.start);
        let left_out = begun.into_inner().saturating_sub(keep);
        Recorded { polls: all.kept, left_out, late: Late::of(&all.late) }
    }
}

impl<H: HttpClient> HttpClient for Recorder<H> {
    fn head(&self, url: &Url) -> Result<Status, HttpError> {
        let Some(site) = self.ids.get(url).map(|id| &self.sites[*id]) else {
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
