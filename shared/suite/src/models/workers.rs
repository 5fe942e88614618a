//! The models of a poller's functions, without the lister: the workers, what
//! they share or are sent, and a stop.
//!
//! Next: `whole`.

use std::time::Duration;

use checker::check::{Model, Quantity};
use shared::http::fake::Answer;
use shared::{HttpError, Report, Url};

use super::model::{Play, at_most, board, every_round, fine, huge, in_some};
use super::model::{meeting, model, models, slow, timed};
use super::web::{Times, Web};
use crate::config::{Config, NEVER, NOT_FOUND};

const SECOND: Duration = Duration::from_secs(1);
const LOST: Answer = Answer::Error(HttpError::Lost);
const PANIC: Answer = Answer::Panic;

pub fn never_two_at_once(play: Play) -> Model {
    let says = "No URL is polled by two workers at once.";
    let config = Config::fine(2, Some(2), 1);
    model("never_two_at_once", says, config, fine, play, board)
}

models! {
    /// The models of a poller's functions, but for the first.
    of_functions:

    /// Each URL is polled exactly once a round: none is lost.
    every_round_is_polled:
        Config::fine(2, Some(2), 2), fine, every_round => at_most(3);
    /// A single worker polls the URLs in order.
    one_worker_keeps_the_order: Config::fine(1, Some(2), 2), meeting, in_order;
    /// The least recently polled goes first.
    least_recently_polled_first:
        Config::fine(2, Some(2), 3), meeting, in_order => huge(2);
    /// All workers end when the rounds are done.
    all_end_when_rounds_are_done:
        Config::fine(2, Some(1), 1), fine, every_round;
    /// All three workers end when the rounds are done: if two sleep, both wake.
    three_end_when_rounds_are_done:
        Config::fine(3, Some(1), 1), fine, every_round;
    /// With an interval: workers that sleep until a time wake up.
    all_end_after_timed_waits:
        Config::fine(2, Some(2), 1).every(SECOND), fine, every_round;
    /// All workers end when told to stop, at any moment.
    all_end_when_told_to_stop:
        Config::fine(2, Some(2), 1).stopped(), fine, board => at_most(3);
    /// All workers end when told to stop, even from a long timed wait.
    a_stop_ends_a_timed_wait:
        Config::fine(2, Some(2), 1).every(NEVER).stopped(), fine, board
        => at_most(3);
    /// While one URL is slow to answer, the others are polled.
    a_slow_site_holds_nobody_up:
        Config::fine(2, Some(2), 2), slow, every_round => huge(3);
    /// While one URL is slow, a worker wakes for each other one that is due.
    a_slow_site_holds_no_timed_wait_up:
        Config::fine(2, Some(2), 2).every(SECOND), slow, every_round
        => huge(3);
    /// A worker that wakes up to no work sleeps again.
    who_wakes_for_nothing_sleeps_again:
        // Both wake for `a`. The one that does not get it must be there for
        // `b`.
        second_is_lost(Config::fine(2, Some(2), 2).every(SECOND)),
        |config| Web::with(config, |ways| ways.slow = Some((2, 2))),
        every_round => huge(3);
    /// While one URL is slow, two other workers poll the others.
    three_workers_and_a_slow_site:
        Config::fine(3, Some(2), 3).every(SECOND), slow, every_round
        => huge(1);
    /// The status board shows the last state of each URL.
    the_last_state_stands:
        Config::same(2, Some(2), 3, &[Answer::OK, NOT_FOUND]), fine, board
        => huge(2);
    /// A poll that fails gives its resource back.
    a_failed_poll_gives_back:
        Config::same(2, Some(2), 1, &[LOST, Answer::OK]), fine, every_round;
    /// A poll that panics gives its resource back.
    a_panicked_poll_gives_back:
        // As many panics as workers: no worker may die of one.
        Config::same(2, Some(3), 1, &[PANIC, PANIC, Answer::OK]), fine,
        every_round;
    /// Two polls can be under way at once.
    two_polls_can_overlap:
        Config::fine(2, Some(1), 2), meeting, |_, web, _| web.most() == 2
        => in_some;
    /// Each poll begins when it is due, to the nanosecond.
    each_poll_at_its_time: backing_off(), timed, at_its_time => at_most(2);
    /// No poll begins before it is due.
    no_poll_is_early:
        Config::same(2, Some(2), 2, &NOW_AND_THEN).every(SECOND), timed,
        not_early => huge(3);
    /// Once a stop is heard, a worker begins only what it has, and no more.
    a_stop_begins_nothing_more:
        // Of three, the worker has one: the other two must be taken back.
        Config::fine(1, Some(1), 3).stopped(),
        |config| Web::with(config, |ways| ways.after_stop = true),
        |_, web, _| {
            let after = web.after_stop();
            assert!(after <= 1, "{after} polls began after the stop was heard");
            true
        };
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

/// The first poll of the second URL fails.
pub fn second_is_lost(mut config: Config) -> Config {
    config.scripts[1] = vec![LOST, Answer::OK];
    config
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

const NOW_AND_THEN: [Answer; 4] = [Answer::OK, LOST, PANIC, Answer::OK];

/// A configuration in which errors make the pauses longer.
fn backing_off() -> Config {
    let mut config = Config::same(2, Some(5), 1, &NOW_AND_THEN).every(SECOND);
    config.settings.backoff = SECOND * 10;
    config
}

fn at_its_time(config: &Config, web: &Web, _: &Report) -> bool {
    let begins = web.times(&config.urls()[0]).into_iter().map(|t| t.begin);
    // A tenth for the poll, and a second, and ten for each error.
    let due = [0, 11, 122, 333, 344].map(|tenths| SECOND / 10 * tenths);
    assert_eq!(begins.collect::<Vec<_>>(), due, "when polls began");
    true
}

fn not_early(config: &Config, web: &Web, _: &Report) -> bool {
    for url in &config.urls() {
        let times = web.times(url);
        let early = |two: &[Times]| two[1].begin < two[0].end + SECOND;
        assert!(!times.windows(2).any(early), "{url} early: {times:?}");
    }
    true
}
