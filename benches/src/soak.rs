//! `cargo soak`: both pollers under random settings, faults, stops and panics.
//! What is run, and what must hold, is in `shared/suite/src/soak/`.

#![forbid(unsafe_code)]

use std::iter::repeat_n;
use std::panic;
use std::process::ExitCode;
use std::thread;
use std::time::{Duration, Instant};

use clap::Parser;
use suite::soak::{Side, Soak, say};
use suite::start;

/// Runs both pollers with random settings, faults, stops and panics, and
/// compares what the made-up web counts with what the pollers report. A case
/// is drawn from the seed and run twice on each side.
#[derive(Parser)]
#[command(bin_name = "cargo soak", max_term_width = 80, after_help = AFTER)]
struct Args {
    /// How long, such as 20s, 2m or 1h
    #[arg(
        long = "for",
        value_name = "D",
        default_value = "2m",
        value_parser = humantime::parse_duration
    )]
    time: Duration,
    /// Draw the cases from this seed [default: a new one]
    #[arg(long, value_name = "N")]
    seed: Option<u64>,
    /// Which poller: lock, channel or both
    #[arg(
        long,
        default_value = "both",
        value_parser = ["lock", "channel", "both"],
        hide_possible_values = true
    )]
    side: String,
    /// Run only this case of the seed, again and again
    #[arg(long, value_name = "N", requires = "seed", conflicts_with = "time")]
    case: Option<u64>,
    /// Run all threads on one core (on Linux only)
    #[arg(long)]
    on_one_core: bool,
}

const AFTER: &str = "\
Exit code: 0 if nothing was lost and nothing hung, 1 if a case failed, 2 if the
command line is wrong. Of a case that fails, the smallest form that still fails
is printed, and a command that runs it again.";

/// A run that takes longer hangs: most take milliseconds.
const PATIENCE: Duration = Duration::from_secs(10);

/// How often a failed case is run.
const TRIES: u32 = 50;

fn main() -> ExitCode {
    let args = Args::parse();
    if args.on_one_core && !use_one_core() {
        eprintln!(
            "error: --on-one-core: this system binds no threads to a core"
        );
        return ExitCode::FAILURE;
    }
    // Those of runs are caught, and reported with their case.
    panic::set_hook(Box::new(|panic| {
        if thread::current().name() == Some("main") {
            eprintln!("{panic}");
        }
    }));
    let sides: [Side; 2] =
        [("lock", start!(mutex_poller)), ("channel", start!(channel_poller))];
    let one = sides.iter().position(|(name, _)| *name == args.side);
    let sides = one.map_or(&sides[..], |n| &sides[n..=n]);
    // Short enough to be typed.
    let seed = args.seed.unwrap_or_else(|| fastrand::u64(..1 << 32));
    say(&format!("seed {seed}"));
    let soak = Soak { sides, seed, patience: PATIENCE, tries: TRIES };
    let began = Instant::now();
    // However short the time is, one.
    let goes_on = |n: &u64| *n == 0 || began.elapsed() < args.time;
    let said = match args.case {
        Some(number) => soak.run(repeat_n(number, TRIES as usize)),
        None => soak.run((0..).take_while(goes_on)),
    };
    say(said.as_ref().unwrap_or_else(|failure| failure));
    if said.is_ok() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Keeps this thread and all that it starts on one core, where that works.
fn use_one_core() -> bool {
    let cores = core_affinity::get_core_ids().unwrap_or_default();
    let first = cores.first().copied();
    cfg!(target_os = "linux")
        && first.is_some_and(core_affinity::set_for_current)
}
