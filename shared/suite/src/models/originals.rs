//! The models of the originals of 2010, which keep fewer promises.
//!
//! Next: [`web`](super::web), what all of them poll.

use checker::check::Model;
use shared::http::fake::Answer;

use super::model::{Play, board, every_round, fine, in_some};
use super::model::{in_time, model, models, timed};
use super::web::Web;
use crate::config::{Config, NEVER, NOT_FOUND};

models! {
    /// The models for an original of 2010, which has no intervals.
    original:

    /// As posted: no URL is polled by two workers at once.
    as_posted_never_two_at_once: Config::fine(2, Some(1), 1), fine, board;
    /// As posted: two workers poll no more than one.
    as_posted_two_share_a_round:
        Config::same(2, Some(2), 1, &[Answer::OK, NOT_FOUND]), timed, in_time;
    /// As posted: each URL is polled once a round.
    as_posted_every_round_is_polled:
        Config::fine(1, Some(2), 4), fine, every_round;
    /// As posted: it ends when told to stop, maybe early.
    as_posted_stops:
        Config::fine(1, Some(2), 1).stopped(), fine, |config, web, report| {
            board(config, web, report);
            web.polls() != [2]
        } => in_some;
}

// Its channels have no buffer, which loom does not support: the engine with
// turns goes through its schedules.
models! {
    /// The models for the literal Codewalk.
    codewalk:

    /// The Codewalk polls each URL once a round.
    codewalk_every_round_is_polled:
        // Between the two answers a listing comes due.
        Config::fine(1, Some(2), 1).listed(NEVER * 2 / 5),
        |config| Web::with(config, |ways| ways.takes = NEVER * 3 / 10),
        |config, web, report| {
            web.check_listings(config);
            assert!(!web.listings().is_empty(), "no listing");
            every_round(config, web, report)
        } => Model::by_turns;
    /// The Codewalk's workers poll no more than one would.
    codewalk_two_share_a_round:
        Config::same(2, Some(2), 1, &[Answer::OK, NOT_FOUND]), timed, in_time
        => Model::by_turns;
    /// The Codewalk ends when told to stop, even if a sleeper sleeps.
    codewalk_stops:
        Config::fine(1, Some(2), 1).every(NEVER).stopped(), fine, board
        => Model::by_turns;
}
