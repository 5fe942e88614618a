//! Which worker polled what, and when: a client that records every request
//! that it passes on. It keeps a histogram and the first polls, so its memory
//! has a bound.
//!
//! Next: [`dues`](crate::dues).

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use hdrhistogram::Histogram;
use shared::{HttpClient, HttpError, Settings, Status, Url};

use crate::dues::{Begun, Dues, ns};
use crate::facts::Late;
use crate::shards::Shards;

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

/// Passes requests on to another client, and records each.
pub struct Recorder<H> {
    inner: H,
    zero: Instant,
    dues: Dues,
    keep: u64,
    begun: AtomicU64,
    shards: Shards<Mutex<Shard>>,
}

/// The records of the threads that share a shard.
struct Shard {
    late: Histogram<u64>,
    kept: Vec<(Begun, Poll)>,
}

impl Default for Shard {
    fn default() -> Self {
        // Three digits are what a report shows. It grows with what it holds.
        let late = Histogram::new(3).expect("up to 5 digits are allowed");
        Shard { late, kept: Vec::new() }
    }
}

/// The records of a run.
#[derive(Debug)]
pub struct Recorded {
    /// The first polls, in the order in which they began, without those that
    /// have not ended.
    pub polls: Vec<Poll>,
    /// How many more there were.
    pub left_out: u64,
    /// How late polls began, over all of them.
    pub late: Option<Late>,
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
        let (begun, shards) = (AtomicU64::new(0), Shards::default());
        let (zero, dues) = (Instant::now(), Dues::new(settings, urls));
        Recorder { inner, zero, dues, keep: keep as u64, begun, shards }
    }

    /// The records of all requests that have ended.
    pub fn into_recorded(self) -> Recorded {
        let Recorder { dues, keep, begun, shards, .. } = self;
        let started = dues.started();
        let mut all = Shard::default();
        for shard in shards.into_all() {
            let shard = shard.into_inner();
            let shard = shard.unwrap_or_else(PoisonError::into_inner);
            all.kept.extend(shard.kept);
            all.late.add(shard.late).expect("it grows");
        }
        for (id, first) in dues.firsts() {
            all.note(first.saturating_sub(dues.first_due(id, started)));
        }
        let with_due = |(begun, mut poll): (Begun, Poll)| {
            let first = || dues.first_due(begun.id, started);
            poll.due = begun.due.unwrap_or_else(first);
            poll
        };
        let mut polls: Vec<_> = all.kept.into_iter().map(with_due).collect();
        polls.sort_by_key(|poll| poll.start);
        let left_out = begun.into_inner().saturating_sub(keep);
        Recorded { polls, left_out, late: Late::of(&all.late) }
    }
}

impl Shard {
    fn note(&mut self, late: Duration) {
        self.late.record(ns(late)).expect("it grows");
    }
}

impl<H: HttpClient> HttpClient for Recorder<H> {
    fn head(&self, url: &Url) -> Result<Status, HttpError> {
        // Counted only if it matters: all workers write to this one place.
        let number = match self.keep {
            0 => 0,
            _ => self.begun.fetch_add(1, Relaxed),
        };
        let start = self.zero.elapsed();
        let begun = self.dues.begin(url, start);
        let keep = number < self.keep;
        let status = PANICKED;
        let mut note = Note { of: self, url, start, begun, keep, status };
        let status = self.inner.head(url);
        note.status = status;
        status
    }
}

/// The result of a request that does not return.
const PANICKED: Result<Status, HttpError> = Err(HttpError::Panicked);

/// Recorded when it is dropped, so that a request that panics is recorded, too.
struct Note<'a, H> {
    of: &'a Recorder<H>,
    url: &'a Url,
    start: Duration,
    begun: Option<Begun>,
    keep: bool,
    status: Result<Status, HttpError>,
}

impl<H> Drop for Note<'_, H> {
    fn drop(&mut self) {
        let end = self.of.zero.elapsed();
        let Some(begun) = self.begun else { return };
        self.of.dues.end(begun, end, self.status.is_ok());
        let shard = self.of.shards.mine().lock();
        let mut shard = shard.unwrap_or_else(PoisonError::into_inner);
        if let Some(due) = begun.due {
            shard.note(self.start.saturating_sub(due));
        }
        if self.keep {
            shard.kept.push((begun, self.poll(begun, end)));
        }
    }
}

impl<H> Note<'_, H> {
    fn poll(&self, begun: Begun, end: Duration) -> Poll {
        Poll {
            worker: this_worker(),
            url: self.url.clone(),
            attempt: begun.attempt,
            due: begun.due.unwrap_or_default(),
            start: self.start,
            end,
            status: self.status,
        }
    }
}

/// The number in this thread's name, "worker 3".
fn this_worker() -> usize {
    let thread = thread::current();
    let number = thread.name().and_then(|name| name.strip_prefix("worker "));
    number.and_then(|number| number.parse().ok()).unwrap_or(0)
}
