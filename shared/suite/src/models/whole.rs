//! The models of a finished poller as a whole, with its status board.
//!
//! Next: `originals`.

use checker::check::{Model, Quantity};
use checker::{catch_panic, run};
use shared::HttpError;
use shared::http::fake::Answer;
use shared::sync::limit_threads;

use super::model::{Play, base, board, every_round, fine, model};
use super::web::BROKEN;
use crate::config::{Config, NEVER};

pub fn the_smallest_program_ends(play: Play) -> Model {
    let says = "The whole program ends: one worker polls one URL, once.";
    let config = Config::fine(1, Some(1), 1);
    model("the_smallest_program_ends", says, config, fine, play, every_round)
}

pub fn the_whole_program_ends(play: Play) -> Model {
    let says = "The whole program, with its status board, ends.";
    let config = Config::fine(1, Some(2), 2);
    model("the_whole_program_ends", says, config, fine, play, every_round)
}

pub fn the_whole_program_stops(play: Play) -> Model {
    let says = "The whole program ends when told to stop, at any moment.";
    let config = Config::fine(1, Some(2), 1).every(NEVER).stopped();
    model("the_whole_program_stops", says, config, fine, play, board)
}

pub fn all_workers_begin(play: Play) -> Model {
    let says = "All workers begin: if one waits for an answer, another polls.";
    let config = Config::fine(2, Some(1), 2);
    let web = |config: &Config| fine(config).slow(1, 1);
    model("all_workers_begin", says, config, web, play, every_round)
}

pub fn the_board_is_listed(play: Play) -> Model {
    let says = "The status board is listed once an interval.";
    let name = "the_board_is_listed";
    let model =
        model(name, says, listed(), fine, play, |config, web, report| {
            every_round(config, web, report);
            assert!(web.listings() <= 1, "{} listings", web.listings());
            web.listings() == 1
        });
    Model { kind: Quantity::Some, ..model }
}

pub fn a_slow_listing_holds_nobody_up(play: Play) -> Model {
    let says = "While the status board is being listed, polls go on.";
    let web = |config: &Config| fine(config).slow_log(2);
    let name = "a_slow_listing_holds_nobody_up";
    model(name, says, listed(), web, play, every_round)
}

pub fn a_listing_is_no_part_of_the_run(play: Play) -> Model {
    let says = "The time of the run does not include the last listing.";
    let web = |config: &Config| fine(config).taking_to_list(NEVER);
    let name = "a_listing_is_no_part_of_the_run";
    let model = model(name, says, listed(), web, play, |_, web, report| {
        web.listings() == 1 && report.elapsed < NEVER
    });
    Model { kind: Quantity::Some, ..model }
}

/// A configuration in which the time for a listing comes once.
fn listed() -> Config {
    let mut config = Config::fine(1, Some(2), 1);
    config.settings.status_interval = NEVER * 2 / 3;
    config
}

/// A model of a run that its log ends, by a panic.
fn broken(
    name: &'static str,
    says: &'static str,
    config: Config,
    play: Play,
) -> Model {
    base(name, says, config, move |config| {
        let web = fine(config).broken_log();
        let ended = catch_panic(|| play(config, &web));
        let panic = ended.expect_err("the run ended without the log's panic");
        assert_eq!(panic.downcast_ref(), Some(&BROKEN), "its panic");
        run::came_to(|| format!("{:?}", web.polls()));
        true
    })
}

pub fn a_panic_at_an_error_ends_it(play: Play) -> Model {
    let says = "If the log panics at an error, the run ends with that panic.";
    // The other worker sleeps forever, if it is not woken.
    let mut config = Config::fine(2, None, 2).every(NEVER);
    config.scripts[1] = vec![Answer::Error(HttpError::Lost)];
    broken("a_panic_at_an_error_ends_it", says, config, play)
}

pub fn a_panic_at_a_listing_ends_it(play: Play) -> Model {
    let says = "If the log panics at a listing, the run ends with that panic.";
    let mut config = listed().every(NEVER);
    config.settings.rounds = None;
    broken("a_panic_at_a_listing_ends_it", says, config, play)
}

/// Models of runs that get only as many threads as the name says. Two workers
/// and the lister are three; over channels there is a monitor, too.
/// If a thread cannot be started, the run ends without polls.
pub fn too_few_threads(play: Play) -> impl Iterator<Item = Model> {
    let says = "If a thread cannot be started, the run ends without polls.";
    let config = Config::fine(2, Some(1), 1);
    let names = ["no_thread", "one_thread", "two_threads", "three_threads"];
    names.into_iter().enumerate().map(move |(threads, name)| {
        base(name, says, config.clone(), move |config| {
            let web = fine(config);
            limit_threads(threads);
            let ended = play(config, &web);
            let polls = web.polls().iter().sum::<u64>();
            run::came_to(|| format!("{:?} {polls}", ended.is_ok()));
            assert!(ended.is_ok() || polls == 0, "it polled, then gave up");
            assert!(ended.is_err() || threads == 3, "it needs three threads");
            true
        })
    })
}
