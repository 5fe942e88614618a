//! What the command line asks for.

use std::num::{NonZeroU64, NonZeroUsize};
use std::time::Duration;

use clap::Parser;
use shared::Settings;

use crate::design::Design;
use crate::out::{Failure, say, without_login};

/// The URL poller with locks and with channels, side by side.
///
/// With no arguments, five made-up sites are polled by both pollers and by a
/// mistake, and drawn. With --live, the real web is polled; with any other
/// option, a made-up web of any size. D is a duration, such as 50ms, 10s or 1m.
///
/// Of more than 50 URLs, only those that are not OK (no status from 200 to 299)
/// are listed one by one.
///
/// With --live each URL is asked for by HEAD and, if that is anything but OK,
/// by GET: a row says (GET) if its answer is that of a GET. HTTPS trusts the
/// authorities that the system trusts. Proxies are those of the environment,
/// such as https_proxy, except for the hosts in no_proxy. A user name and
/// password in a URL are sent as they are written: %40 is not decoded.
///
/// Exit code: 0 if the run ended or was stopped with Ctrl-C; 1 if it failed, or
/// if --check found a URL that is not OK; 2 if the command line or a list of
/// URLs is wrong.
#[derive(Parser)]
#[command(name = "compare", version, verbatim_doc_comment)]
pub struct Args {
    /// Poll the real web: URLs or files of them, - for stdin
    #[arg(long, value_name = "URL", num_args = 1..)]
    pub live: Vec<String>,
    /// Which program runs (mutex, then channel)
    ///
    /// One of mutex, channel, as-posted-mutex, as-posted-channel, codewalk.
    #[arg(long, value_name = "NAME", value_enum, hide_possible_values = true)]
    pub poller: Option<Design>,
    /// How many URLs are polled at once
    #[arg(long, value_name = "N", default_value = "2",
        value_parser = number::<10_000>)]
    pub workers: NonZeroU64,
    /// From one poll of a URL to the next (0; live: 60s)
    #[arg(long, value_name = "D", value_parser = duration)]
    pub interval: Option<Duration>,
    /// Added for each error in a row (0; live: 10s)
    #[arg(long, value_name = "D", value_parser = duration)]
    pub backoff: Option<Duration>,
    /// How often each URL is polled (10; live: no end)
    #[arg(long, value_name = "N", value_parser = number::<{ u64::MAX }>)]
    pub rounds: Option<NonZeroU64>,
    /// Stop after this long
    #[arg(long = "for", value_name = "D", value_parser = duration)]
    pub stop_after: Option<Duration>,
    /// Fail if a URL is not OK in the end, or was not polled
    #[arg(long)]
    pub check: bool,
    /// Print the result and nothing else
    #[arg(long, short)]
    pub quiet: bool,
    /// Print one JSON object instead of text
    #[arg(long)]
    pub json: bool,
    /// Add the first 100,000 polls to the JSON
    #[arg(long, requires = "json")]
    pub events: bool,
    /// Live: give up on a URL after this long
    #[arg(long, value_name = "D", default_value = "10s",
        value_parser = duration, requires = "live")]
    pub timeout: Duration,
    /// Live: how often the states are listed
    #[arg(long, value_name = "D", default_value = "10s",
        value_parser = duration, requires = "live")]
    pub status: Duration,
    /// Made-up web: how many URLs
    #[arg(long, value_name = "N", default_value = "100",
        value_parser = number::<1_000_000>, conflicts_with = "live")]
    pub urls: NonZeroU64,
    /// Made-up web: time to an answer, on average
    #[arg(long, value_name = "D", default_value = "0",
        value_parser = duration, conflicts_with = "live")]
    pub latency: Duration,
    /// Made-up web: one request in ten fails
    #[arg(long, conflicts_with = "live")]
    pub faults: bool,
    /// Spread the first polls evenly over one interval
    #[arg(long)]
    pub spread: bool,
}

impl Args {
    /// Reads the command line; `None` if it is empty.
    ///
    /// # Errors
    /// If it is wrong. After the help or the version, ends the process.
    pub fn read() -> Result<Option<Self>, Failure> {
        if std::env::args_os().len() <= 1 {
            return Ok(None);
        }
        match Args::try_parse() {
            Ok(args) => Ok(Some(args)),
            Err(error) if error.use_stderr() => {
                // Without passwords: many people read logs.
                let text = error.render().to_string();
                let lines: Vec<_> = text.lines().map(without_login).collect();
                let text = lines.join("\n");
                Err(Failure::Usage(text.trim_start_matches("error: ").into()))
            }
            Err(help) => {
                say(help.render().to_string().trim_end())?;
                std::process::exit(0)
            }
        }
    }

    /// The programs to run, one after the other.
    pub fn designs(&self) -> Vec<Design> {
        match self.poller {
            Some(one) => vec![one],
            // Without rounds, the first of two would not end.
            None if self.is_live() => vec![Design::Channel],
            None => vec![Design::Mutex, Design::Channel],
        }
    }

    /// What they are told.
    pub fn settings(&self) -> Settings {
        let live = self.is_live();
        let seconds = |s| Duration::from_secs(if live { s } else { 0 });
        let endless = live || self.stop_after.is_some();
        let ten = NonZeroU64::new(10).filter(|_| !endless);
        let pollers = NonZeroUsize::try_from(self.workers);
        Settings {
            pollers: pollers.expect("at most ten thousand"),
            interval: self.interval.unwrap_or(seconds(60)),
            backoff: self.backoff.unwrap_or(seconds(10)),
            status_interval: self.status,
            rounds: self.rounds.or(ten),
            spread: self.spread,
        }
    }

    /// Whether the real web is polled.
    pub fn is_live(&self) -> bool {
        !self.live.is_empty()
    }
}

fn number<const MOST: u64>(text: &str) -> Result<NonZeroU64, String> {
    let number = text.parse::<NonZeroU64>().ok();
    let number = number.filter(|number| number.get() <= MOST);
    number.ok_or_else(|| format!("write a whole number from 1 to {MOST}"))
}

const YEAR: Duration = Duration::from_secs(365 * 24 * 3600);

fn duration(text: &str) -> Result<Duration, String> {
    let duration = humantime::parse_duration(text)
        .map_err(|why| format!("{why}; write it like 50ms, 10s or 1m"))?;
    let wrong = "write a duration of at most one year (365 days)";
    Some(duration).filter(|d| *d <= YEAR).ok_or(wrong.into())
}
