//! The usual way to test threads: run the program again and again, and hope
//! that what can go wrong will. `cargo bug --all` counts how often it does.

use std::env;
use std::panic::{self, catch_unwind};
use std::time::Duration;

use super::Start;
use super::run::{Event, in_time};
use crate::config::Config;
use shared::HttpError;
use shared::http::fake::Answer;

/// A run that takes longer is stuck: it should take less than a millisecond.
const HANGS: Duration = Duration::from_secs(1);

/// Runs as many small configurations as the first argument says, on the
/// originals if the second is `as-posted`. Prints `ran R failed F`; a run that
/// hangs ends the process.
pub fn main(finished: Start, as_posted: Start) {
    let args: Vec<_> = env::args().collect();
    let runs = args.get(1).and_then(|runs| runs.parse().ok()).unwrap_or(1000);
    let start = match args.get(2).map(String::as_str) {
        Some("as-posted") => as_posted,
        _ => finished,
    };
    // A failed run is counted; its message is not needed.
    panic::set_hook(Box::new(|_| ()));
    let (mut ran, mut failed, mut hangs) = (0, 0, false);
    while ran < runs && failed < 30 && !hangs {
        let run = move || catch_unwind(|| once(start, ran)).is_ok();
        let ended = in_time(HANGS, run);
        ran += 1;
        failed += u64::from(ended != Some(true));
        hangs = ended.is_none();
    }
    println!("ran {ran} failed {failed}");
}

/// The configurations of the models, on real threads.
fn once(start: Start, run: u64) {
    const MOMENT: Duration = Duration::from_micros(50);
    let lost = Answer::Error(HttpError::Lost);
    let config = match run % 8 {
        1 => Config::fine(3, Some(1), 1),
        2 => Config::same(2, Some(2), 1, &[lost, Answer::OK]),
        3 => Config::same(2, Some(2), 1, &[Answer::Panic, Answer::OK]),
        4 => Config::fine(1, Some(1), 4),
        5 => Config::fine(2, Some(2), 1).stopped(),
        6 => Config::fine(2, Some(2), 2).every(MOMENT),
        7 => Config::fine(2, Some(20), 2).listed(MOMENT),
        _ => Config::fine(2, Some(2), 2),
    };
    config.play(start, |event, stop| {
        if let (true, Event::Request(_)) = (config.stops, event) {
            stop();
        }
    });
}
