//! Who polled what, and when: a client that notes every request it passes on.
//!
//! Next: [`facts`](crate::facts).

use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use shared::{HttpClient, HttpError, Status, Url};

/// One request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Poll {
    /// Which worker, from 1; 0 if the thread is none.
    pub worker: usize,
    /// What was polled.
    pub url: Url,
    /// When it began, since the recorder was made.
    pub start: Duration,
    /// When it ended.
    pub end: Duration,
    /// What it found.
    pub status: Result<Status, HttpError>,
}

/// Passes requests on to another client, and notes each.
pub struct Recorder<H> {
    inner: H,
    zero: Instant,
    polls: Mutex<Vec<Poll>>,
}

impl<H> Recorder<H> {
    /// Records what is asked of `inner` from now on.
    pub fn new(inner: H) -> Self {
        let (zero, polls) = (Instant::now(), Mutex::default());
        Recorder { inner, zero, polls }
    }

    /// Every request that has ended, in the order in which they began.
    pub fn into_polls(self) -> Vec<Poll> {
        let polls = self.polls.into_inner();
        let mut polls = polls.unwrap_or_else(PoisonError::into_inner);
        polls.sort_by_key(|poll| poll.start);
        polls
    }
}

impl<H: HttpClient> HttpClient for Recorder<H> {
    fn head(&self, url: &Url) -> Result<Status, HttpError> {
        let start = self.zero.elapsed();
        let mut note = Note { of: self, url, start, status: None };
        let status = self.inner.head(url);
        note.status = Some(status);
        status
    }
}

/// Written when it is dropped, so that a request that panics is noted too.
struct Note<'a, H> {
    of: &'a Recorder<H>,
    url: &'a Url,
    start: Duration,
    status: Option<Result<Status, HttpError>>,
}

impl<H> Drop for Note<'_, H> {
    fn drop(&mut self) {
        let poll = Poll {
            worker: this_worker(),
            url: self.url.clone(),
            start: self.start,
            end: self.of.zero.elapsed(),
            status: self.status.unwrap_or(Err(HttpError::Panicked)),
        };
        let polls = self.of.polls.lock();
        polls.unwrap_or_else(PoisonError::into_inner).push(poll);
    }
}

/// The number in this thread's name, "worker 3".
fn this_worker() -> usize {
    let thread = thread::current();
    let number = thread.name().and_then(|name| name.strip_prefix("worker "));
    number.and_then(|number| number.parse().ok()).unwrap_or(0)
}
