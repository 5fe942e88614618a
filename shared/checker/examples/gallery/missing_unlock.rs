//! A path out of a loop forgets to unlock, and the thread ends with the lock.
//!
//! After <https://github.com/cockroachdb/cockroach/pull/584> (2015). In Go,
//! `Unlock` is a call like any other; a guard of Rust's has to be forgotten on
//! purpose.

use std::mem::forget;

use checker::{Mutex, spawn, thread};

struct Gossip {
    closed: Mutex<bool>,
}

impl Gossip {
    fn manage(&self, unlocks: bool) {
        loop {
            let closed = self.closed.lock();
            if *closed {
                if !unlocks {
                    forget(closed);
                }
                break;
            }
        }
    }

    fn close(&self) {
        *self.closed.lock() = true;
        assert!(*self.closed.lock());
    }
}

fn run(unlocks: bool) {
    let gossip = Gossip { closed: Mutex::new(false) };
    thread::scope(|scope| {
        let manage = || gossip.manage(unlocks);
        spawn(scope, "manager", manage).expect("a thread");
        gossip.close();
    });
}

pub fn bad() {
    run(false);
}

pub fn good() {
    run(true);
}
