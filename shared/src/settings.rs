//! What a poller is told: the constants of 2010, made settings.
//!
//! Next: [`http`](crate::http), the web they poll.

use std::time::Duration;

/// How many pollers, and how often they poll. The defaults are the constants
/// of the Codewalk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// How many pollers work at once (`numPollers`).
    pub pollers: usize,
    /// From the end of a poll to the next of the same URL (`pollInterval`).
    pub interval: Duration,
    /// Added to the interval for each error in a row (`errTimeout`).
    pub backoff: Duration,
    /// How often the states are listed (`statusInterval`).
    pub status_interval: Duration,
    /// How often each URL is polled before the program ends by itself; `None`
    /// is for ever, as in 2010.
    pub rounds: Option<u64>,
    /// Spread the first polls evenly over one interval, so that many URLs do
    /// not all come due at once.
    pub spread: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Settings {
            pollers: 2,
            interval: Duration::from_secs(60),
            backoff: Duration::from_secs(10),
            status_interval: Duration::from_secs(10),
            rounds: None,
            spread: false,
        }
    }
}
