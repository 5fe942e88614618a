//! The suite, as far as it fits, on the post's lock listing. A worker of it
//! that finds no work keeps a core and the lock busy: on a busy machine these
//! tests take up to a minute.
#![cfg(not(loom))]

use suite::Config;
use suite::real::refused;

// It has no intervals and lists nothing.
suite::conformance!(suite::start!(mutex_poller::as_posted) => basics:
    a_stop_loses_nothing
    a_stop_before_the_run_polls_nothing
    a_stop_waits_for_the_last_answer
    every_setting_has_a_meaning
);

/// It may have polled by then, but it ends.
#[test]
fn too_few_threads_end_it() {
    let start = suite::start!(mutex_poller::as_posted);
    let (thread, _) = refused(start, &Config::fine(2, None, 2), 1);
    assert_eq!(thread.as_deref(), Some("worker 2"));
}
