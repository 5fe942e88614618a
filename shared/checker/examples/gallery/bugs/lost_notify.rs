//! What the sender waits for is changed, and notified, without the lock that
//! the sender sleeps with: both can come between its look and its sleep.
//!
//! After <https://github.com/tokio-rs/tokio/pull/2134> (2020). `gone` has a
//! lock of its own here, because the checker has no atomics.

use checker::{Condvar, Mutex, thread};

use super::start;

fn run(locks_first: bool) {
    let (tail, gone) = (Mutex::new(0), Mutex::new(false));
    let room = Condvar::new();
    thread::scope(|scope| {
        start(scope, "sender", || {
            let mut tail = tail.lock();
            while !*gone.lock() {
                room.wait(&mut tail);
            }
        });
        start(scope, "receiver", || {
            *gone.lock() = true;
            let _tail = locks_first.then(|| tail.lock());
            room.notify_one();
        });
    });
}

pub fn bad() {
    run(false);
}

pub fn good() {
    run(true);
}
