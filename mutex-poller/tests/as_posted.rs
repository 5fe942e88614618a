//! The suite, as far as it fits, on the post's lock listing. A worker of it
//! that finds no work keeps a core and the lock busy: on a busy machine these
//! tests take up to a minute.
#![cfg(not(loom))]

use shared::http::fake::FakeHttp;
use shared::sync::limit_threads;
use suite::Config;
use suite::real::{Start, watch};

// It has no intervals and lists nothing.
suite::conformance!(suite::start!(mutex_poller::as_posted) => basics:
    a_stop_loses_nothing
    a_stop_before_the_run_polls_nothing
    a_stop_waits_for_the_last_answer
    every_setting_has_a_meaning
);

/// It may have polled by then; it ends all the same.
#[test]
fn too_few_threads_end_it() {
    let _watch = watch("the listing has too few threads");
    let config = Config::fine(2, None, 2);
    let start: Start = suite::start!(mutex_poller::as_posted);
    let program = start(config.settings.clone(), config.urls());
    limit_threads(1);
    let ended = (program.run)(&FakeHttp::new(), &());
    limit_threads(usize::MAX);
    assert_eq!(ended.expect_err("too few").thread, "worker 2");
}
