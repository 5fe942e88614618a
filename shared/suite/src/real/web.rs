//! What the web answers, and what the log is told. That each error is reported
//! and logged, once, is checked in [`Config::play`].

use std::panic::resume_unwind;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::Duration;

use super::Start;
use super::run::{Count, Event};
use crate::config::{Config, NOT_FOUND};
use shared::HttpError;
use shared::http::fake::Answer;

/// A panic of the client counts as an error, and the URL is polled again.
pub fn panics_are_errors(start: Start) {
    Config::same(2, Some(3), 3, &[Answer::Panic]).play(start, |_, _| ());
}

/// A panic that panics again when it is dropped.
struct Grenade;

impl Drop for Grenade {
    fn drop(&mut self) {
        resume_unwind(Box::new("dropped"));
    }
}

/// The payload of a client's panic may panic when it is dropped: that still
/// counts as one error of the client.
pub fn a_panic_may_carry_anything(start: Start) {
    Config::fine(1, Some(2), 2).play(start, |event, _| {
        if let Event::Request(_) = event {
            resume_unwind(Box::new(Grenade));
        }
    });
}

/// Each error is logged once, when it happens; an answer after it stands.
pub fn errors_come_and_go(start: Start) {
    let lost = Answer::Error(HttpError::Lost);
    let late = Answer::Error(HttpError::TimedOut);
    let script = [lost, Answer::OK, Answer::Panic, late, NOT_FOUND];
    Config::same(2, Some(5), 1, &script).play(start, |_, _| ());
}

/// At the status interval the log is given the states so far: the second
/// request is not answered before a listing has shown the first.
pub fn listings_show_what_was_found(start: Start) {
    let (begun, shown) = (Count::default(), Count::default());
    let config = Config::fine(1, Some(1), 2).listed(Duration::from_millis(1));
    config.play(start, |event, _| match event {
        Event::Request(_) if begun.add() == 2 => shown.wait_for(1),
        Event::Listing(states) if states.polls() == 1 => drop(shown.add()),
        _ => {}
    });
}

/// Listings come again and again, even if the polls never pause; and a slow one
/// holds up no poll: the third ends only after thousands of polls have been
/// made and recorded. The fourth shows all of them.
pub fn a_slow_listing_holds_nobody_up(start: Start) {
    let (begun, listed) = (Count::default(), Count::default());
    let due = AtomicU64::new(0);
    let config = Config::fine(2, None, 2).listed(Duration::from_millis(1));
    config.play(start, |event, stop| match event {
        Event::Request(_) => drop(begun.add()),
        // Not later ones: after the stop there may be another, and no poll.
        Event::Listing(states) => match listed.add() {
            3 => {
                let polls = states.polls() + 5000;
                begun.wait_for(polls);
                // The last of each worker may still be under way.
                due.store(polls - 2, Relaxed);
            }
            4 => {
                let (polls, due) = (states.polls(), due.load(Relaxed));
                assert!(polls >= due, "listed {polls} polls, not {due}");
                stop();
            }
            _ => {}
        },
        _ => {}
    });
}
