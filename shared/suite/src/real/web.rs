//! What the web answers, and what the log is told.

use std::panic::resume_unwind;
use std::time::Duration;

use super::Start;
use super::run::{Count, Event};
use crate::config::Config;
use shared::http::StatusCode;
use shared::http::fake::Answer;
use shared::{HttpClient, HttpError, Status, Url};

/// A panic of the client counts as an error, and the URL is polled again.
pub fn panics_are_errors(start: Start) {
    let config = Config::new(2, Some(3), vec![vec![Answer::Panic]; 3]);
    let played = config.play(start, |_, _| ());
    assert_eq!(played.polls(), [3, 3, 3]);
    assert!(played.errors.iter().all(|(_, e)| *e == HttpError::Panicked));
    assert_eq!(played.errors.len(), 9);
}

/// A panic that panics again when it is dropped.
pub(super) struct Grenade;

impl Drop for Grenade {
    fn drop(&mut self) {
        resume_unwind(Box::new("dropped"));
    }
}

/// The payload of a client's panic may panic when it is dropped: that still
/// counts as one error of the client.
pub fn a_panic_may_carry_anything(start: Start) {
    struct Client;
    impl HttpClient for Client {
        fn head(&self, _: &Url) -> Result<Status, HttpError> {
            resume_unwind(Box::new(Grenade))
        }
    }
    let program = Config::fine(1, Some(2), 2).start(start);
    let report = (program.run)(&Client, &()).expect("a few threads");
    assert_eq!(report.states.polls(), 4);
    let states = [0, 1].map(|id| report.states.get(id));
    assert_eq!(states, [Some(Err(HttpError::Panicked)); 2]);
}

/// Each error is logged once, when it happens; an answer after it stands.
pub fn errors_come_and_go(start: Start) {
    let script = vec![
        Answer::Error(HttpError::Lost),
        Answer::OK,
        Answer::Panic,
        Answer::Error(HttpError::TimedOut),
        Answer::Status(StatusCode::NOT_FOUND),
    ];
    let played = Config::new(2, Some(5), vec![script]).play(start, |_, _| ());
    let errors: Vec<_> = played.errors.iter().map(|(_, e)| *e).collect();
    let all = [HttpError::Lost, HttpError::Panicked, HttpError::TimedOut];
    assert_eq!(errors, all);
}

/// At the status interval the log is given the states so far: the second
/// request is not answered before a listing has shown the first.
pub fn listings_show_what_was_found(start: Start) {
    let (begun, shown) = (Count::default(), Count::default());
    let mut config = Config::fine(1, Some(1), 2);
    config.settings.status_interval = Duration::from_millis(1);
    config.play(start, |event, _| match event {
        Event::Request(..) if begun.add() == 2 => shown.wait_for(1),
        Event::Listing(states) if states.polls() == 1 => drop(shown.add()),
        _ => {}
    });
}

/// A slow listing holds up no poll: it ends only after thousands of polls have
/// been made and recorded.
pub fn a_slow_listing_holds_nobody_up(start: Start) {
    let (begun, listed) = (Count::default(), Count::default());
    let mut config = Config::fine(2, None, 2);
    config.settings.status_interval = Duration::from_millis(1);
    config.play(start, |event, stop| match event {
        Event::Request(..) => drop(begun.add()),
        // The first: after the stop there may be another, and no poll.
        Event::Listing(states) if listed.add() == 1 => {
            begun.wait_for(states.polls() + 5000);
            stop();
        }
        _ => {}
    });
}

/// Listings come again and again, even if the polls never pause: only the third
/// of them stops this program.
pub fn listings_come_while_all_are_busy(start: Start) {
    let mut config = Config::fine(2, None, 4);
    config.settings.status_interval = Duration::from_millis(1);
    let listed = Count::default();
    let played = config.play(start, |event, stop| match event {
        Event::Listing(_) if listed.add() == 3 => stop(),
        _ => {}
    });
    assert!(played.listings >= 3);
}
