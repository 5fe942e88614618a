//! What the command line asks for. What each line says of itself is its text
//! in `--help`.

use std::time::Duration;

use clap::{Parser, ValueEnum};

use crate::case::{Case, Side};

/// All options.
#[derive(Parser)]
#[command(
    name = "soak",
    bin_name = "cargo soak",
    version,
    about = ABOUT,
    max_term_width = 80,
    after_help = AFTER
)]
pub struct Args {
    /// How long
    #[arg(
        long = "for",
        value_name = "D",
        default_value = "2m",
        value_parser = duration
    )]
    pub time: Duration,
    /// Draw the cases from this seed [default: a new one]
    #[arg(long, value_name = "N")]
    pub seed: Option<u64>,
    /// Which poller: lock, channel or both
    #[arg(
        long,
        value_name = "SIDE",
        default_value = "both",
        hide_possible_values = true
    )]
    pub side: Sides,
    /// Run this case only: the text that a failure prints
    #[arg(
        long,
        value_name = "CASE",
        conflicts_with_all = ["time", "seed", "side", "urls"]
    )]
    pub case: Option<Case>,
    /// How often the case is run
    #[arg(
        long,
        value_name = "N",
        default_value = "100",
        requires = "case",
        value_parser = clap::value_parser!(u32).range(1..)
    )]
    pub tries: u32,
    /// Poll this many URLs instead, and print how much memory it takes: at
    /// each tenth of the time, the most so far (measured on Linux only)
    #[arg(
        long,
        value_name = "N",
        value_parser = clap::value_parser!(u32).range(1..=10_000_000)
    )]
    pub urls: Option<u32>,
    /// Run all threads on one core (on Linux only)
    #[arg(long)]
    pub on_one_core: bool,
    /// Keep this many other threads busy meanwhile
    #[arg(
        long,
        value_name = "N",
        default_value = "0",
        value_parser = clap::value_parser!(u32).range(..=1000)
    )]
    pub beside: u32,
    /// A run that makes no request for so long hangs, and so does one that
    /// has not ended so long after it was told to
    #[arg(
        long,
        value_name = "D",
        default_value = "60s",
        value_parser = duration
    )]
    pub patience: Duration,
}

const ABOUT: &str = "\
Runs both pollers with random settings, faults, stops and panics, and compares
what the made-up web counts with what the pollers report.

A case is drawn from the seed and run on each side, up to three times with the
same URLs. Ctrl-C ends it with the summary.";

const AFTER: &str = "\
D is a duration, such as 20s, 2m or 1h.

Exit code: 0 if nothing was lost and nothing hung, also when stopped with
Ctrl-C; 1 if a case failed, or the machine has too few threads; 2 if the command
line is wrong. A case that fails is printed as a command that runs it again, as
it was drawn and as small as it could be made.";

/// One poller, or both.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Sides {
    /// The one with locks.
    Lock,
    /// The one with channels.
    Channel,
    /// One after the other.
    Both,
}

impl Sides {
    /// Which these are.
    pub fn all(self) -> Vec<Side> {
        match self {
            Sides::Lock => vec![Side::Lock],
            Sides::Channel => vec![Side::Channel],
            Sides::Both => vec![Side::Lock, Side::Channel],
        }
    }
}

const YEAR: Duration = Duration::from_secs(365 * 24 * 3600);

fn duration(text: &str) -> Result<Duration, String> {
    let duration = humantime::parse_duration(text)
        .map_err(|why| format!("{why}; write it like 20s, 2m or 1h"))?;
    if duration.is_zero() || duration > YEAR {
        Err("write a duration of more than 0 and at most one year".into())
    } else {
        Ok(duration)
    }
}
