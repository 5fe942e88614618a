//! The made-up web: scripted answers, drawn latencies and faults, and no
//! network. For lessons, measurements and tests.
//!
//! Next: [`contract`](crate::contract).

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::ops::RangeInclusive;
use std::panic::resume_unwind;
use std::sync::{Mutex, MutexGuard};
use std::thread;
use std::time::Duration;

use fastrand::Rng;

use crate::http::{Method, StatusCode};
use crate::{HttpClient, HttpError, Status, Url};

/// The result of one request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// A status: `404 Not Found` too is an answer.
    Status(StatusCode),
    /// An error: there was no answer.
    Error(HttpError),
    /// The client panics (and prints nothing).
    Panic,
}

/// A web in which every URL answers `200 OK` at once, unless told otherwise.
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
/// What it answers is a function of the URL and the attempt (how often that URL
/// was asked for): never of the thread or of the time.
#[derive(Default)]
pub struct FakeHttp {
    // `None`: nothing was configured. Then a request costs one branch, so
    // that a benchmark measures the poller and not this web.
    web: Option<Box<Web>>,
}

#[derive(Default)]
struct Web {
    latency: Option<RangeInclusive<Duration>>,
    one_in: u64,
    sites: Mutex<Sites>,
}

#[derive(Default)]
struct Sites {
    by_url: HashMap<Url, Site>,
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

    /// This URL gives these answers in turn, and repeats the last one.
    pub fn script(
        mut self,
        url: &Url,
        answers: impl IntoIterator<Item = Answer>,
    ) -> Self {
        self.sites().site(url).script = answers.into_iter().collect();
        self
    }

    /// How long each request takes: drawn uniformly from this range. With a
    /// range that ends at zero, requests do not sleep at all.
    pub fn latency(mut self, range: RangeInclusive<Duration>) -> Self {
        if !range.end().is_zero() {
            self.web().latency = Some(range);
        }
        self
    }

    /// How long each request for this URL takes, in place of
    /// [`latency`](Self::latency).
    pub fn latency_of(
        mut self,
        url: &Url,
        range: RangeInclusive<Duration>,
    ) -> Self {
        self.sites().site(url).latency = Some(range);
        self
    }

    /// On average, one in `one_in` requests for a URL without a script gives
    /// another status than `200 OK`, an error or a panic. 0 means never.
    pub fn faults(mut self, one_in: u64) -> Self {
        if one_in > 0 {
            self.web().one_in = one_in;
        }
        self
    }

    /// Counts how often each URL is [`asked`](Self::asked) for.
    pub fn counted(mut self) -> Self {
        self.web();
        self
    }

    /// How often this URL was asked for: 0 unless the web is
    /// [`counted`](Self::counted), or anything else than usual.
    pub fn asked(&self, url: &Url) -> u64 {
        let web = self.web.as_ref();
        web.map_or(0, |web| web.lock().site(url).attempts)
    }

    fn web(&mut self) -> &mut Web {
        self.web.get_or_insert_default()
    }

    fn sites(&mut self) -> &mut Sites {
        self.web().sites.get_mut().expect(NO_PANIC)
    }
}

const FAULTS: [Answer; 6] = [
    Answer::Status(StatusCode::NOT_FOUND),
    Answer::Status(StatusCode::SERVICE_UNAVAILABLE),
    Answer::Error(HttpError::TimedOut),
    Answer::Error(HttpError::Refused),
    Answer::Error(HttpError::Lost),
    Answer::Panic,
];

/// Random numbers, the same for the same URL and attempt.
fn draws(url: &Url, attempt: u64) -> Rng {
    let mut seed = DefaultHasher::new();
    (url, attempt).hash(&mut seed);
    Rng::with_seed(seed.finish())
}

const NO_PANIC: &str = "nothing panics under this lock";

impl HttpClient for FakeHttp {
    fn head(&self, url: &Url) -> Result<Status, HttpError> {
        match &self.web {
            None => Ok(Status(StatusCode::OK, Method::Head)),
            Some(web) => web.head(url),
        }
    }
}

impl Web {
    fn lock(&self) -> MutexGuard<'_, Sites> {
        self.sites.lock().expect(NO_PANIC)
    }

    fn head(&self, url: &Url) -> Result<Status, HttpError> {
        let mut sites = self.lock();
        let site = sites.site(url);
        site.attempts += 1;
        let mut draw = draws(url, site.attempts);
        let latency = site.latency.as_ref().or(self.latency.as_ref());
        let latency = latency.map_or(Duration::ZERO, |latency| {
            let width = latency.end().saturating_sub(*latency.start());
            *latency.start() + width.mul_f64(draw.f64())
        });
        let answer = self.answer(site, &mut draw);
        drop(sites);
        if !latency.is_zero() {
            thread::sleep(latency);
        }
        match answer {
            Answer::Status(status) => Ok(Status(status, Method::Head)),
            Answer::Error(error) => Err(error),
            // `resume_unwind` skips the hook that would print this panic.
            Answer::Panic => resume_unwind(Box::new("scripted panic")),
        }
    }

    fn answer(&self, site: &Site, draw: &mut Rng) -> Answer {
        let turn = usize::try_from(site.attempts - 1).unwrap_or(usize::MAX);
        match site.script.get(turn).or(site.script.last()) {
            Some(answer) => *answer,
            None if self.one_in == 0 || draw.u64(..self.one_in) > 0 => {
                Answer::OK
            }
            None => FAULTS[draw.usize(..FAULTS.len())],
        }
    }
}

impl Sites {
    fn site(&mut self, url: &Url) -> &mut Site {
        // Cloning a URL costs an atomic increment: only for a new one.
        if !self.by_url.contains_key(url) {
            self.by_url.insert(url.clone(), Site::default());
        }
        self.by_url.get_mut(url).expect("it is there now")
    }
}
