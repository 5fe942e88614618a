//! A thread that waits: in vain, for a time, or forever.

use std::sync::Arc;
use std::time::Duration;

use checker::agree::{Agreement, agree};
use checker::check::{Model, Quantity};
use checker::explore::Limits;
use checker::graph::Fate;
use shared::sync::channel::bounded;
use shared::sync::{Condvar, Mutex, now};

use super::{by_loom, by_turns, fails, graph, holds, model, says};
use crate::small::beside;

const NO_END: &str = "no end in sight";

/// It ends as soon as the other thread has its turn. So does a wait that ends
/// by its deadline again and again.
pub fn a_busy_wait_is_no_deadlock() {
    let program = || {
        let flag = Mutex::new(false);
        beside(|| *flag.lock() = true, || while !*flag.lock() {});
    };
    holds(program);
    let either = Fate { well: true, round: true, ..Fate::default() };
    assert_eq!(graph(program).states[0].fate, either);
    holds(|| {
        let (ready, changed) = (Mutex::new(false), Condvar::new());
        let set = || *ready.lock() = true;
        beside(set, || {
            let mut ready = ready.lock();
            while !*ready {
                let soon = now() + Duration::from_millis(10);
                changed.wait_until(&mut ready, soon);
            }
        });
    });
    holds(|| {
        let (sender, receiver) = bounded(1);
        let send = move || sender.send(1).expect("sent");
        beside(send, || while receiver.recv_deadline(now()).is_err() {});
    });
}

pub fn nobody_sets_the_flag() {
    let program = || {
        let flag = Mutex::new(false);
        beside(|| while !*flag.lock() {}, || ());
    };
    fails(program, NO_END);
    let (agreement, graph) = agree(&model(program), Limits::default());
    assert!(matches!(agreement, Agreement::Fails(_)), "{agreement:?}");
    let only = Fate { round: true, ..Fate::default() };
    assert_eq!((graph.states[0].fate, graph.cut.is_none()), (only, true));
}

/// Nothing sets `stop`, but the thread asks for it only if it came first.
pub fn no_end_in_some_schedules_is_a_failure() {
    let program = || {
        let (flag, stop) = (Mutex::new(false), Mutex::new(false));
        let look = || {
            if !*flag.lock() {
                while !*stop.lock() {}
            }
        };
        beside(look, || *flag.lock() = true);
    };
    fails(program, NO_END);
    let failure = model(program).by_turns().check().failure;
    let way = failure.expect("it must fail").run.events;
    assert!(way.len() > 3, "the way there is shown: {way:?}");
}

/// loom leaves that out: then the graph has the last word.
pub fn twenty_looks_in_vain_are_twenty() {
    let twenty = || {
        let flag = Mutex::new(false);
        let set = || *flag.lock() = true;
        beside(set, || {
            let vain = (0..20).filter(|_| !*flag.lock()).count();
            assert!(vain < 20, "twenty looks in vain");
        });
    };
    fails(twenty, "twenty looks");
    // The last of four looks is that of a wait without a notify.
    let four = || {
        let (set, changed) = (Mutex::new(false), Condvar::new());
        beside(
            || *set.lock() = true,
            || {
                (0..3).for_each(|_| drop(set.lock()));
                let mut set = set.lock();
                while !*set {
                    changed.wait(&mut set);
                }
            },
        );
    };
    fails(four, "deadlock");
    assert_eq!(model(|| beside(|| (), || ())).check().patient, None);
}

/// No run without end is claimed of it, nor of a thread that waits for it.
pub fn a_hundred_looks_in_vain_have_an_end() {
    let alone = || {
        let lock = Mutex::new(0);
        (0..100).for_each(|_| drop(lock.lock()));
    };
    assert_eq!(by_loom(alone), None);
    says(by_turns(alone), "too big");
    let graph = graph(alone);
    assert!(graph.states[0].fate.unknown && graph.endless.is_none());
    let waited_for = || {
        let (lock, ready) = (Mutex::new(0), Mutex::new(false));
        let changed = Condvar::new();
        let work = || {
            (0..10).for_each(|_| drop(lock.lock()));
            *ready.lock() = true;
        };
        beside(work, || {
            let mut ready = ready.lock();
            while !*ready {
                let soon = now() + Duration::from_millis(10);
                changed.wait_until(&mut ready, soon);
            }
        });
    };
    assert_eq!(by_loom(waited_for), None);
}

/// A model that must see something sees it only after more looks in vain than
/// loom tries.
pub fn what_is_seen_after_eight_looks_is_seen() {
    let body = || {
        let flag = Mutex::new(false);
        let set = || *flag.lock() = true;
        beside(set, || (0..9).filter(|_| !*flag.lock()).count() == 8)
    };
    let (kind, body) = (Quantity::Some, Arc::new(body));
    let checked = Model { kind, body, ..model(|| ()) }.check();
    assert!(checked.failure.is_none() && checked.seen > 0);
}

pub fn work_between_looks_is_not_patience() {
    let program = || {
        let (stop, done) = (Mutex::new(false), Mutex::new(0));
        let work = || {
            let next = || !*stop.lock();
            (0..5).take_while(|_| next()).for_each(|_| *done.lock() += 1);
        };
        beside(work, || {
            *stop.lock() = true;
            assert!(*done.lock() < 5, "all were done");
        });
    };
    fails(program, "all were done");
}
