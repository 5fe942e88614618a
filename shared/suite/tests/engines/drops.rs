//! What is dropped at the end of a thread, and what a destructor may do while
//! a run is unwound.

use std::cell::Cell;
use std::env;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::Command;

use shared::sync::channel::unbounded;
use shared::sync::{Condvar, Mutex, spawn, thread};

use super::{by_turns, come_to, fails, holds};
use crate::small::beside;

/// It would be dropped by a thread that can have no turn any more.
pub fn what_a_thread_returns_is_dropped_before_its_end() {
    holds(|| {
        let (sender, receiver) = unbounded::<()>();
        let first = Mutex::new(());
        thread::scope(|scope| {
            let keep = || {
                drop(first.lock());
                sender
            };
            drop(spawn(scope, "a", keep).expect("a thread"));
            assert!(receiver.recv().is_err(), "hung up");
        });
    });
}

struct AtTheEnd<F: FnMut()>(F);

impl<F: FnMut()> Drop for AtTheEnd<F> {
    fn drop(&mut self) {
        self.0();
    }
}

/// It may insist that its thread gets to its end, or that another one does:
/// both are so in all schedules, and no run is given up half way.
pub fn a_destructor_may_insist_on_an_end() {
    let done = || {
        let count = [0; 2].map(Mutex::new);
        let work = |n: usize| {
            let done = Cell::new(false);
            let _sure = AtTheEnd(|| assert!(done.get(), "given up"));
            *count[n].lock() += 1;
            *count[n].lock() += 1;
            done.set(true);
        };
        beside(|| work(0), || work(1));
        String::new()
    };
    come_to(done, &[""]);
    let drained = || {
        let (busy, changed) = (Mutex::new(true), Condvar::new());
        let (a, b) = (Mutex::new(0), Mutex::new(0));
        let work = || {
            *a.lock() += 1;
            *busy.lock() = false;
            changed.notify_all();
        };
        beside(work, || {
            let _drain = AtTheEnd(|| {
                let mut busy = busy.lock();
                while *busy {
                    changed.wait(&mut busy);
                }
            });
            *b.lock() += 1;
            String::new()
        })
    };
    come_to(drained, &[""]);
}

/// At a bad end it cannot, and the end is told all the same.
pub fn a_destructor_may_send_and_join_when_a_model_fails() {
    fails(
        || {
            let (sender, receiver) = unbounded();
            let (_never, waits) = unbounded::<()>();
            thread::scope(|scope| {
                let wait = || waits.recv().expect("no end of it");
                let mut a = Some(spawn(scope, "a", wait).expect("a thread"));
                let _join = AtTheEnd(|| drop(a.take().map(|a| a.join())));
                let _send = AtTheEnd(|| sender.send(()).expect("sent"));
                let _ = waits.recv();
            });
            drop(receiver);
        },
        "deadlock",
    );
}

/// The process ends instead: it says why, and the test sees it.
pub fn a_run_that_is_over_does_not_go_on_forever() {
    const ALONE: &str = "A_RUN_THAT_IS_OVER";
    if let Some(which) = env::var_os(ALONE) {
        by_turns(if which == "waits" { waits } else { catches });
        unreachable!("it cannot be unwound");
    }
    for which in ["waits", "catches"] {
        let mut alone = Command::new(env::current_exe().expect("a program"));
        alone.arg("a_run_that_is_over_does_not").env(ALONE, which);
        let said = alone.output().expect("it runs");
        assert_eq!(said.status.code(), Some(1), "{which}");
        let said = String::from_utf8_lossy(&said.stderr);
        assert!(said.contains(which), "{said}");
        assert!(said.contains("FAILED: Deadlock"), "{said}");
    }
}

fn waits() {
    let (busy, changed) = (Mutex::new(true), Condvar::new());
    let _drain = AtTheEnd(|| {
        let mut busy = busy.lock();
        while *busy {
            changed.wait(&mut busy);
        }
    });
    drop(catch_unwind(|| panic!("caught")));
    let (_sender, receiver) = unbounded::<()>();
    let _ = receiver.recv();
}

fn catches() {
    let (_sender, receiver) = unbounded::<()>();
    let wait = || receiver.recv().is_ok();
    while catch_unwind(AssertUnwindSafe(wait)).is_err() {}
}
