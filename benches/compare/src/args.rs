//! What the command line asks for.

use std::num::{NonZeroU64, NonZeroUsize};
use std::process;
use std::time::Duration;

use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{Parser, ValueEnum, value_parser};
use shared::Settings;

use crate::ask::Ask;
use crate::design::Design;
use crate::out::complain;
use crate::shown::without_logins;

const JSON: &str = "\
LIVE: each poll is a connection of its own. Ten redirects are followed; a user
and password in a URL go along on the same host only. HTTPS trusts whom this
machine trusts (on Linux, SSL_CERT_FILE names another list of authorities).
Proxies are those of the environment: http_proxy, https_proxy, all_proxy, as
http://, https:// or socks5h://, except for the hosts in no_proxy.
Left out: HTTP/2 and 3, cookies, logins other than basic, client certificates,
proxy scripts (PAC), .netrc.

JSON: one object, {\"runs\": [...]}, a run for each poller, each with
  poller, workers, urls, rounds (null: no end), polls,
  elapsed_ns      from the start of the first worker to the end of the last
  cpu_ns          CPU time of the whole process meanwhile, or null
  peak_rss_bytes  most memory the process had; null where two ran, or unknown
  states          [{url, status}] of every URL that was polled, sorted by URL
and with --events
  events          [{worker, url, attempt, start_ns, end_ns, status}]
  lost_ns         sum over time of min(idle workers, URLs due and not begun)
and with --interval
  late_ns         {p50, p99, max}: from due to begun";

/// The URL poller with locks and with channels, side by side.
///
/// With no arguments: five made-up sites, both pollers and a mistake, drawn.
/// With --live: the real web. With any other flag: a made-up web of any size.
#[derive(Parser)]
#[command(name = "compare", after_help = JSON, max_term_width = 80)]
pub struct Args {
    /// Poll the real web: URLs, files with one URL on each line and comments
    /// after #, or - for standard input
    #[arg(long)]
    live: bool,
    /// What to poll with --live; whatever has :// in it is a URL
    #[arg(value_name = "FILE|URL", requires = "live")]
    sources: Vec<String>,
    /// Which program runs; both: one after the other (with --live that needs
    /// --rounds) [default: both; with --live: channel]
    #[arg(long, value_parser = designs())]
    poller: Option<Designs>,
    /// How many poll at once
    #[arg(long, default_value = "2", value_parser = at_least_one())]
    workers: u64,
    /// From one poll of a URL to the next [default: 0; with --live: 60s]
    #[arg(long, value_name = "D", value_parser = duration)]
    interval: Option<Duration>,
    /// Added to the interval for each error in a row [default: 0; with
    /// --live: 10s]
    #[arg(long, value_name = "D", value_parser = duration)]
    backoff: Option<Duration>,
    /// How often the states are listed
    #[arg(long, value_name = "D", default_value = "10s",
          value_parser = more_than_zero)]
    status: Duration,
    /// How often each URL is polled [default: 10, or no end with --for or
    /// --live]
    #[arg(long, value_name = "R", value_parser = at_least_one())]
    rounds: Option<u64>,
    /// Give up on a request, with its redirects, after this long; a GET after
    /// HEAD is a request of its own [default: 10s]
    #[arg(long, value_name = "D", value_parser = more_than_zero,
          requires = "live")]
    timeout: Option<Duration>,
    /// How URLs are asked for: by HEAD, by GET without reading the body, or
    /// (auto) by HEAD and, where a server refuses that, by GET; a row says
    /// (GET) if its answer is one [default: auto]
    #[arg(
        long,
        value_name = "HOW",
        requires = "live",
        hide_possible_values = true
    )]
    method: Option<Ask>,
    /// How many made-up URLs
    #[arg(long, value_name = "N", default_value = "100",
          conflicts_with = "live",
          value_parser = value_parser!(u64).range(1..=1_000_000))]
    urls: u64,
    /// How long the made-up web takes to answer, on average
    #[arg(long, value_name = "D", default_value = "0",
          conflicts_with = "live", value_parser = duration)]
    latency: Duration,
    /// What latencies and faults are drawn from
    #[arg(
        long,
        value_name = "S",
        default_value = "0",
        conflicts_with = "live"
    )]
    seed: u64,
    /// Spread the first polls evenly over one interval
    #[arg(long, conflicts_with = "live")]
    spread: bool,
    /// Stop after this long
    #[arg(long = "for", value_name = "D", conflicts_with = "live",
          value_parser = more_than_zero)]
    stop_after: Option<Duration>,
    /// One request in ten fails, in one way or another
    #[arg(long, conflicts_with = "live")]
    faults: bool,
    /// Print one JSON object instead of text
    #[arg(long)]
    json: bool,
    /// Record every poll: adds events to the JSON, and what was lost
    #[arg(long)]
    events: bool,
}

#[derive(Clone)]
struct Designs(Vec<Design>);

/// What to run.
pub enum Mode {
    /// No arguments: show what this is about.
    Demo,
    /// As asked.
    Run(Plan),
}

/// A run as asked for.
pub struct Plan {
    /// Which programs, one after the other.
    pub designs: Vec<Design>,
    /// What they are told.
    pub settings: Settings,
    /// Which web they poll.
    pub web: Web,
    /// When to stop, if not by rounds.
    pub stop_after: Option<Duration>,
    /// JSON instead of text.
    pub json: bool,
    /// Show every poll.
    pub events: bool,
    /// Show how late polls began: it was asked when they are due.
    pub late: bool,
}

/// Which web to poll.
pub enum Web {
    /// The real one.
    Live {
        /// URLs, files, or `-`, still to be read.
        sources: Vec<String>,
        /// For one request.
        timeout: Duration,
        /// By which method.
        ask: Ask,
    },
    /// The made-up one.
    Fake {
        /// How many URLs.
        urls: u64,
        /// How long a request takes, on average.
        latency: Duration,
        /// What latencies and faults are drawn from.
        seed: u64,
        /// Whether some requests fail.
        faults: bool,
    },
}

impl Args {
    /// Reads the command line; prints what is wrong with it, or the help, and
    /// ends the process.
    pub fn read() -> Mode {
        match std::env::args_os().len() {
            0 | 1 => Mode::Demo,
            _ => {
                let args = Args::try_parse();
                Mode::Run(args.unwrap_or_else(|error| refuse(&error)).plan())
            }
        }
    }

    fn plan(self) -> Plan {
        let live = self.live;
        let seconds = |s| if live { Duration::from_secs(s) } else { ZERO };
        let endless = live || self.stop_after.is_some();
        let workers = usize::try_from(self.workers).unwrap_or(usize::MAX);
        let workers = NonZeroUsize::new(workers).expect(AT_LEAST_ONE);
        let rounds = self.rounds.or((!endless).then_some(10));
        let round = |n| NonZeroU64::new(n).expect(AT_LEAST_ONE);
        let settings = Settings {
            pollers: workers,
            interval: self.interval.unwrap_or(seconds(60)),
            backoff: self.backoff.unwrap_or(seconds(10)),
            status_interval: self.status,
            rounds: rounds.map(round),
            spread: self.spread,
        };
        let default = if live {
            vec![Design::Channel]
        } else {
            vec![Design::Mutex, Design::Channel]
        };
        Plan {
            designs: self.poller.clone().map_or(default, |poller| poller.0),
            settings,
            stop_after: self.stop_after,
            json: self.json,
            events: self.events,
            late: self.interval.is_some(),
            web: self.web(),
        }
    }

    fn web(self) -> Web {
        if self.live {
            Web::Live {
                sources: self.sources,
                timeout: self.timeout.unwrap_or(Duration::from_secs(10)),
                ask: self.method.unwrap_or(Ask::Auto),
            }
        } else {
            Web::Fake {
                urls: self.urls,
                latency: self.latency,
                seed: self.seed,
                faults: self.faults,
            }
        }
    }
}

const AT_LEAST_ONE: &str = "clap has refused 0";
const ZERO: Duration = Duration::ZERO;

/// Says what is wrong as clap does, but shows no password and nothing that a
/// terminal would obey; or prints the help.
fn refuse(error: &clap::Error) -> ! {
    if error.use_stderr() {
        let text = error.render().to_string();
        complain(&without_logins(text.trim_end()));
        process::exit(error.exit_code());
    }
    error.exit()
}

/// A name of a design, or `both`.
fn designs() -> impl TypedValueParser<Value = Designs> {
    let all = Design::value_variants();
    let names = all.iter().map(|design| design.name()).chain(["both"]);
    PossibleValuesParser::new(names).map(|name| {
        let one = Design::value_variants().iter().find(|d| d.name() == name);
        let both = vec![Design::Mutex, Design::Channel];
        Designs(one.map_or(both, |&design| vec![design]))
    })
}

fn at_least_one() -> clap::builder::RangedU64ValueParser {
    value_parser!(u64).range(1..)
}

fn duration(text: &str) -> Result<Duration, String> {
    if text == "0" {
        return Ok(ZERO);
    }
    let duration = humantime::parse_duration(text)
        .map_err(|why| format!("{why}; write it like 50ms, 10s or 1m"))?;
    if duration > Duration::from_secs(365 * 24 * 3600) {
        Err("a year is the most".into())
    } else {
        Ok(duration)
    }
}

fn more_than_zero(text: &str) -> Result<Duration, String> {
    match duration(text)? {
        ZERO => Err("it must be more than 0".into()),
        duration => Ok(duration),
    }
}
