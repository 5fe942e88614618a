//! A thread that waits: in vain, for a time, forever, or for its turn.

use std::time::Duration;

use checker::agree::{Agreement, agree};
use checker::explore::Limits;
use shared::sync::channel::bounded;
use shared::sync::{Condvar, Mutex, now, spawn, thread};

use super::{both_by_turns, fails, holds, model, twice};

/// Nothing sets `stop`, but the thread asks for it only if it came first.
pub fn no_end_in_some() {
    let program = || {
        let (flag, stop) = (Mutex::new(false), Mutex::new(false));
        thread::scope(|scope| {
            let looks = || {
                if !*flag.lock() {
                    while !*stop.lock() {}
                }
            };
            spawn(scope, "looks", looks).expect("a thread");
            *flag.lock() = true;
        });
    };
    fails(program, "no end in sight");
    let failure = model(program).by_turns().check().failure;
    let steps = failure.expect("it must fail").run.events.len();
    assert!(steps > 3, "the way there is shown: {steps} steps");
}

pub fn twenty_looks() {
    let program = || {
        let set = Mutex::new(false);
        twice(
            || {
                let vain = (0..20).filter(|_| !*set.lock()).count();
                assert!(vain < 20, "twenty looks in vain");
            },
            || *set.lock() = true,
        );
    };
    let said = both_by_turns(program).expect("it must fail");
    assert!(said.contains("twenty looks"), "{said}");
    // loom leaves that out, and says so.
    let checked = model(program).check();
    assert!(
        checked.failure.is_some() || checked.patient == Some(3),
        "it says so"
    );
}

pub fn nobody_sets() {
    let program = || {
        let flag = Mutex::new(false);
        thread::scope(|scope| {
            let waits = || while !*flag.lock() {};
            spawn(scope, "waits", waits).expect("a thread");
        });
    };
    fails(program, "no end in sight");
    let agreement = agree(&model(program), Limits::default()).0;
    assert!(matches!(agreement, Agreement::Fails(_)), "{agreement:?}");
}

/// A look in vain again and again, or a wait that ends by its deadline again
/// and again, ends as soon as the other thread has its turn.
pub fn fair_ends() {
    holds(|| {
        let flag = Mutex::new(false);
        twice(|| while !*flag.lock() {}, || *flag.lock() = true);
    });
    holds(|| {
        let (ready, changed) = (Mutex::new(false), Condvar::new());
        twice(
            || *ready.lock() = true,
            || {
                let mut ready = ready.lock();
                while !*ready {
                    let soon = now() + Duration::from_millis(10);
                    changed.wait_until(&mut ready, soon);
                }
            },
        );
    });
    holds(|| {
        let (sender, receiver) = bounded(1);
        thread::scope(|scope| {
            let send = move || sender.send(1).expect("sent");
            spawn(scope, "sends", send).expect("a thread");
            while receiver.recv_deadline(now()).is_err() {}
        });
    });
}

pub fn works_between_looks() {
    fails(
        || {
            let (stop, done) = (Mutex::new(false), Mutex::new(0));
            twice(
                || {
                    for _ in 0..5 {
                        if *stop.lock() {
                            return;
                        }
                        *done.lock() += 1;
                    }
                },
                || {
                    *stop.lock() = true;
                    assert!(*done.lock() < 5, "all were done");
                },
            );
        },
        "all were done",
    );
}

pub fn all_wake() {
    holds(|| {
        let (asleep, changed) = (Mutex::new(0), Condvar::new());
        let go = Condvar::new();
        let sleep = || {
            let mut asleep = asleep.lock();
            *asleep += 1;
            changed.notify_one();
            go.wait(&mut asleep);
        };
        thread::scope(|scope| {
            spawn(scope, "a", sleep).expect("a thread");
            spawn(scope, "b", sleep).expect("a thread");
            let mut asleep = asleep.lock();
            while *asleep < 2 {
                changed.wait(&mut asleep);
            }
            go.notify_all();
        });
    });
}

#[derive(Debug, Default)]
struct Line {
    asleep: Vec<usize>,
    awake: Vec<usize>,
}

pub fn first_come() {
    holds(|| {
        let line = Mutex::new(Line::default());
        let (came, go) = (Condvar::new(), Condvar::new());
        let sleep = |n| {
            let mut line = line.lock();
            line.asleep.push(n);
            came.notify_one();
            go.wait(&mut line);
            line.awake.push(n);
            came.notify_one();
        };
        thread::scope(|scope| {
            spawn(scope, "a", || sleep(1)).expect("a thread");
            spawn(scope, "b", || sleep(2)).expect("a thread");
            let mut line = line.lock();
            while line.asleep.len() < 2 {
                came.wait(&mut line);
            }
            go.notify_one();
            while line.awake.is_empty() {
                came.wait(&mut line);
            }
            assert_eq!(line.awake[0], line.asleep[0], "woken first");
            go.notify_one();
        });
    });
}
