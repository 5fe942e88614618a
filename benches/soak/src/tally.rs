//! What a soak counts, and the table at its end.
//!
//! Next: [`huge`](crate::huge).

use std::fmt::Write;
use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering::Relaxed;

use crate::case::{Place, Stop};
use crate::script::{Answer, Delay};

/// The rows of the table.
#[derive(Debug, Clone, Copy)]
enum Row {
    Cases,
    Restarts,
    Polls,
    Errors,
    ClientPanics,
    Slow,
    BeforeRun,
    FromThread,
    FromWorker,
    AtError,
    AtListing,
    Late,
    PanicAtError,
    PanicAtListing,
    EndedByRounds,
    EndedByStop,
    EndedByPanic,
}

const ROWS: [(Row, &str); 17] = [
    (Row::Cases, "cases"),
    (Row::Restarts, "  run again with the same URLs"),
    (Row::Polls, "polls"),
    (Row::Errors, "  no answer"),
    (Row::ClientPanics, "  the client panicked"),
    (Row::Slow, "  slow answers"),
    (Row::BeforeRun, "stops before the run"),
    (Row::FromThread, "  by a thread of their own"),
    (Row::FromWorker, "  by a worker"),
    (Row::AtError, "  in the log, at an error"),
    (Row::AtListing, "  in the log, at a listing"),
    (Row::Late, "  after the end"),
    (Row::PanicAtError, "panics of the log at an error"),
    (Row::PanicAtListing, "  at a listing"),
    (Row::EndedByRounds, "ended: all rounds done"),
    (Row::EndedByStop, "  by a stop"),
    (Row::EndedByPanic, "  by a panic of the log"),
];

/// How a run ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// All rounds were done.
    Rounds,
    /// It was told to stop.
    Stop,
    /// The log panicked.
    Panic,
}

/// The counts of one run, or the sum of many.
#[derive(Debug, Default)]
pub struct Tally([AtomicU64; ROWS.len()]);

impl Tally {
    fn add(&self, row: Row, n: u64) {
        self.0[row as usize].fetch_add(n, Relaxed);
    }

    fn get(&self, row: Row) -> u64 {
        self.0[row as usize].load(Relaxed)
    }

    /// A case has been run so often.
    pub fn case(&self, runs: u32) {
        self.add(Row::Cases, 1);
        self.add(Row::Restarts, u64::from(runs) - 1);
    }

    /// A request has been answered.
    pub fn request(&self, answer: Answer, delay: Delay) {
        self.add(Row::Polls, 1);
        match answer {
            Answer::Status(_) => {}
            Answer::Error(_) => self.add(Row::Errors, 1),
            Answer::Panic { .. } => self.add(Row::ClientPanics, 1),
        }
        if delay != Delay::None {
            self.add(Row::Slow, 1);
        }
    }

    /// The program has been told to stop, in time or not.
    pub fn stop(&self, stop: Stop, late: bool) {
        let row = match stop {
            _ if late => Row::Late,
            Stop::Before => Row::BeforeRun,
            Stop::At(Place::Thread, _) => Row::FromThread,
            Stop::At(Place::Worker, _) => Row::FromWorker,
            Stop::At(Place::Error, _) => Row::AtError,
            Stop::At(Place::Listing, _) => Row::AtListing,
        };
        self.add(row, 1);
    }

    /// The log has panicked.
    pub fn log_panic(&self, place: Place) {
        let listing = place == Place::Listing;
        let row = if listing { Row::PanicAtListing } else { Row::PanicAtError };
        self.add(row, 1);
    }

    /// A run has ended.
    pub fn end(&self, end: End) {
        self.add(
            match end {
                End::Rounds => Row::EndedByRounds,
                End::Stop => Row::EndedByStop,
                End::Panic => Row::EndedByPanic,
            },
            1,
        );
    }

    /// Adds the counts of another.
    pub fn add_all(&self, other: &Tally) {
        for (mine, theirs) in self.0.iter().zip(&other.0) {
            mine.fetch_add(theirs.load(Relaxed), Relaxed);
        }
    }

    /// How many requests were answered.
    pub fn polls(&self) -> u64 {
        self.get(Row::Polls)
    }

    /// How many cases there were.
    pub fn cases(&self) -> u64 {
        self.get(Row::Cases)
    }
}

/// One column for each side.
pub fn table(columns: &[(&str, &Tally)]) -> String {
    let mut text = format!("{:33}", "");
    for (name, _) in columns {
        let _ = write!(text, "{name:>16}");
    }
    for (row, name) in ROWS {
        let _ = write!(text, "\n{name:33}");
        for (_, tally) in columns {
            let _ = write!(text, "{:>16}", grouped(tally.get(row)));
        }
    }
    text
}

/// A number that can be read: `1,234,567`.
pub fn grouped(n: u64) -> String {
    let digits = n.to_string();
    let mut text = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}
