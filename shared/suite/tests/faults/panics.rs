//! A panic of the program is heard where the standard library hears it.

use std::env;
use std::panic::catch_unwind;
use std::process::Command;

use shared::sync::channel::unbounded;
use shared::sync::{Mutex, spawn, thread};

use super::{fails, holds, model, twice};

pub fn heard() {
    holds(|| {
        let lock = Mutex::new(0);
        thread::scope(|scope| {
            let dies = || {
                *lock.lock() += 1;
                panic!("on purpose");
            };
            let dies = spawn(scope, "dies", dies).expect("a thread");
            assert!(dies.join().is_err(), "join returns the panic");
        });
        assert_eq!(*lock.lock(), 1);
    });
}

pub fn caught() {
    holds(|| {
        let lock = Mutex::new(0);
        thread::scope(|scope| {
            let catches = || {
                assert!(catch_unwind(|| panic!("caught")).is_err());
                *lock.lock() += 1;
            };
            spawn(scope, "catches", catches).expect("a thread");
        });
        assert_eq!(*lock.lock(), 1, "it went on");
    });
}

pub fn at_once() {
    fails(
        || {
            thread::scope(|scope| {
                spawn(scope, "dies", || panic!("at once")).expect("a thread");
            });
        },
        "at once",
    );
}

/// The scope waits forever for a thread, but only because of the panic.
pub fn in_a_scope() {
    fails(
        || {
            let (_sender, receiver) = unbounded::<()>();
            thread::scope(|scope| {
                let waits = || assert!(receiver.recv().is_ok(), "hung up");
                spawn(scope, "ends", || ()).expect("a thread");
                spawn(scope, "waits", waits).expect("a thread");
                panic!("before it has sent");
            });
        },
        "before it has sent",
    );
}

/// Puts something back when it is dropped.
struct Pooled<'a>(&'a Mutex<Vec<u8>>);

impl Drop for Pooled<'_> {
    fn drop(&mut self) {
        self.0.lock().push(1);
    }
}

/// While `t` panics, `other` has the lock that the destructor needs. loom can
/// neither go on nor end then, and ends the process with what turns find: so
/// that is asked in a process of its own.
pub fn waits() {
    const ALONE: &str = "A_PANIC_WHOSE_DESTRUCTOR_WAITS";
    if env::var_os(ALONE).is_some() {
        model(half_way).check();
        unreachable!("loom cannot go on");
    }
    let failure = model(half_way).by_turns().check().failure;
    assert!(failure.is_some_and(|f| f.headline.contains("seen half way")));
    let this = env::current_exe().expect("a program");
    let mut alone = Command::new(this);
    alone.arg("a_panic_whose_destructor_waits_is_drawn").env(ALONE, "1");
    let said = alone.output().expect("it runs");
    assert_eq!(said.status.code(), Some(1));
    let said = String::from_utf8_lossy(&said.stderr);
    assert!(said.contains("seen half way"), "{said}");
    assert!(said.contains("| spawn"), "a diagram: {said}");
}

fn half_way() {
    let (pool, n) = (Mutex::new(Vec::new()), Mutex::new(0));
    twice(
        || {
            let pool = pool.lock();
            *n.lock() += 1;
            *n.lock() += 1;
            drop(pool);
        },
        || {
            let _thing = Pooled(&pool);
            assert_ne!(*n.lock(), 1, "seen half way");
        },
    );
}

/// A run that is given up while a thread is in the middle of this would wait
/// forever for the lock that the same thread has.
pub fn own_lock() {
    holds(|| {
        let (pool, n) = (Mutex::new(Vec::new()), Mutex::new(0));
        twice(
            || *n.lock() += 1,
            || {
                let all = pool.lock();
                let _thing = Pooled(&pool);
                *n.lock() += 1;
                drop(all);
            },
        );
    });
}
