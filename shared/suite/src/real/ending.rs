//! The end: a program that is told to stop at any moment loses no result and
//! leaves no thread behind.

use std::num::NonZeroU64;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::time::Duration;

use proptest::option;
use proptest::prelude::any;
use proptest::sample::select;

use super::Start;
use super::polling::{configs, for_all};
use super::run::{Count, Event, watch};
use crate::config::{Config, url};
use shared::http::fake::{Answer, FakeHttp};
use shared::sync::limit_threads;
use shared::{HttpError, Settings};

/// A program that is told to stop before it runs, or as the n-th request
/// begins, has done the first part of its work, and reports all of it.
pub fn a_stop_loses_nothing(start: Start) {
    let rounds = option::of(1..5u64);
    for_all((configs(1..=6usize, rounds), 0..20u64), |(mut config, at)| {
        let begun = Count::default();
        let played = config.play(start, |event, stop| match event {
            Event::Ready if at == 0 => stop(),
            Event::Request(..) if begun.add() == at => stop(),
            _ => {}
        });
        // A program without rounds would have gone at least this far.
        let most = played.polls().into_iter().max().unwrap_or(0);
        let more = NonZeroU64::MIN.saturating_add(most as u64);
        config.settings.rounds.get_or_insert(more);
        let reference = config.one_by_one();
        for url in &played.urls {
            let (done, all) = (played.answers(url), reference.answers(url));
            assert!(all.starts_with(&done), "{url}: {done:?} of {all:?}");
        }
        if config.settings.pollers.get() == 1 {
            let mut order = played.order();
            // Over channels the dispatcher takes back what is not begun, and
            // the worker may still get one from the middle of that.
            order.pop();
            assert!(reference.order().starts_with(&order));
        }
    });
}

/// A program that is told to stop before it runs polls nothing.
pub fn a_stop_before_the_run_polls_nothing(start: Start) {
    for workers in [1, 4] {
        let config = Config::fine(workers, None, 3);
        let played = config.play(start, |event, stop| {
            if let Event::Ready = event {
                stop();
            }
        });
        assert!(played.requests.is_empty());
    }
}

/// All URLs are polled once and come due again in an hour, some after an answer
/// and some after an error: a single stop ends the program at once.
pub fn a_stop_wakes_all_who_sleep(start: Start) {
    const HOUR: Duration = Duration::from_secs(3600);
    let lost = Answer::Error(HttpError::Lost);
    for workers in [1, 2, 6] {
        for (interval, fine) in [(HOUR, Answer::OK), (Duration::ZERO, lost)] {
            let scripts = vec![vec![fine], vec![lost], vec![lost, fine]];
            let mut config = Config::new(workers, None, scripts);
            config.settings.interval = interval;
            config.settings.backoff = HOUR;
            config.settings.status_interval = Duration::from_millis(1);
            let complete = Count::default();
            let played = config.play(start, |event, stop| match event {
                // Only one: a second would wake workers that missed the first.
                Event::Listing(states)
                    if states.polls() == 3 && complete.add() == 1 =>
                {
                    stop();
                }
                _ => {}
            });
            assert_eq!(played.polls(), [1, 1, 1]);
        }
    }
}

/// One URL does not answer. The others are polled on; the stop waits for the
/// request, and its result is reported.
pub fn a_stop_waits_for_the_last_answer(start: Start) {
    let scripts = vec![vec![Answer::Never], vec![Answer::OK]];
    let (mute, asked) = (url(0), Count::default());
    let others = Count::default();
    let config = Config::new(2, None, scripts);
    let played = config.play(start, |event, stop| match event {
        Event::Request(url, _) if *url == mute => drop(asked.add()),
        Event::Request(_, web) => {
            asked.wait_for(1);
            if others.add() == 5 {
                stop();
                web.release();
            }
        }
        _ => {}
    });
    assert_eq!(played.answers(&mute), [Err(HttpError::TimedOut)]);
}

/// A second stop does no harm; nor does one after the end, which every run
/// here gets.
pub fn a_stop_may_come_twice(start: Start) {
    Config::fine(2, None, 3).play(start, |event, stop| {
        if let Event::Request(..) = event {
            stop();
            stop();
        }
    });
}

const BROKEN: &str = "the log is broken";

/// The log panics, at an error or at a listing, while some workers poll without
/// end and others sleep for an hour: the run ends, with that panic.
pub fn a_panic_in_the_log_ends_it(start: Start) {
    let lost = Answer::Error(HttpError::Lost);
    let broken = || resume_unwind(Box::new(BROKEN));
    for workers in [1, 2, 6] {
        for (at_an_error, interval) in
            [(true, 0), (true, 3600), (false, 0), (false, 3600)]
        {
            let bad = if at_an_error { lost } else { Answer::OK };
            let scripts = vec![vec![bad], vec![Answer::OK], vec![Answer::OK]];
            let mut config = Config::new(workers, None, scripts);
            config.settings.interval = Duration::from_secs(interval);
            config.settings.status_interval = Duration::from_millis(1);
            let play = || {
                config.play(start, |event, _| match event {
                    Event::Error => broken(),
                    Event::Listing(_) if !at_an_error => broken(),
                    _ => {}
                })
            };
            let Err(panic) = catch_unwind(AssertUnwindSafe(play)) else {
                panic!("the run ended without the log's panic");
            };
            assert_eq!(panic.downcast_ref(), Some(&BROKEN));
        }
    }
}

/// A program that does not get all its threads says which one it could not
/// start, polls nothing, and ends.
pub fn too_few_threads(start: Start) {
    let _watch = watch("too few threads");
    for threads in 0.. {
        // Often: a wrong program is not always quick enough to poll.
        if (0..200).filter(|_| enough(start, threads)).count() == 200 {
            assert!(threads >= 3, "not even a thread for each worker");
            return;
        }
    }
}

/// Runs three workers on this many threads; returns whether they were enough.
fn enough(start: Start, threads: usize) -> bool {
    let program = Config::fine(3, Some(1), 3).start(start);
    let web = FakeHttp::new().recorded();
    limit_threads(threads);
    let ended = program.run(&web, &());
    limit_threads(usize::MAX);
    let Err(error) = ended else { return true };
    assert!(web.log().is_empty(), "it polled, then gave up: {error}");
    let name = &error.thread;
    let worker = name.strip_prefix("worker ");
    let n = worker.map(|n| n.parse::<usize>().expect("a number"));
    assert!(n.is_none_or(|n| n <= 3), "{name}");
    let said = error.to_string();
    assert!(said.contains(name.as_str()) && said.contains("no more"));
    false
}

/// With extreme settings, too, a program begins, and a stop ends it.
pub fn every_setting_has_a_meaning(start: Start) {
    let times = [Duration::ZERO, Duration::from_millis(1), Duration::MAX];
    let time = || select(times.to_vec());
    let settings = (time(), time(), time(), any::<bool>());
    for_all((configs(1..=3usize, option::of(1..3u64)), settings), |case| {
        let (mut config, (interval, backoff, status_interval, spread)) = case;
        let old = config.settings;
        let old = Settings { interval, backoff, ..old };
        config.settings = Settings { status_interval, spread, ..old };
        config.play(start, |event, stop| {
            if let Event::Request(..) = event {
                stop();
            }
        });
    });
}
