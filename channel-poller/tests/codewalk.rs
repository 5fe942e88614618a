//! The suite, as far as it fits, on the literal Codewalk.
#![cfg(not(loom))]

use suite::config::{Config, NEVER};
use suite::real::refused;

// Its sleepers keep no order.
suite::conformance!(suite::start!(channel_poller::codewalk) => basics:
    a_stop_before_the_run_polls_nothing
    a_stop_waits_for_the_last_answer
    every_setting_has_a_meaning
    what_is_due_is_polled
    a_stop_wakes_all_who_sleep
);

/// It needs a thread for each worker and each sleeper. Whichever of them it
/// does not get, it ends, and says so.
#[test]
fn too_few_threads_end_it() {
    // The other sleeper must not sleep for its hour.
    let config = Config::fine(2, None, 2).every(NEVER);
    let first = ["monitor", "worker 1", "worker 2", "feeder"];
    let all = first.into_iter().chain(["sleeper"; 2]);
    for (threads, thread) in all.enumerate() {
        let start = suite::start!(channel_poller::codewalk);
        assert_eq!(refused(start, &config, threads).0.as_deref(), Some(thread));
    }
}
