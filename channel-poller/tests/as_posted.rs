//! The suite, as far as it fits, on the post's channel listing.
#![cfg(not(loom))]

// It has no intervals, lists nothing, and sends in all it has.
suite::conformance!(suite::start!(channel_poller::as_posted) => basics:
    a_stop_loses_nothing
    a_stop_waits_for_the_last_answer
    too_few_threads
    every_setting_has_a_meaning
);
