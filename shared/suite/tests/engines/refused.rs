//! What the checker refuses, because its answer would prove nothing.

use std::fmt;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, LazyLock};

use checker::check::{Model, Quantity};
use shared::sync::channel::unbounded;
use shared::sync::{Mutex, now, spawn, thread};

use super::{by_loom, by_turns, fails, model, says};
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
