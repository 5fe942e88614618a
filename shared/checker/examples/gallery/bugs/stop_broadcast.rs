//! A stop holds the lock while it waits for a thread to say that it is done;
//! that thread has one more update to record under the lock.
//!
//! After <https://github.com/etcd-io/etcd/pull/6873> (2016).

use checker::{Mutex, channel::unbounded, thread};

use super::start;

fn run(waits_under_the_lock: bool) {
    let log = Mutex::new(Vec::new());
    let (updates, received) = unbounded();
    let (done_tx, done_rx) = unbounded::<()>();
    thread::scope(|scope| {
        let log = &log;
        start(scope, "coalescer", move || {
            for update in &received {
                log.lock().push(update);
            }
            drop(done_tx);
        });
        updates.send(1).expect("the coalescer receives");
        let all = log.lock();
        drop(updates);
        let kept = waits_under_the_lock.then_some(all);
        // It hears the hang-up: the coalescer has ended.
        let _ = done_rx.recv();
        drop(kept);
    });
}

pub fn bad() {
    run(true);
}

pub fn good() {
    run(false);
}
