//! The suite, as far as it fits, on the post's channel listing.
#![cfg(not(loom))]

// It has no intervals, lists nothing, and sends in all it has.
suite::conformance!(suite::start!(channel_poller::as_posted) =>
    same_polls_as_one_by_one
    all_workers_poll_at_once
    more_workers_than_urls
    no_urls_end_at_once
    a_slow_site_holds_nobody_up
    panics_are_errors
    a_panic_may_carry_anything
    errors_come_and_go
    a_stop_loses_nothing
    a_stop_waits_for_the_last_answer
    too_few_threads
    every_setting_has_a_meaning
);
