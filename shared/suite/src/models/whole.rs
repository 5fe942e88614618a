//! The models of a finished poller as a whole, with its status board.
//!
//! Next: `originals`.

use checker::check::Model;
use checker::{catch_panic, run};
use shared::sync::limit_threads;

use super::model::{Play, base, board, every_round, fine, in_some};
use super::model::{in_time, model, models, timed};
use super::web::{BROKEN, Web};
use super::workers::second_is_lost;
use crate::config::{Config, NEVER};

models! {
    /// The models of runs that end as they should.
    of_program:

    /// The whole program ends: one worker polls one URL, once.
    the_smallest_program_ends: Config::fine(1, Some(1), 1), timed, in_time;
    /// The whole program, with its status board, ends.
    the_whole_program_ends: Config::fine(1, Some(2), 2), fine, every_round;
    /// The whole program ends when told to stop, at any moment.
    the_whole_program_stops:
        Config::fine(1, Some(2), 1).every(NEVER).stopped(), fine, board;
    /// All workers begin: if one waits for an answer, another polls.
    all_workers_begin: Config::fine(2, Some(1), 2),
        |config| Web::with(config, |ways| ways.slow = Some((1, 1))),
        every_round;
    /// The status board is listed once an interval, and is not out of date.
    the_board_is_listed: listed(), timed, |config, web, report| {
            web.check_listings(config);
            every_round(config, web, report);
            let at = config.settings.status_interval;
            web.listings() == [(at, report.states.clone())]
        } => in_some;
    /// While the status board is being listed, polls go on.
    a_slow_listing_holds_nobody_up: listed(),
        |config| Web::with(config, |ways| ways.slow_log = Some(2)),
        every_round => Model::huge;
    /// The time of the run does not include the last listing.
    a_listing_is_no_part_of_the_run: listed().listed(NEVER / 3),
        |config| Web::with(config, |ways| ways.takes_to_list = NEVER),
        |config, web, report| {
            web.check_listings(config);
            web.listings().len() == 1 && report.elapsed < NEVER
        } => in_some;
}

/// A configuration in which the time for a listing comes once.
fn listed() -> Config {
    Config::fine(1, Some(2), 1).listed(NEVER * 2 / 3)
}

/// The models of runs that do not end by themselves.
pub fn of_failures(play: Play) -> Vec<Model> {
    let mut models = vec![
        a_panic_at_an_error_ends_it(play),
        a_panic_at_a_listing_ends_it(play),
    ];
    let few = ["no_thread", "one_thread", "two_threads", "three_threads"];
    let few = few.into_iter().enumerate();
    models.extend(few.map(|(n, name)| too_few_threads(name, n, play)));
    models
}

fn a_panic_at_an_error_ends_it(play: Play) -> Model {
    let says = "If the log panics at an error, the run ends with that panic.";
    // The other worker sleeps forever, if it is not woken.
    let config = second_is_lost(Config::fine(2, None, 2).every(NEVER));
    broken("a_panic_at_an_error_ends_it", says, config, play)
}

fn a_panic_at_a_listing_ends_it(play: Play) -> Model {
    let says = "If the log panics at a listing, the run ends with that panic.";
    let config = Config::fine(1, None, 1).every(NEVER).listed(NEVER * 2 / 3);
    broken("a_panic_at_a_listing_ends_it", says, config, play)
}

/// A model of a run that its log ends, by a panic.
fn broken(
    name: &'static str,
    says: &'static str,
    config: Config,
    play: Play,
) -> Model {
    base(name, says, config, move |config| {
        let web = Web::with(config, |ways| ways.broken_log = true);
        let ended = catch_panic(|| play(config, &web));
        let panic = ended.expect_err("the run ended without the log's panic");
        assert_eq!(panic.downcast_ref(), Some(&BROKEN), "its panic");
        run::came_to(|| format!("{:?}", web.polls()));
        true
    })
}

/// A model of a run that gets only so many threads. Two workers and the lister
/// are three; over channels there is a monitor, too.
fn too_few_threads(name: &'static str, threads: usize, play: Play) -> Model {
    let says = "If a thread cannot be started, the run ends without polls.";
    base(name, says, Config::fine(2, Some(1), 1), move |config| {
        let web = fine(config);
        limit_threads(threads);
        let ended = play(config, &web);
        let polls = web.polls().iter().sum::<u64>();
        run::came_to(|| format!("{:?} {polls}", ended.is_ok()));
        assert!(ended.is_ok() || polls == 0, "it polled, then gave up");
        assert!(ended.is_err() || threads == 3, "it needs three threads");
        true
    })
}
