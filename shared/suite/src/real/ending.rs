//! The end: a program that is told to stop at any moment loses no result and
//! leaves no thread behind.

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::time::Duration;

use proptest::option;

use super::Start;
use super::drawn::{configs, for_all, with_pauses};
use super::run::{Count, Event, watch};
use crate::config::{Config, NEVER, url};
use shared::HttpError;
use shared::http::fake::{Answer, FakeHttp};
use shared::sync::limit_threads;

const LOST: Answer = Answer::Error(HttpError::Lost);
const MOMENT: Duration = Duration::from_millis(1);

/// A program that is told to stop before it runs, even a thousand times, or as
/// the n-th request begins, has done the first part of its work, and reports
/// all of it.
pub fn a_stop_loses_nothing(start: Start) {
    let rounds = option::of(1..5u64);
    for_all((configs(1..=6, rounds, 0..7), 0..20u64), |(config, at)| {
        let begun = Count::default();
        let played = config.play(start, |event, stop| match event {
            Event::Ready if at == 0 => (0..2000).for_each(|_| stop()),
            Event::Request(_) if begun.add() == at => stop(),
            _ => {}
        });
        if config.settings.pollers.get() == 1 {
            // Over channels the dispatcher takes back what is not begun, and
            // the worker may still get one from the middle of that.
            let sure = played.requests.len().saturating_sub(1);
            played.check_order(sure);
        }
    });
}

/// A program that is told to stop before it runs, even twice, polls nothing.
pub fn a_stop_before_the_run_polls_nothing(start: Start) {
    for workers in [1, 4] {
        let config = Config::fine(workers, None, 3);
        let played = config.play(start, |event, stop| {
            if let Event::Ready = event {
                (0..2).for_each(|_| stop());
            }
        });
        assert!(played.requests.is_empty());
    }
}

/// All URLs are polled once and come due again in an hour, some after an answer
/// and some after an error: a single stop ends the program at once.
pub fn a_stop_wakes_all_who_sleep(start: Start) {
    for workers in [1, 2, 6] {
        for (interval, first) in [(NEVER, Answer::OK), (Duration::ZERO, LOST)] {
            let scripts = vec![vec![first], vec![LOST], vec![LOST, first]];
            let config = Config::new(workers, None, scripts).listed(MOMENT);
            let mut config = config.every(NEVER);
            config.settings.interval = interval;
            let complete = Count::default();
            let played = config.play(start, |event, stop| match event {
                // Listed again, though nothing has changed. Only one stop: a
                // second would wake workers that missed the first.
                Event::Listing(states)
                    if states.polls() == 3 && complete.add() == 2 =>
                {
                    stop();
                }
                _ => {}
            });
            assert!(played.by_url().all(|(_, all)| all.len() == 1));
        }
    }
}

/// One URL does not answer. The others are polled on; the stop waits for the
/// request, and its result is reported.
pub fn a_stop_waits_for_the_last_answer(start: Start) {
    let [asked, others, stopped] = [(); 3].map(|()| Count::default());
    Config::fine(2, None, 2).play(start, |event, stop| match event {
        Event::Request(mute) if *mute == url(0) => {
            asked.add();
            stopped.wait_for(1);
        }
        Event::Request(_) => {
            asked.wait_for(1);
            if others.add() == 5 {
                stop();
                stopped.add();
            }
        }
        _ => {}
    });
}

const BROKEN: &str = "the log is broken";

/// The log panics, at an error or at a listing, while some workers poll without
/// end and others sleep for an hour: the run ends, with that panic.
pub fn a_panic_in_the_log_ends_it(start: Start) {
    let broken = || resume_unwind(Box::new(BROKEN));
    for workers in [1, 2, 6] {
        for (first, interval) in [
            (LOST, Duration::ZERO),
            (LOST, NEVER),
            (Answer::OK, Duration::ZERO),
            (Answer::OK, NEVER),
        ] {
            let fine = vec![Answer::OK];
            let scripts = vec![vec![first], fine.clone(), fine];
            let mut config = Config::new(workers, None, scripts).listed(MOMENT);
            config.settings.interval = interval;
            let play = || {
                config.play(start, |event, _| match event {
                    Event::Error => broken(),
                    Event::Listing(_) if first == Answer::OK => broken(),
                    _ => {}
                })
            };
            let ended = catch_unwind(AssertUnwindSafe(play));
            let panic = ended.err().expect("a panic of the log");
            assert_eq!(panic.downcast_ref(), Some(&BROKEN));
        }
    }
}

/// A program that does not get all its threads says which one it could not
/// start, polls nothing, and ends. They start in this order, but some need no
/// monitor, and some no lister.
pub fn too_few_threads(start: Start) {
    let config = Config::fine(3, Some(1), 3);
    let refused = |threads| {
        let (refused, polls) = refused(start, &config, threads);
        assert!(refused.is_none() || polls == 0, "{polls} polls: {refused:?}");
        refused
    };
    // Often: a wrong program is not always quick enough to poll.
    let often = |threads| {
        let all = (0..200).map(|_| refused(threads));
        all.fold(None, Option::or)
    };
    let all = ["monitor", "lister", "worker 1", "worker 2", "worker 3"];
    let refused: Vec<_> = (0..).map_while(often).collect();
    let in_order = all.map(String::from).ends_with(&refused);
    assert!(in_order && refused.len() >= 3, "{refused:?}");
}

/// Runs a program on this many threads; returns the one that it could not
/// start, if any, and how many polls it made.
pub fn refused(
    start: Start,
    config: &Config,
    threads: usize,
) -> (Option<String>, u64) {
    let _watch = watch(format!("{threads} threads for {config:?}"));
    let program = start(config.settings.clone(), config.urls());
    let web = FakeHttp::new().counted();
    limit_threads(threads);
    let ended = (program.run)(&web, &());
    limit_threads(usize::MAX);
    let polls = config.urls().iter().map(|url| web.asked(url)).sum();
    (ended.err().map(|error| error.thread), polls)
}

/// With extreme settings, too, a program begins, and a stop ends it, also if
/// several threads call for it.
pub fn every_setting_has_a_meaning(start: Start) {
    let rounds = option::of(1..3u64);
    for_all(with_pauses(configs(1..=3, rounds, 0..7)), |config| {
        config.play(start, |event, stop| {
            if let Event::Request(_) = event {
                stop();
            }
        });
    });
}
