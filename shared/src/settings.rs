//! The settings of a poller: in 2010 they were constants.
//!
//! Every value that can be written here has a meaning: there is at least one
//! worker and one round, and no sum of durations overflows.
//!
//! Next: [`http`](crate::http), the web they poll.

use std::num::{NonZeroU64, NonZeroUsize};
use std::time::{Duration, Instant};

/// How many pollers, and how often they poll. The defaults are the constants
/// of the Codewalk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// How many pollers work at once (`numPollers`).
    pub pollers: NonZeroUsize,
    /// Time from the end of a poll to the next poll of the same URL
    /// (`pollInterval`); `Duration::MAX` is as good as never
    /// ([`LONGEST_PAUSE`]).
    pub interval: Duration,
    /// Added to the interval for each error in a row (`errTimeout`), up to
    /// [`MOST_BACKOFFS`] times.
    pub backoff: Duration,
    /// How often the states are listed (`statusInterval`); `Duration::MAX` is
    /// as good as never.
    pub status_interval: Duration,
    /// How often each URL is polled before the program ends by itself. With
    /// `None` it polls until it is told to stop, as in 2010.
    pub rounds: Option<NonZeroU64>,
    /// Spread the first polls evenly over one interval, so that many URLs do
    /// not all come due at once.
    pub spread: bool,
}

/// A longer pause is cut to this one, a year: no program waits that long, and
/// adding it to the current time never overflows.
pub const LONGEST_PAUSE: Duration = Duration::from_secs(365 * 24 * 60 * 60);

/// After this many errors in a row the back-off stops growing, so that a site
/// that was down for a week is polled soon after it comes back.
pub const MOST_BACKOFFS: u32 = 10;

impl Settings {
    /// Time from the end of a poll to the next poll of the same URL, after
    /// `err_count` errors in a row (the Codewalk's `Sleep`).
    pub fn pause(&self, err_count: u32) -> Duration {
        let backoff = self.backoff.saturating_mul(err_count.min(MOST_BACKOFFS));
        self.interval.saturating_add(backoff)
    }

    /// Time from the start to the first poll of the URL with this id, if there
    /// are `count` URLs.
    pub fn first(&self, id: usize, count: usize) -> Duration {
        if !self.spread {
            return Duration::ZERO;
        }
        let interval = self.interval.min(LONGEST_PAUSE).as_nanos();
        let count = count.max(1);
        Duration::from_nanos_u128(interval * id as u128 / count as u128)
    }
}

/// The instant at which a pause that begins `now` has passed.
pub fn after(now: Instant, pause: Duration) -> Instant {
    now + pause.min(LONGEST_PAUSE)
}

impl Default for Settings {
    fn default() -> Self {
        Settings {
            pollers: NonZeroUsize::MIN.saturating_add(1),
            interval: Duration::from_secs(60),
            backoff: Duration::from_secs(10),
            status_interval: Duration::from_secs(10),
            rounds: None,
            spread: false,
        }
    }
}
