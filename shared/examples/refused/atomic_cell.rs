//! Does not compile: a `Cell` may be changed through a shared reference, and
//! no thread would be kept from changing it at the same time.

use std::cell::Cell;
use std::thread;

pub fn count() -> u64 {
    let polls = Cell::new(0);
    thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| polls.set(polls.get() + 1));
        }
    });
    polls.get()
}
