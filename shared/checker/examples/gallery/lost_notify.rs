//! What the sender waits for is changed, and notified, without the lock that
//! the sender sleeps with: both can come between its look and its sleep.
//!
//! After <https://github.com/tokio-rs/tokio/pull/2134> (2020). Here `gone` has
//! a lock of its own; there it was an atomic, which the checker has not.

use checker::{Condvar, Mutex, spawn, thread};

struct Shared {
    tail: Mutex<u32>,
    gone: Mutex<bool>,
    room: Condvar,
}

impl Shared {
    fn send(&self) {
        let mut tail = self.tail.lock();
        while !*self.gone.lock() {
            self.room.wait(&mut tail);
        }
    }

    fn leave_bad(&self) {
        *self.gone.lock() = true;
        self.room.notify_one();
    }

    fn leave_good(&self) {
        *self.gone.lock() = true;
        let _tail = self.tail.lock();
        self.room.notify_one();
    }
}

fn run(leave: fn(&Shared)) {
    let (tail, gone) = (Mutex::new(0), Mutex::new(false));
    let shared = Shared { tail, gone, room: Condvar::new() };
    thread::scope(|scope| {
        spawn(scope, "sender", || shared.send()).expect("a thread");
        spawn(scope, "receiver", || leave(&shared)).expect("a thread");
    });
}

pub fn bad() {
    run(Shared::leave_bad);
}

pub fn good() {
    run(Shared::leave_good);
}
