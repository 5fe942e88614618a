//! A panic of the program is heard where the standard library hears it.

use std::panic::catch_unwind;

use shared::sync::{Mutex, spawn, thread};

use super::{fails, holds, twice};

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

/// Puts something back when it is dropped.
struct Pooled<'a>(&'a Mutex<Vec<u8>>);

impl Drop for Pooled<'_> {
    fn drop(&mut self) {
        self.0.lock().push(1);
    }
}

/// While `t` panics, `other` has the lock that the destructor needs.
pub fn waits() {
    fails(
        || {
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
        },
        "seen half way",
    );
}

/// A run that is given up while a thread is in the middle of this would wait
/// for ever for the lock that the same thread has.
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
