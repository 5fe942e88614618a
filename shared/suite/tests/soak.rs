//! That a soak sees what is wrong: programs with one mistake each.
#![allow(missing_docs)]
#![cfg(not(loom))]

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::thread;
use std::time::{Duration, Instant};

use shared::{HttpError, Log, Next, Report, States, Timetable, Url};
use suite::real::{Start, Started};
use suite::soak::{Soak, hush};

const NONE: u8 = 0;
const COUNTS_TWICE: u8 = 1;
const FORGETS_THE_LAST: u8 = 2;
const HURRIES: u8 = 3;
const NEVER_STOPS: u8 = 4;
const ENDS_EARLY: u8 = 5;
const SWALLOWS_PANICS: u8 = 6;
const LOGS_NOTHING: u8 = 7;

/// A log whose panics get lost.
struct Swallows<'a>(&'a dyn Log);

impl Log for Swallows<'_> {
    fn error(&self, url: &Url, error: HttpError) {
        let log = AssertUnwindSafe(|| self.0.error(url, error));
        let _ = catch_unwind(log);
    }
    fn listing(&self, _: &States) {}
}

/// Polls on one thread, with this mistake.
const fn start<const MISTAKE: u8>() -> Start {
    |settings, urls| {
        let stopped = Arc::new(AtomicBool::new(false));
        let told = stopped.clone();
        let stop = move || told.store(MISTAKE != NEVER_STOPS, Relaxed);
        Started::new(stop, move |http, log| {
            let mut timetable = Timetable::new(&settings, &urls);
            let mut states = States::new(urls.into());
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
                let state = match MISTAKE {
                    LOGS_NOTHING => resource.poll(&http, &()),
                    SWALLOWS_PANICS => resource.poll(&http, &Swallows(log)),
                    _ => resource.poll(&http, &log),
                };
                let polls = states.polls();
                if MISTAKE != FORGETS_THE_LAST || polls < 5 {
                    states.update(state);
                }
                if MISTAKE == COUNTS_TWICE && polls == 5 {
                    states.update(state);
                }
                if MISTAKE == ENDS_EARLY && polls == 5 {
                    break;
                }
                let mut now = Instant::now();
                if MISTAKE == HURRIES {
                    now -= settings.interval.min(Duration::from_secs(1));
                }
                timetable.put_back(resource, now);
            }
            Ok(Report { states, elapsed: Duration::ZERO })
        })
    }
}

/// Soaks for a moment, and returns what is said.
fn soak(start: Start, patience: u64, time: u64) -> Result<String, String> {
    let patience = Duration::from_millis(patience);
    let soak = Soak { sides: &[("one", start)], seed: 1, patience, tries: 5 };
    soak.run(Duration::from_millis(time))
}

#[test]
fn every_mistake_is_found_and_made_small() {
    hush();
    let mistakes = [
        (start::<COUNTS_TWICE>(), "polls reported, polls made"),
        (start::<FORGETS_THE_LAST>(), "polls reported, polls made"),
        (start::<HURRIES>(), " was polled before it was due"),
        (start::<NEVER_STOPS>(), "hung: it has not ended"),
        (start::<ENDS_EARLY>(), " was polled "),
        (start::<SWALLOWS_PANICS>(), "swallowed a panic"),
        (start::<LOGS_NOTHING>(), "the error lines of "),
    ];
    for (start, words) in mistakes {
        // A run that is taken for a hang by mistake does no harm there.
        let patience = if words.starts_with("hung") { 50 } else { 30_000 };
        let said = soak(start, patience, 20_000).expect_err(words);
        assert!(said.contains(words), "{said}");
        let small = said.contains("stops: []") || said.contains("runs: 1 ");
        assert!(small, "{said}");
    }
    let said = soak(start::<NONE>(), 30_000, 300);
    let said = said.unwrap_or_else(|why| panic!("{why}"));
    assert!(said.ends_with("Nothing lost, nothing hung."), "{said}");
}
