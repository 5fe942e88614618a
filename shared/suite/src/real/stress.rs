//! The usual way to test threads: run the program again and again, and hope
//! that what can go wrong will. `cargo bug --all` counts how often it does.

use std::env;
use std::num::NonZeroU64;
use std::panic::{self, AssertUnwindSafe, catch_unwind};
use std::process;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::Duration;

use super::Start;
use super::run::Event;
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
    let (ran, failed) = (Arc::new(AtomicU64::new(0)), AtomicU64::new(0));
    let failed = Arc::new(failed);
    watch(ran.clone(), failed.clone());
    // A failed run is counted; its message is not needed.
    panic::set_hook(Box::new(|_| ()));
    for run in 0..runs {
        let run = AssertUnwindSafe(|| once(start, run));
        if catch_unwind(run).is_err() {
            failed.fetch_add(1, Ordering::Relaxed);
        }
        ran.fetch_add(1, Ordering::Relaxed);
        if failed.load(Ordering::Relaxed) >= 30 {
            break;
        }
    }
    say(&ran, &failed, 0);
}

fn say(ran: &AtomicU64, failed: &AtomicU64, hangs: u64) {
    let ran = ran.load(Ordering::Relaxed) + hangs;
    println!("ran {ran} failed {}", failed.load(Ordering::Relaxed) + hangs);
}

fn watch(ran: Arc<AtomicU64>, failed: Arc<AtomicU64>) {
    thread::spawn(move || {
        let mut before = u64::MAX;
        loop {
            thread::sleep(HANGS);
            let now = ran.load(Ordering::Relaxed);
            if now == before {
                say(&ran, &failed, 1);
                process::exit(1);
            }
            before = now;
        }
    });
}

/// The configurations of the models, on real threads.
fn once(start: Start, run: u64) {
    let lost = Answer::Error(HttpError::Lost);
    let script = |answers: &[Answer]| vec![answers.to_vec()];
    let mut stops = false;
    let config = match run % 8 {
        0 => Config::fine(2, Some(2), 2),
        1 => Config::fine(3, Some(1), 1),
        2 => Config::new(2, Some(2), script(&[lost, Answer::OK])),
        3 => Config::new(2, Some(2), script(&[Answer::Panic, Answer::OK])),
        4 => Config::fine(1, Some(1), 4),
        5 => {
            stops = true;
            Config::fine(2, Some(2), 1)
        }
        6 => {
            let mut config = Config::fine(2, Some(2), 2);
            config.settings.interval = Duration::from_micros(50);
            config
        }
        _ => {
            let mut config = Config::fine(2, Some(20), 2);
            config.settings.status_interval = Duration::from_micros(50);
            config
        }
    };
    let rounds = config.settings.rounds.map_or(0, NonZeroU64::get) as usize;
    let played = config.play(start, |event, stop| {
        if let (true, Event::Request(..)) = (stops, event) {
            stop();
        }
    });
    if !stops {
        assert!(played.polls().iter().all(|polls| *polls == rounds));
    }
}
