//! What the checker refuses, because its answer would prove nothing.

use std::cell::Cell;
use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, LazyLock};
use std::{env, fmt};

use checker::check::{Model, Quantity};
use shared::sync::channel::{Sender, unbounded};
use shared::sync::{Condvar, Mutex, now, spawn, thread};

use super::{by_loom, by_turns, fails, holds, model, says};
use crate::small::beside;

pub fn a_program_that_draws_lots_is_refused() {
    static RUNS: AtomicUsize = AtomicUsize::new(0);
    let program = || {
        let (a, b) = (Mutex::new(0), Mutex::new(0));
        let odd = RUNS.fetch_add(1, Ordering::Relaxed) % 2 == 1;
        let draw = || *if odd { &a } else { &b }.lock() += 1;
        beside(draw, || *a.lock() += 1);
    };
    says(by_turns(program), "not deterministic");
}

pub fn a_lock_that_outlives_a_run_is_refused() {
    static LOCK: LazyLock<Mutex<u8>> = LazyLock::new(|| Mutex::new(0));
    let program = || beside(|| *LOCK.lock() += 1, || *LOCK.lock() += 1);
    fails(program, "outside of the model");
}

pub fn a_thread_of_std_is_refused() {
    let program = || {
        let lock = Mutex::new(0);
        thread::scope(|scope| {
            scope.spawn(|| *lock.lock() += 1);
        });
    };
    fails(program, "a thread that the checker did not start");
}

pub fn a_sixth_thread_is_refused_by_loom() {
    let program = || {
        thread::scope(|scope| {
            for name in ["a", "b", "c", "d", "e"] {
                spawn(scope, name, || ()).expect("a thread");
            }
        });
    };
    says(by_loom(program), "five threads");
    assert_eq!(by_turns(program), None);
}

/// Shows a value by a lock of its own.
struct Counted(Mutex<u8>);

impl fmt::Debug for Counted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", *self.0.lock())
    }
}

pub fn a_debug_that_locks_is_refused() {
    let program = || {
        let shared = Mutex::new(Counted(Mutex::new(0)));
        beside(|| drop(shared.lock()), || drop(shared.lock()));
    };
    says(by_turns(program), "the `Debug` of a value uses a lock");
}

pub fn too_many_messages_fail() {
    let program = || {
        let (sender, _receiver) = unbounded();
        (0..200).for_each(|n| sender.send(n).expect("sent"));
    };
    fails(program, "more messages than a model may send");
}

pub fn what_is_to_be_seen_once_is_shown_if_it_never_is() {
    let (kind, body) = (Quantity::Some, Arc::new(|| false));
    let never = Model { kind, body, ..model(|| ()) };
    let failure = never.check().failure.expect("it must fail");
    assert_eq!(failure.headline, "seen in none of the 1 interleavings");
    assert!(!failure.deadlock);
}

fn waits(lock: &Mutex<u8>, changed: &Condvar) {
    changed.wait_until(&mut lock.lock(), now());
}

/// parking_lot panics then: if two threads sleep at a time, and only then.
pub fn a_condition_variable_of_two_locks_fails() {
    let at_once = || {
        let (locks, changed) = ([0; 2].map(Mutex::new), Condvar::new());
        let [a, b] = &locks;
        beside(|| waits(a, &changed), || waits(b, &changed));
    };
    fails(at_once, "two locks");
    let one_by_one = || {
        let (locks, changed) = ([0; 2].map(Mutex::new), Condvar::new());
        for lock in &locks {
            beside(|| waits(lock, &changed), || ());
        }
    };
    holds(one_by_one);
}

/// The process ends instead: it says why, and the test sees it.
pub fn an_end_in_a_thread_local_is_refused() {
    thread_local! {
        static KEPT: Cell<Option<Sender<()>>> = const { Cell::new(None) };
    }
    const ALONE: &str = "AN_END_IN_A_THREAD_LOCAL";
    if env::var_os(ALONE).is_some() {
        by_turns(|| {
            let (sender, receiver) = unbounded();
            let hear = || assert!(receiver.recv().is_err(), "hung up");
            beside(|| KEPT.set(Some(sender)), hear);
        });
        unreachable!("it cannot be dropped");
    }
    let mut alone = Command::new(env::current_exe().expect("a program"));
    alone.arg("an_end_in_a_thread_local_is_refused").env(ALONE, "1");
    let said = alone.output().expect("it runs");
    assert_eq!(said.status.code(), Some(1));
    let said = String::from_utf8_lossy(&said.stderr);
    assert!(said.contains("with a thread-local"), "{said}");
}

pub fn an_end_is_dropped_where_it_belongs() {
    let program = || {
        let (sender, receiver) = unbounded::<()>();
        thread::scope(|scope| {
            scope.spawn(move || drop(sender));
        });
        assert!(receiver.recv().is_err(), "hung up");
    };
    fails(program, "a thread that the checker did not start");
}

pub fn more_threads_than_bits_are_refused() {
    let program = || {
        thread::scope(|scope| {
            for n in 0..64 {
                spawn(scope, n.to_string(), || ()).expect("a thread");
            }
        });
    };
    says(by_turns(program), "64 threads at most");
}

/// loom would give the message of its timer to another thread.
pub fn a_shared_timed_receiver_is_refused_by_loom() {
    let program = || {
        let (sender, receiver) = unbounded();
        let receive = || assert!(receiver.recv().is_ok(), "hung up");
        beside(receive, || {
            let _ = receiver.recv_deadline(now());
            (0..2).for_each(|n| sender.send(n).expect("sent"));
        });
    };
    says(by_loom(program), "needs the only receiver");
    assert_eq!(by_turns(program), None);
}
