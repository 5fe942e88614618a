//! The checker of the lesson (`shared::mini_checker`) and the big one say the
//! same of toys.

use std::sync::Mutex as Data;

use checker::check::Model;
use shared::mini_checker::{self, Run};
use shared::sync::{Condvar, Mutex, spawn, thread};

/// All of them, by name.
pub const ALL: &[(&str, fn())] =
    &[("the_mini_checker_says_the_same_of_toys", same_of_toys)];

fn same_of_toys() {
    for close_first in [true, false] {
        let mini = if close_first { mini_close } else { mini_notify };
        let make = || Data::new(false);
        let mini = mini_checker::check(1, make, &[mini_worker, mini]);
        same(mini, move || waits_for_close(close_first));
    }
    for same_order in [true, false] {
        let other = if same_order { mini_ab } else { mini_ba };
        let mini = mini_checker::check(2, || (), &[mini_ab, other]);
        same(mini, move || two_locks(same_order));
    }
}

/// Both hold, or both end in a deadlock.
fn same(mini: Result<u64, String>, big: impl Fn() + Send + Sync + 'static) {
    let big = Model::new("", "", big).check().failure;
    assert_eq!(mini.is_err(), big.is_some(), "{mini:?}");
    if let (Err(mini), Some(big)) = (mini, big) {
        assert!(mini.contains("deadlock") && big.deadlock, "{mini}");
    }
}

fn waits_for_close(close_first: bool) {
    let (closed, changed) = (Mutex::new(false), Condvar::new());
    thread::scope(|scope| {
        let worker = || {
            let mut closed = closed.lock();
            while !*closed {
                changed.wait(&mut closed);
            }
        };
        spawn(scope, "worker", worker).expect("a thread");
        if !close_first {
            changed.notify_all();
        }
        *closed.lock() = true;
        if close_first {
            changed.notify_all();
        }
    });
}

fn two_locks(same_order: bool) {
    let (a, b) = (Mutex::new(()), Mutex::new(()));
    let both = |first: &Mutex<()>, then: &Mutex<()>| {
        let _first = first.lock();
        drop(then.lock());
    };
    thread::scope(|scope| {
        spawn(scope, "ab", || both(&a, &b)).expect("a thread");
        if same_order {
            both(&a, &b);
        } else {
            both(&b, &a);
        }
    });
}

fn mini_worker(run: &Run, me: usize, closed: &Data<bool>) {
    run.lock(me, 0);
    while !*closed.lock().expect("no panic") {
        run.wait(me, 0);
    }
    run.unlock(0);
}

fn set(run: &Run, me: usize, closed: &Data<bool>) {
    run.lock(me, 0);
    *closed.lock().expect("no panic") = true;
    run.unlock(0);
}

fn mini_close(run: &Run, me: usize, closed: &Data<bool>) {
    set(run, me, closed);
    run.notify_all(me);
}

fn mini_notify(run: &Run, me: usize, closed: &Data<bool>) {
    run.notify_all(me);
    set(run, me, closed);
}

fn mini_ab(run: &Run, me: usize, _: &()) {
    run.lock(me, 0);
    run.lock(me, 1);
    run.unlock(1);
    run.unlock(0);
}

fn mini_ba(run: &Run, me: usize, _: &()) {
    run.lock(me, 1);
    run.lock(me, 0);
    run.unlock(0);
    run.unlock(1);
}
