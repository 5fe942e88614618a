//! That a soak sees what is wrong: programs with one mistake each.
#![allow(missing_docs)]
#![cfg(not(loom))]

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::thread;
use std::time::{Duration, Instant};

use shared::{Next, Report, States, Timetable};
use suite::real::{Start, Started};
use suite::soak::Soak;

/// Polls on one thread, with the mistake of this name.
macro_rules! start {
    ($mistake:literal) => {
        |settings, urls| {
            let stopped = Arc::new(AtomicBool::new(false));
            let told = stopped.clone();
            let stop = move || told.store($mistake != "never stops", Relaxed);
            Started::new(stop, move |http, log| {
                let mut timetable = Timetable::new(&settings, &urls);
                let mut states = States::new(urls.into());
                let log = if $mistake == "logs nothing" { &() } else { log };
                timetable.start(Instant::now());
                while !stopped.load(Relaxed) {
                    let mut resource = match timetable.take(Instant::now()) {
                        Next::Ready(resource) => resource,
                        Next::Finished => break,
                        _ => {
                            thread::yield_now();
                            continue;
                        }
                    };
                    let poll = AssertUnwindSafe(|| resource.poll(&http, &log));
                    let state = match catch_unwind(poll) {
                        Ok(state) => state,
                        Err(_) if $mistake == "swallows panics" => break,
                        Err(panic) => resume_unwind(panic),
                    };
                    states.update(state);
                    if $mistake == "counts twice" && states.polls() == 5 {
                        states.update(state);
                    }
                    if $mistake == "ends early" && states.polls() == 5 {
                        break;
                    }
                    let mut now = Instant::now();
                    if $mistake == "hurries" {
                        now -= settings.interval.min(Duration::from_secs(1));
                    }
                    timetable.put_back(resource, now);
                }
                Ok(Report { states, elapsed: Duration::ZERO })
            })
        }
    };
}

/// Soaks a few cases, and returns what is said.
fn soak(start: Start, patience: u64, cases: u64) -> Result<String, String> {
    let patience = Duration::from_millis(patience);
    let soak = Soak { sides: &[("one", start)], seed: 1, patience, tries: 5 };
    soak.run(0..cases)
}

#[test]
fn every_mistake_is_found_and_made_small() {
    let mistakes: [(Start, _); 6] = [
        (start!("counts twice"), "polls reported, polls made"),
        (start!("hurries"), " was polled before it was due"),
        (start!("never stops"), "hung: it has not ended"),
        (start!("ends early"), " was polled "),
        (start!("swallows panics"), "swallowed a panic"),
        (start!("logs nothing"), "what the log has of "),
    ];
    for (start, words) in mistakes {
        // A run that is taken for a hang by mistake does no harm there.
        let patience = if words.starts_with("hung") { 50 } else { 30_000 };
        let said = soak(start, patience, 1000).expect_err(words);
        assert!(said.contains(words), "{said}");
        let small = said.contains("deeds: []") || said.contains("pollers: 1,");
        assert!(small, "{said}");
    }
    let said = soak(start!("none"), 30_000, 20);
    let said = said.unwrap_or_else(|why| panic!("{why}"));
    assert!(said.ends_with("Nothing lost, nothing hung."), "{said}");
}
