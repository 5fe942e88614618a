//! A path out of a loop forgets to unlock, and the thread ends with the lock.
//!
//! After <https://github.com/cockroachdb/cockroach/pull/584>, as collected in
//! <https://github.com/timmyyuan/gobench>. In Go, `Unlock` is a call like any
//! other; in Rust a guard has to be forgotten on purpose.

use std::mem::forget;

use checker::{Mutex, thread};

use super::start;

fn run(forgets: bool) {
    let closed = Mutex::new(false);
    thread::scope(|scope| {
        start(scope, "manager", || {
            loop {
                let guard = closed.lock();
                if *guard {
                    if forgets {
                        forget(guard);
                    }
                    break;
                }
            }
        });
        *closed.lock() = true;
        assert!(*closed.lock());
    });
}

pub fn bad() {
    run(true);
}

pub fn good() {
    run(false);
}
