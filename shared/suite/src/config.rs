//! What is run: the configuration of a test, or of a model.
//!
//! Next: [`real`](crate::real), the properties on real threads.

use std::num::{NonZeroU64, NonZeroUsize};
use std::time::Duration;

use shared::http::fake::Answer;
use shared::http::{Method, StatusCode};
use shared::{HttpError, Settings, Status, Url};

/// Settings, a script for each URL, and whether the program is told to stop.
#[derive(Debug, Clone)]
pub struct Config {
    /// Workers, rounds and intervals.
    pub settings: Settings,
    /// What each URL answers, in turn; the last answer again and again.
    pub scripts: Vec<Vec<Answer>>,
    /// In a model: the program is told to stop, at any moment.
    pub stops: bool,
}

/// A pause that does not end while a test runs; in a model it never ends.
pub const NEVER: Duration = Duration::from_secs(3600);

/// `404 Not Found`.
pub const NOT_FOUND: Answer = Answer::Status(StatusCode::NOT_FOUND);

/// The URL with this number: `a`, `b`, `c` and so on, and after `z` numbers.
pub fn url(n: usize) -> Url {
    let name = match u8::try_from(n) {
        Ok(n @ ..26) => char::from(b'a' + n).to_string(),
        _ => n.to_string(),
    };
    Url::unchecked(&name)
}

/// The state that a poll must report for an answer.
pub fn outcome(answer: Answer) -> Result<Status, HttpError> {
    match answer {
        Answer::Status(status) => Ok(Status(status, Method::Head)),
        Answer::Error(error) => Err(error),
        Answer::Panic => Err(HttpError::Panicked),
    }
}

impl Config {
    /// These workers, and a script for each URL; no pauses, no listings.
    pub fn new(
        workers: usize,
        rounds: Option<u64>,
        scripts: Vec<Vec<Answer>>,
    ) -> Self {
        let round = |n| NonZeroU64::new(n).expect("a round at least");
        let settings = Settings {
            pollers: NonZeroUsize::new(workers).expect("a worker at least"),
            rounds: rounds.map(round),
            interval: Duration::ZERO,
            backoff: Duration::ZERO,
            status_interval: NEVER,
            spread: false,
        };
        Config { settings, scripts, stops: false }
    }

    /// These workers, and this many URLs that answer `200 OK`.
    pub fn fine(workers: usize, rounds: Option<u64>, urls: usize) -> Self {
        Config::same(workers, rounds, urls, &[Answer::OK])
    }

    /// These workers, and this many URLs with one script for all.
    pub fn same(
        workers: usize,
        rounds: Option<u64>,
        urls: usize,
        script: &[Answer],
    ) -> Self {
        Config::new(workers, rounds, vec![script.to_vec(); urls])
    }

    /// The same with this interval, and this back-off.
    pub fn every(mut self, interval: Duration) -> Self {
        self.settings.interval = interval;
        self.settings.backoff = interval;
        self
    }

    /// The same with this status interval.
    pub fn listed(mut self, interval: Duration) -> Self {
        self.settings.status_interval = interval;
        self
    }

    /// The same, told to stop.
    pub fn stopped(self) -> Self {
        Config { stops: true, ..self }
    }

    /// Its URLs: `a`, `b` and so on.
    pub fn urls(&self) -> Vec<Url> {
        (0..self.scripts.len()).map(url).collect()
    }

    /// Its size: `2 workers x 2 URLs x 2 rounds`.
    pub fn size(&self) -> String {
        let many = |n: u64, thing| match n {
            1 => format!("1 {thing}"),
            n => format!("{n} {thing}s"),
        };
        let workers = many(self.settings.pollers.get() as u64, "worker");
        let urls = many(self.scripts.len() as u64, "URL");
        let rounds = match self.settings.rounds {
            Some(rounds) => many(rounds.get(), "round"),
            None => "no end".into(),
        };
        let stop = if self.stops { " x a stop" } else { "" };
        format!("{workers} x {urls} x {rounds}{stop}")
    }
}
