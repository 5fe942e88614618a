//! What the command line asks for.

mod help;
mod plan;
mod values;
mod web;

use std::num::{NonZeroU64, NonZeroUsize};
use std::process;
use std::time::Duration;

use clap::{ArgGroup, CommandFactory, FromArgMatches, Parser};

use crate::ask::Ask;
use crate::out::{Failure, complain};
use crate::shown::without_logins;
pub use plan::{Mode, Plan, Web};
use values::{Designs, at_least_one, designs, duration, more_than_zero};

/// All options. The text of each is the one in `--help`.
#[derive(Parser)]
#[command(
    name = "compare",
    version,
    about = help::ABOUT,
    after_help = help::AFTER,
    max_term_width = 80,
    // Which of these two go together is checked in `web`.
    group = ArgGroup::new(web::REAL).multiple(true),
    group = ArgGroup::new(web::MADE_UP).multiple(true),
)]
pub struct Args {
    #[arg(
        long,
        help = "Poll the real web: the URLs that are given, or listed in files"
    )]
    live: bool,
    #[arg(
        value_name = "URL|FILE",
        group = web::REAL,
        help = "What to poll with --live: URLs (with their https://), files \
                with one URL on each line and comments after #, or - for \
                standard input"
    )]
    sources: Vec<String>,
    #[arg(
        long,
        value_name = "NAME",
        value_parser = designs(),
        help = "Which program runs; both: one after the other (with --live \
                that needs --rounds) [default: both; with --live: channel]"
    )]
    poller: Option<Designs>,
    #[arg(
        long,
        value_name = "N",
        default_value = "2",
        value_parser = at_least_one::<NonZeroUsize>,
        help = "How many URLs are polled at once, each by a thread"
    )]
    workers: NonZeroUsize,
    #[arg(
        long,
        value_name = "D",
        value_parser = duration,
        help = "From one poll of a URL to the next; also shows how late polls \
                begin [default: 0; with --live: 60s]"
    )]
    interval: Option<Duration>,
    #[arg(
        long,
        value_name = "D",
        value_parser = duration,
        help = "Added to the interval for each error in a row [default: 0; \
                with --live: 10s]"
    )]
    backoff: Option<Duration>,
    #[arg(
        long,
        value_name = "N",
        value_parser = at_least_one::<NonZeroU64>,
        help = "How often each URL is polled [default: 10; with --live or \
                --for: no end]"
    )]
    rounds: Option<NonZeroU64>,
    #[arg(
        long,
        help = "Fail if the last state of a URL is not OK, or a URL was not \
                polled: exit code 1"
    )]
    check: bool,
    #[arg(
        long,
        short,
        help = "Print the result and what makes the run fail, and nothing \
                else: no listing or progress meanwhile, no line for each error"
    )]
    quiet: bool,
    #[arg(
        long,
        help = "Print one JSON object instead of text (--json-schema prints \
                its schema)"
    )]
    json: bool,
    #[arg(
        long,
        exclusive = true,
        help = "Print the schema of the JSON, and nothing else"
    )]
    json_schema: bool,
    #[arg(
        long,
        value_name = "N",
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = "100000",
        value_parser = values::events,
        help = "Keep the first N polls: adds them to the JSON, and how much \
                worker time was lost [with no N: 100000]"
    )]
    events: Option<usize>,
    #[arg(
        long,
        value_name = "D",
        value_parser = more_than_zero,
        group = web::REAL,
        help_heading = help::FOR_REAL,
        help = "Give up on a request, with its redirects, after this long; a \
                GET after HEAD is a request of its own [default: 10s]"
    )]
    timeout: Option<Duration>,
    #[arg(
        long,
        value_name = "HOW",
        hide_possible_values = true,
        group = web::REAL,
        help_heading = help::FOR_REAL,
        help = "How URLs are asked for: head; get, without reading the body; \
                or auto, HEAD and, where a server refuses that, GET; a row \
                says (GET) if its answer is one [default: auto]"
    )]
    method: Option<Ask>,
    #[arg(
        long,
        value_name = "D",
        default_value = "10s",
        value_parser = more_than_zero,
        group = web::REAL,
        help_heading = help::FOR_REAL,
        help = "How often the states are listed meanwhile"
    )]
    status: Duration,
    #[arg(
        long,
        short = 'H',
        value_name = "NAME: VALUE",
        group = web::REAL,
        help_heading = help::FOR_REAL,
        help = "Send this header with every request, but not to another host \
                that a redirect leads to; may be given more than once \
                [default: a User-Agent that names this program]"
    )]
    header: Vec<String>,
    #[arg(
        long,
        value_name = "N",
        default_value = "100",
        value_parser = values::urls,
        group = web::MADE_UP,
        help_heading = help::FOR_MADE_UP,
        help = "How many made-up URLs"
    )]
    urls: u64,
    #[arg(
        long,
        value_name = "D",
        default_value = "0",
        value_parser = duration,
        group = web::MADE_UP,
        help_heading = help::FOR_MADE_UP,
        help = "How long the made-up web takes to answer, on average"
    )]
    latency: Duration,
    #[arg(
        long,
        value_name = "N",
        default_value = "0",
        value_parser = values::seed,
        group = web::MADE_UP,
        help_heading = help::FOR_MADE_UP,
        help = "What latencies and faults are drawn from"
    )]
    seed: u64,
    #[arg(
        long,
        group = web::MADE_UP,
        help_heading = help::FOR_MADE_UP,
        help = "One request in ten fails, in one way or another"
    )]
    faults: bool,
    #[arg(
        long,
        group = web::MADE_UP,
        help_heading = help::FOR_MADE_UP,
        help = "Spread the first polls evenly over one interval"
    )]
    spread: bool,
    #[arg(
        long = "for",
        value_name = "D",
        value_parser = more_than_zero,
        group = web::MADE_UP,
        help_heading = help::FOR_MADE_UP,
        help = "Stop after this long"
    )]
    stop_after: Option<Duration>,
}

impl Args {
    /// Reads the command line. If it is wrong, or asks for the help, prints the
    /// error or the help and ends the process.
    ///
    /// # Errors
    /// If two options conflict, or a header is malformed.
    pub fn read() -> Result<Mode, Failure> {
        if std::env::args_os().len() <= 1 {
            return Ok(Mode::Demo);
        }
        let mut command = Args::command();
        let matches = command.try_get_matches_from_mut(std::env::args_os());
        let matches = matches.unwrap_or_else(|error| refuse(&error));
        web::one_only(&command, &matches)?;
        let args = Args::from_arg_matches(&matches);
        let args = args.unwrap_or_else(|error| refuse(&error));
        if args.json_schema {
            return Ok(Mode::Schema);
        }
        args.plan().map(|plan| Mode::Run(plan.into()))
    }
}

/// Prints clap's error, but without passwords and without control sequences
/// for the terminal; or prints the help.
fn refuse(error: &clap::Error) -> ! {
    if error.use_stderr() {
        let text = error.render().to_string();
        complain(&without_logins(text.trim_end()));
        process::exit(error.exit_code());
    }
    error.exit()
}
