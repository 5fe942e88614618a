//! A panic of the program is heard where the standard library hears it, and
//! nothing comes after a failed run.

use std::env;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};

use checker::explore::{self, Limits};
use checker::run::quietly;
use shared::sync::channel::unbounded;
use shared::sync::{Mutex, spawn, thread};

use super::{by_loom, by_turns, fails, holds, model, says};
use crate::small::{beside, both_beside};

/// By `join`, or by `catch_unwind`: both go on after that.
pub fn a_panic_that_is_heard_is_no_failure() {
    holds(|| {
        let sum = Mutex::new(0);
        let add = || *sum.lock() += 1;
        let catch = || {
            assert!(catch_unwind(|| panic!("caught")).is_err());
            add();
        };
        beside(catch, || {
            let die = || {
                add();
                panic!("on purpose");
            };
            thread::scope(|scope| {
                let dies = spawn(scope, "dies", die).expect("a thread");
                assert!(dies.join().is_err(), "join returns the panic");
            });
        });
        assert_eq!(*sum.lock(), 2);
    });
}

/// Not even if it is the first that a thread does, or the only thread's.
pub fn a_panic_that_nobody_catches_fails() {
    fails(|| beside(|| panic!("at once"), || ()), "at once");
    fails(|| panic!("recorded nowhere"), "recorded nowhere");
    let no_text = || beside(|| resume_unwind(Box::new("a")), || ());
    fails(no_text, "a scoped thread panicked");
}

fn catches() {
    drop(catch_unwind(|| panic!("caught")));
}

/// The panic of a thread that no `join` asks.
fn catches_out_of_a_scope() {
    let die = || both_beside(|| panic!("caught"), || (), || ());
    assert!(catch_unwind(die).is_err(), "it panics");
}

/// The panic of a lead, whose scope joins a thread first.
fn catches_a_lead() {
    let lock = Mutex::new(0);
    let lead = || -> () { panic!("caught") };
    let die = || beside(|| *lock.lock() += 1, lead);
    assert!(catch_unwind(AssertUnwindSafe(die)).is_err(), "it panics");
}

/// Nor is it why the model fails later: not even if it was caught in the last
/// that its thread did, or came out of a scope.
pub fn a_panic_that_was_caught_is_not_why_it_fails() {
    let panics = || {
        catches_out_of_a_scope();
        catches_a_lead();
        catches();
        panic!("at last");
    };
    fails(panics, "at last");
    let throws_on = || {
        let first = catch_unwind(|| panic!("thrown on"));
        drop(Mutex::new(0).lock());
        catches();
        resume_unwind(first.expect_err("it panics"));
    };
    fails(throws_on, "thrown on");
    let waits = || {
        let (_sender, receiver) = unbounded::<()>();
        catches_out_of_a_scope();
        beside(catches, || assert!(receiver.recv().is_err()));
    };
    fails(waits, "deadlock");
    let throws_what_it_joins = || {
        let (_sender, receiver) = unbounded::<()>();
        thread::scope(|scope| {
            let die = || panic!("joined");
            let first = spawn(scope, "first", die).expect("it starts");
            let panic = first.join().expect_err("it panics");
            let die = || resume_unwind(panic);
            let next = spawn(scope, "next", die).expect("it starts");
            assert!(next.join().is_err(), "it panics, too");
        });
        assert!(receiver.recv().is_err(), "it hangs up");
    };
    fails(throws_what_it_joins, "deadlock");
    let begins_alike = || {
        let first = catch_unwind(|| panic!("a"));
        drop(catch_unwind(|| panic!("ab")));
        resume_unwind(first.expect_err("it panics"));
    };
    let failure = by_turns(begins_alike).expect("it fails");
    assert!(!failure.contains("ab"), "{failure}");
}

pub fn a_failure_that_a_thread_swallows_is_seen() {
    let program = || {
        let swallow = || drop(catch_unwind(|| quietly(|| panic!("broken"))));
        beside(swallow, || ());
    };
    fails(program, "broken");
}

pub fn a_panic_under_a_lock_fails() {
    let program = || {
        let lock = Mutex::new(0);
        let work = || {
            let _guard = lock.lock();
            resume_unwind(Box::new("a"))
        };
        beside(|| drop(checker::catch_panic(work)), || ());
    };
    fails(program, "a panic, while lock is locked");
}

/// The scope waits forever for a thread, but only because of the panic.
pub fn a_panic_in_a_scope_is_why_it_waits() {
    let program = || {
        let (_sender, receiver) = unbounded::<()>();
        let wait = || assert!(receiver.recv().is_ok(), "hung up");
        both_beside(|| (), wait, || panic!("before it has sent"));
    };
    fails(program, "before it has sent");
}

/// Counts into what a model's main thread owns.
struct Count<'a>(&'a AtomicUsize);

impl Drop for Count<'_> {
    fn drop(&mut self) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }
}

/// By a thread that never began, or that was under way: it goes no further.
/// Each counts twice, in the run of turns that names the threads and in that
/// which tells it, where each thread unwinds while what it borrows is there;
/// and never by loom.
pub fn what_a_failed_run_borrows_is_not_used() {
    static NEVER_BEGAN: AtomicUsize = AtomicUsize::new(0);
    let never_began = || {
        let count = Count(&NEVER_BEGAN);
        let work = move || drop(count);
        beside(work, || quietly(|| panic!("before it has begun")));
    };
    says(by_loom(never_began), "before it has begun");
    static UNDER_WAY: AtomicUsize = AtomicUsize::new(0);
    let under_way = || {
        let (started, begun) = unbounded();
        let (_never, waits) = unbounded::<()>();
        let work = || {
            let _count = Count(&UNDER_WAY);
            started.send(()).expect("sent");
            let _ = waits.recv();
        };
        beside(work, || {
            begun.recv().expect("it has begun");
            quietly(|| panic!("while it waits"));
        });
    };
    says(by_loom(under_way), "while it waits");
    let used = [&NEVER_BEGAN, &UNDER_WAY].map(|n| n.load(Ordering::Relaxed));
    assert_eq!(used, [2, 2], "what is gone was used");
}

/// Puts something back when it is dropped.
struct Pooled<'a>(&'a Mutex<Vec<u8>>);

impl Drop for Pooled<'_> {
    fn drop(&mut self) {
        self.0.lock().push(1);
    }
}

pub fn a_destructor_may_lock_when_a_model_fails() {
    let program = || {
        let pool = Mutex::new(Vec::new());
        let die = || {
            let _thing = Pooled(&pool);
            let _guard = pool.lock();
            panic!("with two guards");
        };
        both_beside(die, || drop(pool.lock()), || ());
    };
    fails(program, "with two guards");
}

/// A run that is given up while a thread is in the middle of this would wait
/// forever for the lock that the same thread has.
pub fn a_destructor_may_want_the_lock_of_its_thread() {
    holds(|| {
        let (pool, n) = (Mutex::new(Vec::new()), Mutex::new(0));
        let add = || *n.lock() += 1;
        beside(add, || {
            let all = pool.lock();
            let _thing = Pooled(&pool);
            add();
            drop(all);
        });
    });
}

/// While `b` panics, `a` has the lock that the destructor needs. loom can
/// neither go on nor end then, and ends the process with what turns find: so
/// that is asked in a process of its own.
pub fn a_panic_whose_destructor_waits_is_drawn() {
    const ALONE: &str = "A_PANIC_WHOSE_DESTRUCTOR_WAITS";
    if env::var_os(ALONE).is_some() {
        model(half_way).check();
        unreachable!("loom cannot go on");
    }
    says(by_turns(half_way), "seen half way");
    let mut alone = Command::new(env::current_exe().expect("a program"));
    alone.arg("a_panic_whose_destructor_waits_is_drawn").env(ALONE, "1");
    let said = alone.output().expect("it runs");
    assert_eq!(said.status.code(), Some(1));
    let said = String::from_utf8_lossy(&said.stderr);
    assert!(said.contains("seen half way"), "{said}");
    assert!(said.contains("| spawn"), "a diagram: {said}");
}

fn half_way() {
    let (pool, n) = (Mutex::new(Vec::new()), Mutex::new(0));
    let work = || {
        let _pool = pool.lock();
        *n.lock() += 1;
        *n.lock() += 1;
    };
    let look = || {
        let _thing = Pooled(&pool);
        assert_ne!(*n.lock(), 1, "seen half way");
    };
    both_beside(work, look, || ());
}

pub fn the_first_panic_belongs_to_a_state() {
    let graph = explore::graph(&model(two), Limits::default());
    assert_eq!(graph.strange, None);
    assert_eq!(graph.states.iter().filter(|s| s.is_bad()).count(), 2);
}

fn two() {
    let locks = [(); 2].map(Mutex::new);
    let die = |n: usize, why| {
        drop(locks[n].lock());
        panic!("{why}");
    };
    both_beside(|| die(0, "one"), || die(1, "other"), || ());
}
