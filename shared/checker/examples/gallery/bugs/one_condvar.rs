//! Producers and consumers sleep on one condition variable, so a notify may
//! wake a thread of the wrong kind: it finds nothing, and sleeps again.
//!
//! After <https://github.com/nim-lang/Nim/pull/26230> (2026), the channels of
//! Nim; also the second broken solution of *Operating Systems: Three Easy
//! Pieces*, chapter 30.

use checker::{Condvar, Mutex, thread};

use super::start;

fn run(one_for_both: bool) {
    let (item, empty) = (Mutex::new(None), Condvar::new());
    let full = if one_for_both { &empty } else { &Condvar::new() };
    let take = || {
        let mut item = item.lock();
        while item.take().is_none() {
            full.wait(&mut item);
        }
        empty.notify_one();
    };
    thread::scope(|scope| {
        start(scope, "consumer 1", take);
        start(scope, "consumer 2", take);
        for new in 1..=2 {
            let mut item = item.lock();
            while item.is_some() {
                empty.wait(&mut item);
            }
            *item = Some(new);
            full.notify_one();
        }
    });
}

pub fn bad() {
    run(true);
}

pub fn good() {
    run(false);
}
