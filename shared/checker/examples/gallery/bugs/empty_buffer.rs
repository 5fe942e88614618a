//! A consumer that was woken does not look again: another one has taken the
//! item by then.
//!
//! After *Operating Systems: Three Easy Pieces*, chapter 30, where `if` is the
//! first broken solution:
//! <https://pages.cs.wisc.edu/~remzi/OSTEP/threads-cv.pdf>

use checker::{Condvar, Mutex, thread};

use super::start;

fn run(looks_again: bool) {
    let (items, filled) = (Mutex::new(Vec::new()), Condvar::new());
    let take = || {
        let mut items = items.lock();
        while items.is_empty() {
            filled.wait(&mut items);
            if !looks_again {
                break;
            }
        }
        items.pop().expect("there is an item");
    };
    thread::scope(|scope| {
        start(scope, "consumer 1", take);
        start(scope, "consumer 2", take);
        for item in 1..=2 {
            let mut items = items.lock();
            items.push(item);
            filled.notify_one();
        }
    });
}

/// An `if` instead of the `while`.
pub fn bad() {
    run(false);
}

pub fn good() {
    run(true);
}
