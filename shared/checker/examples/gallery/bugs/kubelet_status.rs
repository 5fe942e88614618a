//! A status is sent with the lock of all statuses held, and the thread that
//! receives it needs that lock before it can receive the next one.
//!
//! After <https://github.com/kubernetes/kubernetes/pull/10182> (2015): many
//! pods were deleted at once, the channel filled up, and the kubelet hung.

use checker::{Mutex, channel::bounded, thread};

use super::start;

fn run(sends_under_the_lock: bool) {
    let statuses = Mutex::new(Vec::new());
    let (updates, received) = bounded(1);
    thread::scope(|scope| {
        let statuses = &statuses;
        start(scope, "syncer", move || {
            for pod in &received {
                statuses.lock().retain(|other| *other != pod);
            }
        });
        for pod in 1..=3 {
            let mut all = statuses.lock();
            all.push(pod);
            let kept = sends_under_the_lock.then_some(all);
            updates.send(pod).expect("the syncer receives");
            drop(kept);
        }
        drop(updates);
    });
}

pub fn bad() {
    run(true);
}

pub fn good() {
    run(false);
}
