//! What to run: the options that were given, and defaults for the others.

use std::num::NonZeroU64;
use std::time::Duration;

use shared::Settings;

use super::Args;
use crate::ask::Ask;
use crate::design::Design;
use crate::headers::{self, HeaderMap};
use crate::out::Failure;

/// What to run.
pub enum Mode {
    /// No arguments: show what this is about.
    Demo,
    /// Print the schema of the JSON.
    Schema,
    /// A run.
    Run(Box<Plan>),
}

/// A run, as given by the options.
pub struct Plan {
    /// Which programs, one after the other.
    pub designs: Vec<Design>,
    /// Their settings.
    pub settings: Settings,
    /// Which web they poll.
    pub web: Web,
    /// When to stop, if not by rounds.
    pub stop_after: Option<Duration>,
    /// Fail if a URL is not OK in the end.
    pub check: bool,
    /// Print only the result.
    pub quiet: bool,
    /// Print JSON instead of text.
    pub json: bool,
    /// How many polls to keep and to show.
    pub events: Option<usize>,
    /// Show how late polls began, because an interval was given.
    pub late: bool,
}

/// Which web to poll.
pub enum Web {
    /// The real one.
    Live {
        /// URLs, files, or `-`, still to be read.
        sources: Vec<String>,
        /// The time limit of one request.
        timeout: Duration,
        /// By which method.
        ask: Ask,
        /// Sent with every request.
        headers: HeaderMap,
    },
    /// The made-up one.
    Fake {
        /// How many URLs.
        urls: u64,
        /// How long a request takes, on average.
        latency: Duration,
        /// The seed of latencies and faults.
        seed: u64,
        /// Whether some requests fail.
        faults: bool,
    },
}

impl Args {
    /// The plan.
    ///
    /// # Errors
    /// If a header is malformed.
    pub(super) fn plan(self) -> Result<Plan, Failure> {
        let default = if self.live {
            vec![Design::Channel]
        } else {
            vec![Design::Mutex, Design::Channel]
        };
        Ok(Plan {
            designs: self.poller.clone().map_or(default, |poller| poller.0),
            settings: self.settings(),
            stop_after: self.stop_after,
            check: self.check,
            quiet: self.quiet,
            json: self.json,
            events: self.events,
            late: self.interval.is_some(),
            web: self.web()?,
        })
    }

    fn settings(&self) -> Settings {
        let live = self.live;
        let seconds = |s| Duration::from_secs(if live { s } else { 0 });
        let endless = live || self.stop_after.is_some();
        let ten = NonZeroU64::new(10).filter(|_| !endless);
        Settings {
            pollers: self.workers,
            interval: self.interval.unwrap_or(seconds(60)),
            backoff: self.backoff.unwrap_or(seconds(10)),
            status_interval: self.status,
            rounds: self.rounds.or(ten),
            spread: self.spread,
        }
    }

    fn web(self) -> Result<Web, Failure> {
        if self.live {
            Ok(Web::Live {
                sources: self.sources,
                timeout: self.timeout.unwrap_or(Duration::from_secs(10)),
                ask: self.method.unwrap_or(Ask::Auto),
                headers: headers::read(&self.header)?,
            })
        } else {
            let Args { urls, latency, seed, faults, .. } = self;
            Ok(Web::Fake { urls, latency, seed, faults })
        }
    }
}
