//! What both pollers must do in every interleaving: the models of
//! `mutex-poller/tests/loom.rs` and `channel-poller/tests/loom.rs`.
//!
//! A model is a small program that calls the shipped functions, and a
//! property. It is small because interleavings multiply; most mistakes show
//! with two of each thing. Bugs that need three workers have a model with
//! three.
//!
//! Read in this order: `model`, what a model is made of; `workers`, the models
//! of a poller's functions; `whole`, those of the whole program; `originals`;
//! [`web`], what they poll; [`view`], how their values are shown.

mod model;
mod originals;
pub mod view;
pub mod web;
mod whole;
mod workers;

use checker::check::Model;

pub use crate::config::{NOT_FOUND, outcome};
pub use model::{Play, board, model, stopper};
pub use originals::{codewalk, original};
pub use web::Web;
use whole::{of_failures, of_program};
pub use workers::one_worker_has_one_interleaving;
use workers::{never_two_at_once, of_functions};

/// The models for a finished poller: `functions` runs its functions without the
/// lister, `program` runs the whole program, with at most `bound` forced
/// switches (preemptions).
pub fn finished(functions: Play, program: Play, bound: usize) -> Vec<Model> {
    let whole = of_program(program).into_iter().chain(of_failures(program));
    let whole = whole.map(|model| model.bounded(bound));
    let first = [never_two_at_once(functions)].into_iter();
    first.chain(of_functions(functions)).chain(whole).collect()
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
pub const OWN: [&str; 91] = [
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
    "the_odds_are_those_of_random_runs",
    "the_odds_come_to_one_at_the_fatal_step",
    "no_end_and_not_seen_have_odds",
    "a_graph_that_is_cut_has_no_odds",
    "a_failing_run_stops_where_a_fix_holds",
    "a_failing_run_goes_past_what_is_more_or_less",
    "priorities_find_what_uniform_schedules_do_not",
    "priorities_follow_from_the_seed",
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
    "a_bounded_model_is_searched_whole",
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
