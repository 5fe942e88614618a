//! The tests of this package: one list, from which `tests/loom.rs` has what it
//! runs, and every program of `cargo loom` the names that it may be asked for.

/// Calls a macro with all of them: their names, by module.
#[macro_export]
macro_rules! own {
    ($with:ident) => {
        $with! {
            both: channels_do_what_a_channel_does, crews_end_together,
                a_timed_receive_may_come_too_early,
                a_channel_without_a_buffer_hands_over,
                the_first_to_sleep_is_the_first_woken;
            waits: a_busy_wait_is_no_deadlock, nobody_sets_the_flag,
                no_end_in_some_schedules_is_a_failure,
                twenty_looks_in_vain_are_twenty,
                a_hundred_looks_in_vain_have_an_end,
                what_is_seen_after_eight_looks_is_seen,
                work_between_looks_is_not_patience;
            states: what_a_clock_said_belongs_to_a_state,
                what_is_passed_on_carries_the_time,
                an_end_in_vain_and_a_hand_over_carry_the_time,
                a_lock_and_a_notification_carry_the_time,
                a_failed_send_belongs_to_a_state,
                senders_in_another_order_are_another_state,
                a_hidden_value_is_noticed, what_is_quiet_is_a_step,
                books_wait_for_their_turn,
                a_thread_that_swallows_a_panic_of_its_books_is_not_quiet,
                a_free_slot_has_a_time_of_its_own;
            panics: a_panic_that_is_heard_is_no_failure,
                a_panic_that_nobody_catches_fails,
                a_panic_that_was_caught_is_not_why_it_fails,
                a_failure_that_a_thread_swallows_is_seen,
                a_panic_under_a_lock_fails, a_panic_in_a_scope_is_why_it_waits,
                what_a_failed_run_borrows_is_not_used,
                a_destructor_may_lock_when_a_model_fails,
                a_destructor_may_want_the_lock_of_its_thread,
                a_panic_whose_destructor_waits_is_drawn,
                the_first_panic_belongs_to_a_state;
            drops: what_a_thread_returns_is_dropped_before_its_end,
                a_destructor_may_insist_on_an_end,
                a_destructor_may_send_and_join_when_a_model_fails,
                a_run_that_is_over_does_not_go_on_forever;
            refused: a_program_that_draws_lots_is_refused,
                a_lock_that_outlives_a_run_is_refused,
                a_thread_of_std_is_refused, a_sixth_thread_is_refused_by_loom,
                a_debug_that_locks_is_refused, too_many_messages_fail,
                what_is_to_be_seen_once_is_shown_if_it_never_is,
                an_end_is_dropped_where_it_belongs,
                a_condition_variable_of_two_locks_fails,
                an_end_in_a_thread_local_is_refused,
                more_threads_than_bits_are_refused,
                a_shared_timed_receiver_is_refused_by_loom;
            graphs: every_order_is_found_by_both,
                a_bounded_model_is_searched_whole,
                schedules_that_none_can_count_are_not_counted,
                a_scope_joins_what_a_thread_of_it_starts,
                the_fewest_steps_are_the_fewest, a_graph_that_is_cut_says_so,
                a_spurious_wake_up_is_a_step_if_asked_for,
                random_schedules_can_be_had_again,
                a_schedule_is_the_same_in_all_runs;
            odds: the_odds_are_those_of_random_runs,
                the_odds_come_to_one_at_the_fatal_step,
                no_end_and_not_seen_have_odds;
            fix: a_failing_run_stops_where_a_fix_holds,
                a_failing_run_goes_past_what_is_more_or_less,
                a_failing_run_of_threads_with_one_name_is_followed,
                priorities_find_what_uniform_schedules_do_not,
                priorities_follow_from_the_seed;
            witness: witness_merged_states_hide_no_end,
                witness_loom_and_turns_come_to_the_same,
                witness_the_mini_checker_comes_to_the_same,
                a_graph_is_the_same_without_short_cuts;
        }
    };
}
