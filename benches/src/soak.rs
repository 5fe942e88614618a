//! `cargo soak`: both pollers under random settings, faults, stops and panics.
//! What is run, and what must hold, is in `shared/suite/src/soak/`.

#![forbid(unsafe_code)]

use std::process::ExitCode;
use std::time::Duration;

use clap::Parser;
use suite::soak::{Side, Soak, hush, say};
use suite::start;

/// Runs both pollers with random settings, faults, stops and panics, and
/// compares what the made-up web counts with what the pollers report. A case
/// is drawn from the seed and run on each side, up to three times with the
/// same URLs.
#[derive(Parser)]
#[command(bin_name = "cargo soak", max_term_width = 80, after_help = AFTER)]
struct Args {
    /// How long, such as 20s, 2m or 1h
    #[arg(
        long = "for",
        value_name = "D",
        default_value = "2m",
        value_parser = duration
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
    /// Run only this case of the seed, 100 times
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
const PATIENCE: Duration = Duration::from_secs(30);

/// The help says so.
const TRIES: u32 = 100;

fn main() -> ExitCode {
    let args = Args::parse();
    if args.on_one_core && !use_one_core() {
        eprintln!(
            "error: --on-one-core: this system binds no threads to a core"
        );
        return ExitCode::FAILURE;
    }
    let sides: [Side; 2] =
        [("lock", start!(mutex_poller)), ("channel", start!(channel_poller))];
    let one = sides.iter().position(|(name, _)| *name == args.side);
    let sides = one.map_or(&sides[..], |n| &sides[n..=n]);
    // Short enough to be typed.
    let seed = args.seed.unwrap_or_else(|| fastrand::u64(..1 << 32));
    say(&format!("seed {seed}"));
    hush();
    let soak = Soak { sides, seed, patience: PATIENCE, tries: TRIES };
    let said = match args.case {
        Some(number) => soak.again(number),
        None => soak.run(args.time),
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

fn duration(text: &str) -> Result<Duration, String> {
    const YEAR: Duration = Duration::from_secs(365 * 24 * 3600);
    let duration = humantime::parse_duration(text)
        .map_err(|why| format!("{why}; write it like 20s, 2m or 1h"))?;
    if duration.is_zero() || duration > YEAR {
        return Err("write a duration of more than 0 and at most a year".into());
    }
    Ok(duration)
}
