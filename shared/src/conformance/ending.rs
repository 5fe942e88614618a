//! The end: told to stop at any moment, it loses nothing and leaves nobody.

use std::time::Duration;

use proptest::option;

use super::Start;
use super::polling::{for_all, scenes};
use super::scene::{Count, Event, Scene};
use crate::http::fake::Answer;
use crate::{HttpError, Url};

/// Told to stop before it runs, or as the n-th request begins, it has done
/// the first part of what it would have done, and reports all of it.
pub fn a_stop_loses_nothing(start: Start) {
    let rounds = option::of(1..5u64);
    for_all((scenes(1..=6usize, rounds), 0..20u64), |(mut scene, at)| {
        let begun = Count::default();
        let played = scene.play(start, |event, stop| match event {
            Event::Ready if at == 0 => stop(),
            Event::Request(..) if begun.add() == at => stop(),
            _ => {}
        });
        // Who polls for ever would have gone on at least so far.
        let most = played.polls().into_iter().max().unwrap_or(0);
        scene.settings.rounds.get_or_insert(most as u64 + 1);
        let reference = scene.one_by_one();
        for url in &played.urls {
            let (done, all) = (played.answers(url), reference.answers(url));
            assert!(all.starts_with(&done), "{url}: {done:?} of {all:?}");
        }
        if scene.settings.pollers == 1 {
            assert!(reference.order().starts_with(&played.order()));
        }
    });
}

/// At most so many polls are begun for each worker after a stop: those that
/// it was to do next, and those handed out while the stop was on its way.
const AFTER_STOP: u64 = 8;

/// However many URLs are due, only a few for each worker are still polled.
pub fn a_stop_is_prompt(start: Start) {
    for (workers, at) in [(1, 1), (2, 1), (2, 100), (4, 100)] {
        let begun = Count::default();
        let scene = Scene::fine(workers, None, 1000);
        let played = scene.play(start, |event, stop| match event {
            Event::Request(..) if begun.add() == at => stop(),
            _ => {}
        });
        let after = played.requests.len() as u64 - at;
        assert!(after <= AFTER_STOP * workers as u64, "{after} polls more");
    }
}

/// All are polled once and come due again in an hour, some after an answer
/// and some after an error: a stop now ends it now.
pub fn a_stop_wakes_all_who_sleep(start: Start) {
    const HOUR: Duration = Duration::from_secs(3600);
    let lost = Answer::Error(HttpError::Lost);
    for workers in [1, 2, 6] {
        for (interval, fine) in [(HOUR, Answer::OK), (Duration::ZERO, lost)] {
            let scripts = vec![vec![fine], vec![lost], vec![lost, fine]];
            let mut scene = Scene::new(workers, None, scripts);
            scene.settings.interval = interval;
            scene.settings.backoff = HOUR;
            scene.settings.status_interval = Duration::from_millis(1);
            let played = scene.play(start, |event, stop| match event {
                Event::Listing(states) if states.polls() == 3 => stop(),
                _ => {}
            });
            assert_eq!(played.polls(), [1, 1, 1]);
        }
    }
}

/// One URL never answers. The others go on; the stop waits for it, and what
/// it comes to at last is reported.
pub fn a_stop_waits_for_the_last_answer(start: Start) {
    let scripts = vec![vec![Answer::Never], vec![Answer::OK]];
    let (mute, asked) = (Url::from("url-0"), Count::default());
    let others = Count::default();
    let scene = Scene::new(2, None, scripts);
    let played = scene.play(start, |event, stop| match event {
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

/// Who has been told need not be told again; nor who has ended, which every
/// run here is.
pub fn a_stop_may_come_twice(start: Start) {
    Scene::fine(2, None, 3).play(start, |event, stop| {
        if let Event::Request(..) = event {
            stop();
            stop();
        }
    });
}
