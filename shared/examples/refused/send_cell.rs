//! Does not compile, and why is the point: see `docs/questions.md`.

use std::cell::Cell;
use std::thread;

pub fn count() -> u32 {
    let polls = Cell::new(0);
    thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| polls.set(polls.get() + 1));
        }
    });
    polls.get()
}
