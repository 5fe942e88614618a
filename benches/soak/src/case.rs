//! One case: all that a run is told, as plain data. Its text is what
//! `--case` takes.
//!
//! Next: [`draw`](crate::draw), which makes one from a seed.

mod text;

use std::num::{NonZeroU64, NonZeroUsize};
use std::time::Duration;

use shared::Settings;

/// Which poller.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// `mutex-poller`.
    Lock,
    /// `channel-poller`.
    Channel,
}

/// Where something happens during a run: what is counted there decides when.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// In a thread of its own, when so many requests have begun.
    Thread,
    /// In the worker that makes this request.
    Worker,
    /// In the log, which is told of this error.
    Error,
    /// In the log, which is given this listing.
    Listing,
}

/// When the program is told to stop.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stop {
    /// Before it runs.
    Before,
    /// At this place, the n-th time.
    At(Place, u64),
}

/// Everything that a run is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Case {
    /// Which poller.
    pub side: Side,
    /// What the answers are drawn from.
    pub seed: u64,
    /// How many workers.
    pub workers: NonZeroUsize,
    /// How many URLs.
    pub urls: usize,
    /// How many rounds; with `None`, until a stop.
    pub rounds: Option<NonZeroU64>,
    /// See [`Settings::interval`].
    pub interval: Duration,
    /// See [`Settings::backoff`].
    pub backoff: Duration,
    /// See [`Settings::status_interval`].
    pub listing: Duration,
    /// See [`Settings::spread`].
    pub spread: bool,
    /// One request in so many is an error; 0 is never.
    pub errors: u64,
    /// In one request in so many the client panics; 0 is never.
    pub panics: u64,
    /// One answer in so many is slow; 0 is never.
    pub slow: u64,
    /// Who tells it to stop, and when.
    pub stops: Vec<Stop>,
    /// From the n-th call of this part of the log on, each call panics.
    pub log_panics: Option<(Place, u64)>,
    /// How often it is run with the same URLs, each time as a new program.
    pub runs: u32,
}

/// A pause from this on does not end while a case runs.
const LONG: Duration = Duration::from_secs(1);

impl Case {
    /// The smallest case: one worker polls one URL once.
    pub fn plain(side: Side) -> Self {
        Case {
            side,
            seed: 0,
            workers: NonZeroUsize::MIN,
            urls: 1,
            rounds: Some(NonZeroU64::MIN),
            interval: Duration::ZERO,
            backoff: Duration::ZERO,
            listing: Duration::MAX,
            spread: false,
            errors: 0,
            panics: 0,
            slow: 0,
            stops: Vec::new(),
            log_panics: None,
            runs: 1,
        }
    }

    /// What the program is told of it.
    pub fn settings(&self) -> Settings {
        Settings {
            pollers: self.workers,
            interval: self.interval,
            backoff: self.backoff,
            status_interval: self.listing,
            rounds: self.rounds,
            spread: self.spread,
        }
    }

    /// Whether it surely ends within the time that a soak has.
    pub fn ends(&self) -> bool {
        let certain = |stop: &Stop| match *stop {
            Stop::Before => true,
            Stop::At(Place::Thread | Place::Worker, n) => n <= self.surely(),
            Stop::At(..) => false,
        };
        self.urls == 0
            || (self.rounds.is_some() && !self.waits())
            || self.stops.iter().any(certain)
    }

    /// So many requests are surely made, if no stop or panic comes first.
    pub fn surely(&self) -> u64 {
        let urls = self.urls as u64;
        match self.rounds {
            _ if self.waits() && self.spread => urls.min(1),
            _ if self.waits() => urls,
            Some(rounds) => urls.saturating_mul(rounds.get()),
            None if urls == 0 => 0,
            None => u64::MAX,
        }
    }

    /// Whether a pause may come that does not end while it runs.
    fn waits(&self) -> bool {
        let again = self.rounds != Some(NonZeroU64::MIN);
        let first = self.spread && self.interval >= LONG;
        first || (again && self.settings().pause(u32::MAX) >= LONG)
    }
}
