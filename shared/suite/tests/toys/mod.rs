//! The checker of the lesson (`shared::mini_checker`) and the big one say the
//! same of toys: two threads that do a few things with two locks.

use std::sync::Mutex as Data;

use checker::check::Model;
use shared::mini_checker::{self, Run};
use shared::sync::{Condvar, Mutex};

use crate::threads::both;

/// All of them, by name.
pub const ALL: &[(&str, fn())] =
    &[("the_mini_checker_says_the_same_of_toys", same_of_toys)];

/// What a thread does.
#[derive(Debug, Clone, Copy)]
enum Do {
    /// Locks this one, and then the other.
    LockBoth(usize),
    /// Sleeps on the first lock until it is closed.
    WaitForClose,
    Close,
    NotifyAll,
}

type Toy = [&'static [Do]; 2];

const TOYS: [Toy; 4] = [
    [&[Do::WaitForClose], &[Do::Close, Do::NotifyAll]],
    [&[Do::WaitForClose], &[Do::NotifyAll, Do::Close]],
    [&[Do::LockBoth(0)], &[Do::LockBoth(0)]],
    [&[Do::LockBoth(0)], &[Do::LockBoth(1)]],
];

/// Both hold, or both end in a deadlock: every second toy does.
fn same_of_toys() {
    for (n, toy) in TOYS.into_iter().enumerate() {
        let make = || (toy, Data::new(false));
        let mini = mini_checker::check(2, make, &[mini, mini]);
        let big = Model::new("", "", move || big(toy)).check().failure;
        let deadlock = mini.is_err_and(|why| why.contains("deadlock"));
        assert_eq!(deadlock, n % 2 == 1, "{toy:?} on the mini checker");
        let big = big.is_some_and(|failure| failure.deadlock);
        assert_eq!(deadlock, big, "{toy:?}");
    }
}

fn mini(run: &Run, me: usize, (toy, closed): &(Toy, Data<bool>)) {
    let closed = || closed.lock().expect("no panic");
    for one in toy[me] {
        match *one {
            Do::LockBoth(n) => {
                run.lock(me, n);
                run.lock(me, 1 - n);
                run.unlock(1 - n);
                run.unlock(n);
            }
            Do::WaitForClose => {
                run.lock(me, 0);
                while !*closed() {
                    run.wait(me, 0);
                }
                run.unlock(0);
            }
            Do::Close => {
                run.lock(me, 0);
                *closed() = true;
                run.unlock(0);
            }
            Do::NotifyAll => run.notify_all(me),
        }
    }
}

fn big(toy: Toy) {
    let (locks, changed) =
        ([Mutex::new(false), Mutex::new(false)], Condvar::new());
    let [a, b] = toy.map(|all| {
        let (locks, changed) = (&locks, &changed);
        move || {
            for one in all {
                match *one {
                    Do::LockBoth(n) => {
                        let _first = locks[n].lock();
                        drop(locks[1 - n].lock());
                    }
                    Do::WaitForClose => {
                        let mut closed = locks[0].lock();
                        while !*closed {
                            changed.wait(&mut closed);
                        }
                    }
                    Do::Close => *locks[0].lock() = true,
                    Do::NotifyAll => changed.notify_all(),
                }
            }
        }
    });
    both(a, b);
}
