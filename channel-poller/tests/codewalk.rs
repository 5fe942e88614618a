//! The suite, as far as it fits, on the literal Codewalk.
#![cfg(not(loom))]

use shared::http::fake::FakeHttp;
use shared::sync::limit_threads;
use suite::Config;
use suite::real::Start;

// Its sleepers keep no order.
suite::conformance!(suite::start!(channel_poller::codewalk) =>
    same_polls_as_one_by_one
    all_workers_poll_at_once
    more_workers_than_urls
    no_urls_end_at_once
    a_slow_site_holds_nobody_up
    panics_are_errors
    a_panic_may_carry_anything
    errors_come_and_go
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
    let mut refused = Vec::new();
    for threads in 0.. {
        let start: Start = suite::start!(channel_poller::codewalk);
        let program = start(config.settings.clone(), config.urls());
        limit_threads(threads);
        let ended = program.run(&FakeHttp::new(), &());
        limit_threads(usize::MAX);
        match ended {
            Err(error) => refused.push(error.thread),
            Ok(report) => {
                assert_eq!(report.states.polls(), 6);
                break;
            }
        }
    }
    // Two URLs sleep twice each.
    let sleepers = ["sleeper"; 4];
    let others = ["monitor", "worker 1", "worker 2", "feeder"];
    assert_eq!(refused, [others, sleepers].concat());
}
