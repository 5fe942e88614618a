//! Polling: everything that is due is polled, by all workers. That each run
//! makes all its polls, and reports them, is checked in [`Config::play`].

use std::collections::BTreeSet;
use std::thread;
use std::time::Duration;

use proptest::strategy::Strategy;

use super::Start;
use super::drawn::{configs, for_all};
use super::run::{Count, Event};
use crate::config::{Config, url};
use shared::HttpError;
use shared::http::fake::Answer;
use shared::sync::Mutex;

/// Every URL is polled as often, with the same last state, as by one thread
/// that polls them one by one.
pub fn same_polls_as_one_by_one(start: Start) {
    for_all(configs(1..=6, (1..5u64).prop_map(Some), 0..7), |config| {
        config.play(start, |event, _| {
            let early = matches!(event, Event::Listing(_));
            assert!(!early, "listed before it was time");
        });
    });
}

/// A single worker polls in the order of the list, round by round, also if
/// there are more URLs than a dispatcher hands out at once.
pub fn one_worker_keeps_the_order(start: Start) {
    let in_order = |config: Config| {
        let played = config.play(start, |_, _| ());
        played.check_order(played.requests.len());
    };
    for_all(configs(1..=1, (1..5u64).prop_map(Some), 0..7), in_order);
    in_order(Config::fine(1, Some(2), 2000));
}

/// With pauses between polls the workers sleep, and wake when one is due.
pub fn what_is_due_is_polled(start: Start) {
    const PAUSE: Duration = Duration::from_millis(1);
    let (fine, lost) = (Answer::OK, Answer::Error(HttpError::Lost));
    for workers in 1..=3 {
        let scripts = vec![vec![fine], vec![lost], vec![lost, fine]];
        let config = Config::new(workers, Some(3), scripts).every(PAUSE);
        config.play(start, |_, _| ()).check_pauses(PAUSE);
    }
}

/// As many requests are under way at once as there are workers: each is
/// answered only when all have begun. Each worker has a name.
pub fn all_workers_poll_at_once(start: Start) {
    for workers in [2, 4] {
        let names = meet(start, &Config::fine(workers, Some(1), workers));
        let all = (1..=workers).map(|n| format!("worker {n}"));
        assert_eq!(names, all.collect());
    }
}

/// Workers that find nothing to poll do no harm, and end with the others: all
/// URLs are out before the first is answered.
pub fn more_workers_than_urls(start: Start) {
    meet(start, &Config::fine(5, Some(3), 2));
}

/// No request is answered before there is one for each URL. Returns the names
/// of the threads that made them.
fn meet(start: Start, config: &Config) -> BTreeSet<String> {
    let (begun, names) = (Count::default(), Mutex::new(BTreeSet::new()));
    config.play(start, |event, _| {
        if let Event::Request(_) = event {
            names.lock().extend(thread::current().name().map(String::from));
            begun.add();
            begun.wait_for(config.scripts.len() as u64);
        }
    });
    names.into_inner()
}

/// Without URLs a program ends at once, even without a limit of rounds.
pub fn no_urls_end_at_once(start: Start) {
    for rounds in [Some(1), None] {
        Config::fine(2, rounds, 0).play(start, |_, _| ());
    }
}

/// While all workers but one wait for an answer, that one polls on: the answer
/// comes only after it has polled the last URL in every round.
pub fn a_slow_site_holds_nobody_up(start: Start) {
    const ROUNDS: u64 = 10;
    for workers in [2, 3] {
        let polled = Count::default();
        let quick = url(workers - 1);
        let config = Config::fine(workers, Some(ROUNDS), workers);
        config.play(start, |event, _| match event {
            Event::Request(url) if *url == quick => drop(polled.add()),
            Event::Request(_) => polled.wait_for(ROUNDS),
            _ => {}
        });
    }
}
