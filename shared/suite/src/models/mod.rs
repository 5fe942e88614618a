//! What both pollers must do in every interleaving: the models of
//! `mutex-poller/tests/loom.rs` and `channel-poller/tests/loom.rs`.
//!
//! A model is a small program that calls the shipped functions, and a
//! property. It is small because interleavings multiply; most mistakes show
//! with two of each thing. Bugs that need three workers have a model with
//! three.
//!
//! Next: [`web`], what they poll.

use std::num::NonZeroU64;
use std::sync::Arc;
use std::time::Duration;

pub mod view;
pub mod web;

use checker::check::{Model, Quantity};
use checker::{catch_panic, run};
use shared::http::fake::Answer;
use shared::sync::limit_threads;
use shared::{HttpError, NotStarted, Report, Url};

use crate::config::{Config, NEVER};
use view::view;
use web::{BROKEN, NOT_FOUND, Times, Web, outcome};

/// Runs a configuration against a web.
pub type Play = fn(&Config, &Web) -> Result<Report, NotStarted>;

/// A model of this configuration, after which `holds` must hold.
pub fn model(
    name: &'static str,
    says: &'static str,
    config: Config,
    web: fn(&Config) -> Web,
    play: Play,
    holds: fn(&Config, &Web, &Report) -> bool,
) -> Model {
    let (size, tokens) = (config.size(), tokens(&config));
    let body = move || {
        let web = web(&config);
        let report = play(&config, &web).expect("enough threads");
        run::came_to(|| came_to(&config, &web, &report));
        holds(&config, &web, &report)
    };
    let (body, bound, kind) = (Arc::new(body), None, Quantity::All);
    let by_turns = false;
    Model { name, says, size, bound, kind, by_turns, view, tokens, body }
}

/// Each URL is with one worker at a time.
fn tokens(config: &Config) -> Vec<String> {
    config.urls().iter().map(Url::to_string).collect()
}

/// The outcome of a run, on which two engines must agree.
fn came_to(config: &Config, web: &Web, report: &Report) -> String {
    let states = &report.states;
    let sites = config.urls().into_iter().enumerate().map(|(id, url)| {
        format!("{url} {:?} {:?}", web.times(&url), states.get(id))
    });
    let sites: Vec<_> = sites.collect();
    let (order, listings) = (web.order(), web.listings());
    format!("{sites:?} {order:?} {listings} {}", states.polls())
}

fn fine(config: &Config) -> Web {
    Web::of(config)
}

/// Each URL was polled exactly as often as there are rounds.
fn every_round(config: &Config, web: &Web, report: &Report) -> bool {
    let rounds = config.settings.rounds.map_or(0, NonZeroU64::get);
    let rounds = vec![rounds; config.scripts.len()];
    assert_eq!(web.polls(), rounds, "polls of each URL");
    board(config, web, report)
}

/// The board has every poll, and the last state of each URL.
fn board(config: &Config, web: &Web, report: &Report) -> bool {
    let states = &report.states;
    let made: u64 = web.polls().iter().sum();
    assert_eq!(states.polls(), made, "polls on the board, polls made");
    for (id, url) in config.urls().iter().enumerate() {
        let last = web.last(url).map(outcome);
        assert_eq!(states.get(id), last, "the last state of {url}");
    }
    true
}

const SECOND: Duration = Duration::from_secs(1);

/// The models for a finished poller: `functions` runs its functions without the
/// lister, `program` runs the whole program, with at most `bound` forced
/// switches (preemptions).
pub fn finished(functions: Play, program: Play, bound: usize) -> Vec<Model> {
    let mut models = of_functions(functions);
    let whole = of_program(program).into_iter();
    models.extend(whole.map(|model| model.bounded(bound)));
    models
}

fn of_functions(functions: Play) -> Vec<Model> {
    vec![
        never_two_at_once(functions),
        every_round_is_polled(functions),
        one_worker_keeps_the_order(functions),
        least_recently_polled_first(functions),
        all_end_when_rounds_are_done(functions),
        three_end_when_rounds_are_done(functions),
        all_end_after_timed_waits(functions),
        all_end_when_told_to_stop(functions),
        a_stop_ends_a_timed_wait(functions),
        a_slow_site_holds_nobody_up(functions),
        a_slow_site_holds_no_timed_wait_up(functions),
        who_wakes_for_nothing_sleeps_again(functions),
        three_workers_and_a_slow_site(functions),
        the_last_state_stands(functions),
        a_failed_poll_gives_back(functions),
        a_panicked_poll_gives_back(functions),
        two_polls_can_overlap(functions),
        each_poll_at_its_time(functions),
        no_poll_is_early(functions),
        a_stop_begins_nothing_more(functions),
    ]
}

fn of_program(program: Play) -> Vec<Model> {
    let mut models = vec![
        the_smallest_program_ends(program),
        the_whole_program_ends(program),
        the_whole_program_stops(program),
        all_workers_begin(program),
        the_board_is_listed(program),
        a_slow_listing_holds_nobody_up(program),
        a_listing_is_no_part_of_the_run(program),
        a_panic_at_an_error_ends_it(program),
        a_panic_at_a_listing_ends_it(program),
    ];
    models.extend(too_few_threads(program));
    models
}

/// The names of all models of both pollers, and of this package: each program
/// has to know all of them, to refuse a name that none of them has.
pub fn names() -> Vec<&'static str> {
    let nowhere: Play = |_, _| unreachable!("only its name is asked for");
    let one = one_worker_has_one_interleaving(nowhere);
    let all = finished(nowhere, nowhere, 0).into_iter();
    let all = all.chain(original(nowhere)).chain([one]);
    let all = all.chain(codewalk(nowhere));
    all.map(|model| model.name).chain(OWN).collect()
}

/// The models of this package itself: `tests/loom.rs`.
pub const OWN: [&str; 83] = [
    "messages_arrive_in_order",
    "each_message_arrives_once",
    "each_sender_keeps_its_order",
    "no_more_inside_than_there_is_room",
    "two_senders_share_one_slot",
    "what_was_sent_before_the_end_arrives",
    "every_receiver_hears_the_end",
    "only_the_last_sender_hangs_up",
    "a_send_to_nobody_comes_back",
    "only_the_last_receiver_is_nobody",
    "a_full_channel_lets_go_when_nobody_receives",
    "iteration_ends_with_the_last_sender",
    "what_is_left_inside_is_dropped_once",
    "a_crew_returns_when_all_have_ended",
    "a_panic_of_a_thread_stops_the_others",
    "a_panic_of_the_lead_stops_the_others",
    "a_panic_of_an_inner_crew_ends_both",
    "a_thread_that_cannot_start_stops_the_others",
    "a_second_panic_may_carry_anything",
    "a_scope_tells_of_panics",
    "a_timed_receive_may_come_too_early",
    "random_programs_have_the_same_outcomes",
    "a_failure_that_a_thread_swallows_is_seen",
    "a_failure_may_have_any_text",
    "what_is_to_be_seen_once_is_shown_if_it_never_is",
    "a_panic_that_nobody_catches_fails",
    "a_panic_under_a_lock_fails",
    "a_thread_that_never_began_drops_nothing",
    "a_thread_that_was_under_way_goes_no_further",
    "a_destructor_may_lock_when_a_model_fails",
    "too_many_messages_fail",
    "the_mini_checker_says_the_same_of_toys",
    "a_quiet_request_begins_and_ends_in_two_steps",
    "a_quiet_lock_that_is_held_has_to_be_waited_for",
    "a_busy_wait_is_no_deadlock",
    "a_busy_wait_for_nothing_goes_round_for_ever",
    "a_loop_that_ends_is_no_busy_wait",
    "a_graph_that_is_cut_says_so",
    "the_fewest_steps_are_the_fewest",
    "a_spawner_waits_for_the_first_step",
    "objects_have_the_names_of_the_source",
    "a_notification_leaves_no_choice",
    "a_spurious_wake_up_is_a_step_if_asked_for",
    "a_channel_without_a_buffer_hands_over",
    "how_late_it_is_belongs_to_a_state",
    "as_many_schedules_as_one_by_one",
    "no_step_where_no_thread_can_go_on",
    "nothing_is_left_of_a_run",
    "random_schedules_can_be_had_again",
    "random_programs_come_to_the_same_by_turns",
    "a_time_out_is_no_hang_up",
    "what_a_clock_said_belongs_to_a_state",
    "a_message_carries_the_time",
    "a_failed_send_belongs_to_a_state",
    "senders_in_another_order_are_another_state",
    "a_handed_message_has_one_receiver",
    "a_thread_may_begin_by_starting_another",
    "a_scope_joins_what_a_thread_of_it_starts",
    "no_end_in_some_schedules_is_a_failure",
    "twenty_looks_in_vain_are_twenty",
    "nobody_sets_the_flag",
    "every_fair_schedule_ends",
    "work_between_looks_is_not_patience",
    "the_first_to_sleep_is_the_first_woken",
    "notify_all_wakes_all",
    "a_hidden_value_is_noticed",
    "a_program_that_draws_lots_is_refused",
    "a_lock_that_outlives_a_run_is_refused",
    "a_thread_of_std_is_refused",
    "a_sixth_thread_is_refused_by_loom",
    "a_model_without_a_result_agrees",
    "a_join_that_hears_a_panic_is_no_failure",
    "a_panic_that_is_caught_is_no_failure",
    "a_panic_before_the_first_step_is_a_failure",
    "a_panic_in_a_scope_is_why_it_waits",
    "a_panic_whose_destructor_waits_is_drawn",
    "a_destructor_may_want_the_lock_of_its_thread",
    "witness_merged_states_hide_no_end",
    "witness_loom_and_turns_come_to_the_same",
    "witness_the_mini_checker_comes_to_the_same",
    "a_graph_is_the_same_without_short_cuts",
    "every_order_is_a_schedule_of_the_graph",
    "every_order_is_an_outcome_by_loom",
];

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

fn never_two_at_once(play: Play) -> Model {
    let says = "No URL is polled by two workers at once.";
    let config = Config::fine(2, Some(2), 1);
    model("never_two_at_once", says, config, fine, play, board)
}

fn every_round_is_polled(play: Play) -> Model {
    let says = "Each URL is polled exactly once a round: none is lost.";
    let config = Config::fine(2, Some(2), 2);
    model("every_round_is_polled", says, config, fine, play, every_round)
}

fn one_worker_keeps_the_order(play: Play) -> Model {
    let says = "A single worker polls the URLs in order.";
    let config = Config::fine(1, Some(2), 2);
    let web = |config: &Config| fine(config).meeting();
    model("one_worker_keeps_the_order", says, config, web, play, in_order)
}

fn least_recently_polled_first(play: Play) -> Model {
    let says = "The least recently polled goes first.";
    let config = Config::fine(2, Some(2), 3);
    let web = |config: &Config| fine(config).meeting();
    let name = "least_recently_polled_first";
    model(name, says, config, web, play, in_order).bounded(2)
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

fn all_end_when_rounds_are_done(play: Play) -> Model {
    let says = "All workers end when the rounds are done.";
    let config = Config::fine(2, Some(1), 1);
    model("all_end_when_rounds_are_done", says, config, fine, play, every_round)
}

fn three_end_when_rounds_are_done(play: Play) -> Model {
    let says = "The same with three workers: if two sleep, both must wake.";
    let config = Config::fine(3, Some(1), 1);
    let name = "three_end_when_rounds_are_done";
    model(name, says, config, fine, play, every_round)
}

fn all_end_after_timed_waits(play: Play) -> Model {
    let says = "With an interval: workers that sleep until a time wake up.";
    let config = Config::fine(2, Some(2), 1).every(SECOND);
    model("all_end_after_timed_waits", says, config, fine, play, every_round)
}

fn all_end_when_told_to_stop(play: Play) -> Model {
    let says = "All workers end when told to stop, at any moment.";
    let config = Config::fine(2, Some(2), 1).stopped();
    model("all_end_when_told_to_stop", says, config, fine, play, board)
        .bounded(3)
}

fn a_stop_ends_a_timed_wait(play: Play) -> Model {
    let says = "The same while they sleep until a time that is far away.";
    let config = Config::fine(2, Some(2), 1).every(NEVER).stopped();
    model("a_stop_ends_a_timed_wait", says, config, fine, play, board)
}

fn a_slow_site_holds_nobody_up(play: Play) -> Model {
    let says = "While one URL is slow to answer, the others are polled.";
    let config = Config::fine(2, Some(2), 2);
    let web = |config: &Config| fine(config).slow(1, 2);
    let name = "a_slow_site_holds_nobody_up";
    model(name, says, config, web, play, every_round).bounded(3)
}

fn a_slow_site_holds_no_timed_wait_up(play: Play) -> Model {
    let says =
        "The same with an interval: a worker wakes for each that is due.";
    let config = Config::fine(2, Some(2), 2).every(SECOND);
    let web = |config: &Config| fine(config).slow(1, 2);
    let name = "a_slow_site_holds_no_timed_wait_up";
    model(name, says, config, web, play, every_round).bounded(3)
}

fn who_wakes_for_nothing_sleeps_again(play: Play) -> Model {
    let says = "A worker that wakes up to no work sleeps again.";
    // Both wake for `a`. The one that does not get it must be there for `b`.
    let mut config = Config::fine(2, Some(2), 2).every(SECOND);
    config.scripts[1] = vec![Answer::Error(HttpError::Lost), Answer::OK];
    let web = |config: &Config| fine(config).slow(2, 2);
    let name = "who_wakes_for_nothing_sleeps_again";
    model(name, says, config, web, play, every_round).bounded(3)
}

fn three_workers_and_a_slow_site(play: Play) -> Model {
    let says = "The same with three workers.";
    let config = Config::fine(3, Some(2), 3).every(SECOND);
    let web = |config: &Config| fine(config).slow(1, 2);
    let name = "three_workers_and_a_slow_site";
    model(name, says, config, web, play, every_round).bounded(1)
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

fn the_last_state_stands(play: Play) -> Model {
    let says = "The status board shows the last state of each URL.";
    let config = Config::same(2, Some(2), 3, &[Answer::OK, NOT_FOUND]);
    model("the_last_state_stands", says, config, fine, play, board).bounded(2)
}

fn a_failed_poll_gives_back(play: Play) -> Model {
    let says = "A poll that fails gives its resource back.";
    let lost = Answer::Error(HttpError::Lost);
    let config = Config::same(2, Some(2), 1, &[lost, Answer::OK]);
    model("a_failed_poll_gives_back", says, config, fine, play, every_round)
}

fn a_panicked_poll_gives_back(play: Play) -> Model {
    let says = "A poll that panics gives its resource back.";
    // As many panics as workers: no worker may die of one.
    let script = [Answer::Panic, Answer::Panic, Answer::OK];
    let config = Config::same(2, Some(3), 1, &script);
    model("a_panicked_poll_gives_back", says, config, fine, play, every_round)
}

fn two_polls_can_overlap(play: Play) -> Model {
    let says = "Two polls can be under way at once.";
    let config = Config::fine(2, Some(1), 2);
    let web = |config: &Config| fine(config).meeting();
    let name = "two_polls_can_overlap";
    let most = |_: &Config, web: &Web, _: &Report| web.most() == 2;
    let model = model(name, says, config, web, play, most);
    Model { kind: Quantity::Some, ..model }
}

fn the_smallest_program_ends(play: Play) -> Model {
    let says = "The whole program ends: one worker polls one URL, once.";
    let config = Config::fine(1, Some(1), 1);
    model("the_smallest_program_ends", says, config, fine, play, every_round)
}

fn the_whole_program_ends(play: Play) -> Model {
    let says = "The whole program, with its status board, ends.";
    let config = Config::fine(1, Some(2), 2);
    model("the_whole_program_ends", says, config, fine, play, every_round)
}

fn the_whole_program_stops(play: Play) -> Model {
    let says = "The whole program ends when told to stop, at any moment.";
    let config = Config::fine(1, Some(2), 1).every(NEVER).stopped();
    model("the_whole_program_stops", says, config, fine, play, board)
}

fn all_workers_begin(play: Play) -> Model {
    let says = "All workers begin: if one waits for an answer, another polls.";
    let config = Config::fine(2, Some(1), 2);
    let web = |config: &Config| fine(config).slow(1, 1);
    model("all_workers_begin", says, config, web, play, every_round)
}

fn the_board_is_listed(play: Play) -> Model {
    let says = "The status board is listed once an interval.";
    let web = |config: &Config| fine(config);
    let name = "the_board_is_listed";
    let model =
        model(name, says, listed(), web, play, |config, web, report| {
            every_round(config, web, report);
            assert!(web.listings() <= 1, "{} listings", web.listings());
            web.listings() == 1
        });
    Model { kind: Quantity::Some, ..model }
}

fn a_slow_listing_holds_nobody_up(play: Play) -> Model {
    let says = "While the status board is being listed, polls go on.";
    let web = |config: &Config| fine(config).slow_log(2);
    let name = "a_slow_listing_holds_nobody_up";
    model(name, says, listed(), web, play, every_round)
}

fn a_listing_is_no_part_of_the_run(play: Play) -> Model {
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

fn each_poll_at_its_time(play: Play) -> Model {
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

fn no_poll_is_early(play: Play) -> Model {
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

fn a_stop_begins_nothing_more(play: Play) -> Model {
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

/// A model of a run that its log ends, by a panic.
fn broken(
    name: &'static str,
    says: &'static str,
    config: Config,
    web: fn(&Config) -> Web,
    play: Play,
) -> Model {
    let (size, tokens) = (config.size(), tokens(&config));
    let body = move || {
        let web = web(&config).broken_log();
        let ended = catch_panic(|| play(&config, &web));
        let panic = ended.expect_err("the run ended without the log's panic");
        assert_eq!(panic.downcast_ref(), Some(&BROKEN), "its panic");
        run::came_to(|| format!("{:?}", web.polls()));
        true
    };
    let (body, bound, kind) = (Arc::new(body), None, Quantity::All);
    let by_turns = false;
    Model { name, says, size, bound, kind, by_turns, view, tokens, body }
}

fn a_panic_at_an_error_ends_it(play: Play) -> Model {
    let says = "If the log panics at an error, the run ends with that panic.";
    // The other worker sleeps forever, if it is not woken.
    let mut config = Config::fine(2, None, 2).every(NEVER);
    config.scripts[1] = vec![Answer::Error(HttpError::Lost)];
    broken("a_panic_at_an_error_ends_it", says, config, fine, play)
}

fn a_panic_at_a_listing_ends_it(play: Play) -> Model {
    let says = "If the log panics at a listing, the run ends with that panic.";
    let mut config = listed().every(NEVER);
    config.settings.rounds = None;
    let name = "a_panic_at_a_listing_ends_it";
    broken(name, says, config, fine, play)
}

/// Models of runs that get only as many threads as the name says. Two workers
/// and the lister are three; over channels there is a monitor, too.
fn too_few_threads(play: Play) -> impl Iterator<Item = Model> {
    let says = "If a thread cannot be started, the run ends without polls.";
    let config = Config::fine(2, Some(1), 1);
    let (size, tokens) = (config.size(), tokens(&config));
    let names = ["no_thread", "one_thread", "two_threads", "three_threads"];
    names.into_iter().enumerate().map(move |(threads, name)| {
        let config = config.clone();
        let body = move || {
            let web = fine(&config);
            limit_threads(threads);
            let ended = play(&config, &web);
            let polls = web.polls().iter().sum::<u64>();
            run::came_to(|| format!("{:?} {polls}", ended.is_ok()));
            assert!(ended.is_ok() || polls == 0, "it polled, then gave up");
            assert!(ended.is_err() || threads == 3, "it needs three threads");
            true
        };
        let (size, tokens) = (size.clone(), tokens.clone());
        let (body, bound, kind) = (Arc::new(body), None, Quantity::All);
        let by_turns = false;
        Model { name, says, size, bound, kind, by_turns, view, tokens, body }
    })
}
