//! The models of the originals of 2010, which keep fewer promises.
//!
//! Next: [`web`](super::web), what all of them poll.

use checker::check::{Model, Quantity};
use shared::Report;

use super::model::{Play, board, every_round, fine, model};
use super::web::Web;
use crate::config::{Config, NEVER};

/// The models for an original of 2010, which has no intervals.
pub fn original(program: Play) -> Vec<Model> {
    let named = |name, model| Model { name, ..model };
    vec![
        named("as_posted_never_two_at_once", {
            let config = Config::fine(2, Some(1), 1);
            let says = "As posted: no URL is polled by two workers at once.";
            model("", says, config, fine, program, board)
        }),
        named("as_posted_two_share_a_round", {
            let config = Config::fine(2, Some(1), 1);
            let says = "As posted: two workers poll no more than one.";
            model("", says, config, fine, program, every_round)
        }),
        named("as_posted_every_round_is_polled", {
            let config = Config::fine(1, Some(2), 4);
            let says = "As posted: each URL is polled once a round.";
            model("", says, config, fine, program, every_round)
        }),
        named("as_posted_stops", {
            let config = Config::fine(1, Some(2), 1).stopped();
            let says = "As posted: it ends when told to stop, maybe early.";
            let early = |config: &Config, web: &Web, report: &Report| {
                board(config, web, report);
                web.polls() != [2]
            };
            let model = model("", says, config, fine, program, early);
            Model { kind: Quantity::Some, ..model }
        }),
    ]
}

/// The models for the literal Codewalk. Its channels have no buffer, which loom
/// does not support: the engine with turns goes through its schedules.
pub fn codewalk(program: Play) -> Vec<Model> {
    let every = |name, says, config| {
        let model = model(name, says, config, fine, program, every_round);
        model.by_turns()
    };
    let stops = Config::fine(1, Some(2), 1).every(NEVER).stopped();
    let says = "The Codewalk ends when told to stop, even if a sleeper sleeps.";
    let stops = model("codewalk_stops", says, stops, fine, program, board);
    vec![
        every(
            "codewalk_every_round_is_polled",
            "The Codewalk polls each URL once a round.",
            Config::fine(1, Some(2), 1),
        ),
        every(
            "codewalk_two_share_a_round",
            "The Codewalk's workers poll no more than one would.",
            Config::fine(2, Some(1), 1),
        ),
        stops.by_turns(),
    ]
}
