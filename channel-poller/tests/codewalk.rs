//! The suite, as far as it fits, on the literal Codewalk.
#![cfg(not(loom))]

use shared::http::fake::FakeHttp;
use shared::sync::limit_threads;
use suite::Config;
use suite::real::{Start, watch};

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
    let _watch = watch("the Codewalk has too few threads");
    let config = Config::fine(2, None, 2);
    let start: Start = suite::start!(channel_poller::codewalk);
    let sleepers = ["sleeper"; 4];
    let others = ["monitor", "worker 1", "worker 2", "feeder"];
    let all = [&others[..], &sleepers].concat();
    for (threads, refused) in all.into_iter().enumerate() {
        let program = start(config.settings.clone(), config.urls());
        limit_threads(threads);
        let ended = (program.run)(&FakeHttp::new(), &());
        limit_threads(usize::MAX);
        assert_eq!(ended.expect_err("too few").thread, refused);
    }
}
