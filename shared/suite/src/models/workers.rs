//! The models of a finished poller's functions, without the lister: the
//! workers, what they share or are sent, and a stop.
//!
//! Next: `whole`.

use std::time::Duration;

use checker::check::{Model, Quantity};
use shared::http::fake::Answer;
use shared::{HttpError, Report, Url};

use super::model::{Play, board, every_round, fine, meeting, model, slow};
use super::web::{NOT_FOUND, Times, Web};
use crate::config::{Config, NEVER};

const SECOND: Duration = Duration::from_secs(1);

pub fn never_two_at_once(play: Play) -> Model {
    let says = "No URL is polled by two workers at once.";
    let config = Config::fine(2, Some(2), 1);
    model("never_two_at_once", says, config, fine, play, board)
}

pub fn every_round_is_polled(play: Play) -> Model {
    let says = "Each URL is polled exactly once a round: none is lost.";
    let config = Config::fine(2, Some(2), 2);
    model("every_round_is_polled", says, config, fine, play, every_round)
}

pub fn one_worker_keeps_the_order(play: Play) -> Model {
    let says = "A single worker polls the URLs in order.";
    let config = Config::fine(1, Some(2), 2);
    model("one_worker_keeps_the_order", says, config, meeting, play, in_order)
}

pub fn least_recently_polled_first(play: Play) -> Model {
    let says = "The least recently polled goes first.";
    let config = Config::fine(2, Some(2), 3);
    let name = "least_recently_polled_first";
    model(name, says, config, meeting, play, in_order).bounded(2)
}

/// No URL is polled again before all others had their turn, except for URLs
/// that are handed out and not requested yet: at most one for each other
/// worker.
fn in_order(config: &Config, web: &Web, _: &Report) -> bool {
    let order = web.order();
    for (at, url) in order.iter().enumerate() {
        let before =
            |url: &Url| order[..at].iter().filter(|u| *u == url).count();
        let urls = config.urls();
        let behind = urls.iter().filter(|u| before(u) < before(url));
        let behind: Vec<_> = behind.collect();
        assert!(
            behind.len() < config.settings.pollers.get(),
            "{url} is polled again before {behind:?}"
        );
    }
    true
}

pub fn all_end_when_rounds_are_done(play: Play) -> Model {
    let says = "All workers end when the rounds are done.";
    let config = Config::fine(2, Some(1), 1);
    model("all_end_when_rounds_are_done", says, config, fine, play, every_round)
}

pub fn three_end_when_rounds_are_done(play: Play) -> Model {
    let says = "The same with three workers: if two sleep, both must wake.";
    let config = Config::fine(3, Some(1), 1);
    let name = "three_end_when_rounds_are_done";
    model(name, says, config, fine, play, every_round)
}

pub fn all_end_after_timed_waits(play: Play) -> Model {
    let says = "With an interval: workers that sleep until a time wake up.";
    let config = Config::fine(2, Some(2), 1).every(SECOND);
    model("all_end_after_timed_waits", says, config, fine, play, every_round)
}

pub fn all_end_when_told_to_stop(play: Play) -> Model {
    let says = "All workers end when told to stop, at any moment.";
    let config = Config::fine(2, Some(2), 1).stopped();
    model("all_end_when_told_to_stop", says, config, fine, play, board)
        .bounded(3)
}

pub fn a_stop_ends_a_timed_wait(play: Play) -> Model {
    let says = "The same while they sleep until a time that is far away.";
    let config = Config::fine(2, Some(2), 1).every(NEVER).stopped();
    model("a_stop_ends_a_timed_wait", says, config, fine, play, board)
}

pub fn a_slow_site_holds_nobody_up(play: Play) -> Model {
    let says = "While one URL is slow to answer, the others are polled.";
    let config = Config::fine(2, Some(2), 2);
    let name = "a_slow_site_holds_nobody_up";
    model(name, says, config, slow, play, every_round).bounded(3)
}

pub fn a_slow_site_holds_no_timed_wait_up(play: Play) -> Model {
    let says =
        "The same with an interval: a worker wakes for each that is due.";
    let config = Config::fine(2, Some(2), 2).every(SECOND);
    let name = "a_slow_site_holds_no_timed_wait_up";
    model(name, says, config, slow, play, every_round).bounded(3)
}

pub fn who_wakes_for_nothing_sleeps_again(play: Play) -> Model {
    let says = "A worker that wakes up to no work sleeps again.";
    // Both wake for `a`. The one that does not get it must be there for `b`.
    let mut config = Config::fine(2, Some(2), 2).every(SECOND);
    config.scripts[1] = vec![Answer::Error(HttpError::Lost), Answer::OK];
    let web = |config: &Config| fine(config).slow(2, 2);
    let name = "who_wakes_for_nothing_sleeps_again";
    model(name, says, config, web, play, every_round).bounded(3)
}

pub fn three_workers_and_a_slow_site(play: Play) -> Model {
    let says = "The same with three workers.";
    let config = Config::fine(3, Some(2), 3).every(SECOND);
    let name = "three_workers_and_a_slow_site";
    model(name, says, config, slow, play, every_round).bounded(1)
}

/// One worker over channels: each thread waits for one other thread, so the
/// scheduler has nothing to choose (a Kahn network).
pub fn one_worker_has_one_interleaving(play: Play) -> Model {
    let says = "One worker, and channels: there is nothing to choose.";
    let config = Config::fine(1, Some(2), 3);
    let name = "one_worker_has_one_interleaving";
    let model = model(name, says, config, fine, play, every_round);
    Model { kind: Quantity::One, ..model }
}

pub fn the_last_state_stands(play: Play) -> Model {
    let says = "The status board shows the last state of each URL.";
    let config = Config::same(2, Some(2), 3, &[Answer::OK, NOT_FOUND]);
    model("the_last_state_stands", says, config, fine, play, board).bounded(2)
}

pub fn a_failed_poll_gives_back(play: Play) -> Model {
    let says = "A poll that fails gives its resource back.";
    let lost = Answer::Error(HttpError::Lost);
    let config = Config::same(2, Some(2), 1, &[lost, Answer::OK]);
    model("a_failed_poll_gives_back", says, config, fine, play, every_round)
}

pub fn a_panicked_poll_gives_back(play: Play) -> Model {
    let says = "A poll that panics gives its resource back.";
    // As many panics as workers: no worker may die of one.
    let script = [Answer::Panic, Answer::Panic, Answer::OK];
    let config = Config::same(2, Some(3), 1, &script);
    model("a_panicked_poll_gives_back", says, config, fine, play, every_round)
}

pub fn two_polls_can_overlap(play: Play) -> Model {
    let says = "Two polls can be under way at once.";
    let config = Config::fine(2, Some(1), 2);
    let name = "two_polls_can_overlap";
    let most = |_: &Config, web: &Web, _: &Report| web.most() == 2;
    let model = model(name, says, config, meeting, play, most);
    Model { kind: Quantity::Some, ..model }
}

/// A configuration with some errors.
const NOW_AND_THEN: [Answer; 4] = [
    Answer::OK,
    Answer::Error(HttpError::Lost),
    Answer::Error(HttpError::Lost),
    Answer::OK,
];

/// A configuration in which a request takes a tenth of a second.
fn timed(config: &Config) -> Web {
    fine(config).taking(SECOND / 10)
}

pub fn each_poll_at_its_time(play: Play) -> Model {
    let says = "Each poll begins when it is due, to the nanosecond.";
    let mut config = Config::same(2, Some(5), 1, &NOW_AND_THEN);
    config.settings.interval = SECOND;
    config.settings.backoff = SECOND * 10;
    model("each_poll_at_its_time", says, config, timed, play, |s, web, _| {
        let begins = web.times(&s.urls()[0]).into_iter().map(|t| t.begin);
        // A tenth for the poll, and a second, and ten for each error.
        let due = [0, 11, 122, 333, 344].map(|tenths| SECOND / 10 * tenths);
        assert_eq!(begins.collect::<Vec<_>>(), due, "when polls began");
        true
    })
    .bounded(2)
}

pub fn no_poll_is_early(play: Play) -> Model {
    let says = "No poll begins before it is due.";
    let config = Config::same(2, Some(2), 2, &NOW_AND_THEN).every(SECOND);
    let name = "no_poll_is_early";
    let holds = |config: &Config, web: &Web, _: &Report| {
        for url in &config.urls() {
            let times = web.times(url);
            let early = |two: &[Times]| two[1].begin < two[0].end + SECOND;
            assert!(!times.windows(2).any(early), "{url} early: {times:?}");
        }
        true
    };
    model(name, says, config, timed, play, holds).bounded(3)
}

pub fn a_stop_begins_nothing_more(play: Play) -> Model {
    let says = "Once a stop is heard, a worker begins only what it has, \
                and no more.";
    // Of three, the worker has one: the other two must be taken back.
    let config = Config::fine(1, Some(1), 3).stopped();
    let web = |config: &Config| fine(config).counting_after_stop();
    let name = "a_stop_begins_nothing_more";
    model(name, says, config, web, play, |_, web, _| {
        let after = web.after_stop();
        assert!(after <= 1, "{after} polls began after the stop was heard");
        true
    })
}
