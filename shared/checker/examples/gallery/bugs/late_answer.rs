//! The caller stops waiting when its time is up. Then no thread receives, and
//! the thread that has the answer waits forever to send it.
//!
//! After <https://github.com/moby/moby/pull/4395> (Docker, 2014), where the
//! channel got a buffer, and
//! <https://github.com/kubernetes/kubernetes/pull/83333> (2019), a goroutine
//! lost at each time-out.

use std::time::Duration;

use checker::{channel, now, thread};

use super::start;

fn ask(room: usize) {
    let (result, answer) = channel::bounded(room);
    thread::scope(|scope| {
        start(scope, "request", move || {
            result.send(200).expect("a receiver is alive");
        });
        let _ = answer.recv_deadline(now() + Duration::from_millis(1));
    });
}

/// As Go's channels are if no size is given.
pub fn bad() {
    ask(0);
}

/// With room for the one answer that there will be.
pub fn good() {
    ask(1);
}
