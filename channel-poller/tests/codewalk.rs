//! The suite, as far as it fits, on the literal Codewalk.
#![cfg(not(loom))]

use shared::http::fake::FakeHttp;
use shared::sync::limit_threads;
use suite::Config;
use suite::real::Start;

// Its sleepers keep no order.
suite::conformance!(suite::start!(channel_poller::codewalk) => basics:
    a_stop_waits_for_the_last_answer
    every_setting_has_a_meaning
    what_is_due_is_polled
    a_stop_wakes_all_who_sleep
);

/// It needs a thread for each worker and each sleeper. Whichever of them it
/// does not get, it ends, and says so.
#[test]
fn too_few_threads_end_it() {
    let config = Config::fine(2, Some(3), 2);
    let start: Start = suite::start!(channel_poller::codewalk);
    let runs = (0..).map_while(|threads| {
        let program = start(config.settings.clone(), config.urls());
        limit_threads(threads);
        let ended = (program.run)(&FakeHttp::new(), &());
        limit_threads(usize::MAX);
        ended.err().map(|error| error.thread)
    });
    // Two URLs sleep twice each.
    let sleepers = ["sleeper"; 4];
    let others = ["monitor", "worker 1", "worker 2", "feeder"];
    assert!(runs.eq([&others[..], &sleepers].concat()));
}
