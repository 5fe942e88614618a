//! `cargo soak`: both pollers under random settings, faults, stops and panics.
//! What is run, and what must hold, is in `shared/suite/src/soak/`.

#![forbid(unsafe_code)]

use std::process::ExitCode;
use std::time::Duration;

use clap::Parser;
use suite::soak::{Side, Soak, TRIES, shrink::Name};
use suite::start;

/// Runs both pollers with random settings, faults, stops and panics, and
/// compares what the made-up web counts with what the pollers report.
///
/// A case is drawn from the seed and run on each side, up to three times with
/// the same URLs.
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
    /// Run only this case, up to 100 times: a failure prints its name
    #[arg(
        long,
        value_name = "NAME",
        requires = "seed",
        conflicts_with = "time"
    )]
    case: Option<Name>,
    /// Run all threads on one core (on Linux only)
    #[arg(long)]
    on_one_core: bool,
}

const AFTER: &str = "\
Exit code: 0 if nothing was lost and nothing hung, 1 if a case failed, 2 if the
command line is wrong. A case that fails is printed as a command that runs it
again, as it was drawn and as small as it could be made.";

/// A run that takes longer hangs: most take milliseconds.
const PATIENCE: Duration = Duration::from_secs(30);

fn main() -> ExitCode {
    const { assert!(TRIES == 100, "the help says so") };
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
    let soak = Soak {
        sides,
        seed,
        patience: PATIENCE,
        say: &|line| println!("{line}"),
    };
    let well = match &args.case {
        Some(case) => soak.again(case),
        None => soak.run(args.time),
    };
    if well { ExitCode::SUCCESS } else { ExitCode::FAILURE }
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
