//! The made-up web: scripted answers, seeded latencies and faults, and no
//! network. For lessons, measurements and tests.
//!
//! Next: [`contract`](crate::contract).

mod record;
mod seeded;

use std::collections::HashMap;
use std::ops::RangeInclusive;
use std::panic::resume_unwind;
use std::sync::{Condvar, Mutex, MutexGuard};
use std::thread;
use std::time::Duration;

pub use record::Request;

use crate::http::{Method, StatusCode};
use crate::{HttpClient, HttpError, Status, Url};
use record::Record;
use seeded::Draw;

/// What one request comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// A status: `404 Not Found` too is an answer.
    Status(StatusCode),
    /// No answer.
    Error(HttpError),
    /// The client panics (and shows no text).
    Panic,
    /// Nothing, until [`FakeHttp::release`]: then it is "timed out".
    Never,
}

impl From<StatusCode> for Answer {
    fn from(status: StatusCode) -> Self {
        Answer::Status(status)
    }
}

impl From<HttpError> for Answer {
    fn from(error: HttpError) -> Self {
        Answer::Error(error)
    }
}

/// A web in which every URL answers `200 OK` at once, except as told.
///
/// ```
/// use shared::http::fake::{Answer, FakeHttp};
/// use shared::{HttpClient, HttpError, Url};
///
/// let a = Url::unchecked("http://a/");
/// let lost = Answer::Error(HttpError::Lost);
/// let web = FakeHttp::new().script(&a, [lost, Answer::OK]);
/// assert_eq!(web.head(&a), Err(HttpError::Lost));
/// assert_eq!(web.head(&a).unwrap().to_string(), "200 OK");
/// ```
///
/// What it answers is a function of its seed, the URL and the attempt (how
/// often that URL was asked for): never of the thread or of the time.
#[derive(Default)]
pub struct FakeHttp {
    seed: u64,
    // `None`: nothing was asked for. Then a request is one branch, so that
    // it does not blur what a poller costs.
    web: Option<Box<Web>>,
}

#[derive(Default)]
struct Web {
    latency: Option<RangeInclusive<Duration>>,
    one_in: u64,
    sites: Mutex<Sites>,
    released: Condvar,
}

#[derive(Default)]
struct Sites {
    by_url: HashMap<Url, Site>,
    record: Option<Record>,
    released: bool,
}

#[derive(Default)]
struct Site {
    script: Vec<Answer>,
    latency: Option<RangeInclusive<Duration>>,
    attempts: u64,
}

impl Answer {
    /// `200 OK`.
    pub const OK: Answer = Answer::Status(StatusCode::OK);
}

impl FakeHttp {
    /// Every URL answers `200 OK`, at once.
    pub fn new() -> Self {
        FakeHttp::default()
    }

    /// What latencies and faults are drawn from; 0 unless told.
    pub fn seed(self, seed: u64) -> Self {
        FakeHttp { seed, ..self }
    }

    /// The URL gives these answers in turn; the last one again and again.
    pub fn script(
        mut self,
        url: &Url,
        answers: impl IntoIterator<Item = impl Into<Answer>>,
    ) -> Self {
        let script = answers.into_iter().map(Into::into).collect();
        self.site(url).script = script;
        self
    }

    /// How long each request takes: drawn evenly from this range. Nothing is
    /// drawn, or slept, for a range that ends at zero.
    pub fn latency(mut self, range: RangeInclusive<Duration>) -> Self {
        if !range.end().is_zero() {
            self.web().latency = Some(range);
        }
        self
    }

    /// How long each request for this URL takes, whatever the others do.
    pub fn latency_of(
        mut self,
        url: &Url,
        range: RangeInclusive<Duration>,
    ) -> Self {
        self.site(url).latency = Some(range);
        self
    }

    /// Now and then, in one of so many requests, a URL without a script gives
    /// no `200 OK` but another status, an error or a panic. 0 is never.
    pub fn faults(mut self, one_in: u64) -> Self {
        if one_in > 0 {
            self.web().one_in = one_in;
        }
        self
    }

    /// Keeps a [`log`](Self::log) of every request.
    pub fn recorded(mut self) -> Self {
        self.sites_mut().record = Some(Record::default());
        self
    }

    /// Every request so far, in the order in which they began. Empty unless
    /// [`recorded`](Self::recorded).
    pub fn log(&self) -> Vec<Request> {
        let record = self.web.as_ref().map(|web| web.lock().record.clone());
        record.flatten().map_or(Vec::new(), Record::into_requests)
    }

    /// Lets all go who wait for an answer that never comes, now and later.
    pub fn release(&self) {
        // Dropping a `FakeHttp` need not do this: who waits borrows it.
        if let Some(web) = &self.web {
            web.lock().released = true;
            web.released.notify_all();
        }
    }

    fn web(&mut self) -> &mut Web {
        self.web.get_or_insert_default()
    }

    fn sites_mut(&mut self) -> &mut Sites {
        self.web().sites.get_mut().expect(NO_PANIC)
    }

    fn site(&mut self, url: &Url) -> &mut Site {
        self.sites_mut().site(url)
    }
}

const NO_PANIC: &str = "nothing panics under this lock";

impl HttpClient for FakeHttp {
    fn head(&self, url: &Url) -> Result<Status, HttpError> {
        match &self.web {
            None => Ok(Status(StatusCode::OK, Method::Head)),
            Some(web) => web.head(self.seed, url),
        }
    }
}

impl Web {
    fn lock(&self) -> MutexGuard<'_, Sites> {
        self.sites.lock().expect(NO_PANIC)
    }

    fn head(&self, seed: u64, url: &Url) -> Result<Status, HttpError> {
        let mut sites = self.lock();
        let site = sites.site(url);
        site.attempts += 1;
        let draw = Draw::new(seed, url, site.attempts);
        let answer = self.answer(site, &draw);
        let latency = site.latency.as_ref().or(self.latency.as_ref());
        let latency = latency.map_or(Duration::ZERO, |l| draw.within(l));
        let attempt = site.attempts;
        let record = sites.record.as_mut();
        let number = record.map(|r| r.begin(url, attempt, answer));
        drop(sites);
        if !latency.is_zero() {
            thread::sleep(latency);
        }
        if answer == Answer::Never {
            self.wait_for_release();
        }
        if let Some(number) = number {
            self.lock().record.as_mut().expect("once on").end(number);
        }
        match answer {
            Answer::Status(status) => Ok(Status(status, Method::Head)),
            Answer::Error(error) => Err(error),
            Answer::Never => Err(HttpError::TimedOut),
            // Past the hook that would print it: it is part of the show.
            Answer::Panic => resume_unwind(Box::new("scripted panic")),
        }
    }

    fn answer(&self, site: &Site, draw: &Draw) -> Answer {
        let turn = usize::try_from(site.attempts - 1).unwrap_or(usize::MAX);
        match site.script.get(turn).or(site.script.last()) {
            Some(answer) => *answer,
            None => draw.fault(self.one_in).unwrap_or(Answer::OK),
        }
    }

    fn wait_for_release(&self) {
        let waits = |sites: &mut Sites| !sites.released;
        let sites = self.released.wait_while(self.lock(), waits);
        drop(sites.expect(NO_PANIC));
    }
}

impl Sites {
    fn site(&mut self, url: &Url) -> &mut Site {
        // A clone of the URL counts on an atomic: only for a new one.
        if !self.by_url.contains_key(url) {
            self.by_url.insert(url.clone(), Site::default());
        }
        self.by_url.get_mut(url).expect("it is there now")
    }
}
