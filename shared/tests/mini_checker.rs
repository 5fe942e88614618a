//! The checker of the lesson finds what it should, and counts right.

use std::sync::Mutex;

use shared::mini_checker::{Run, check};

/// `n` steps on a lock of its own, for each thread.
fn steps(run: &Run, me: usize, n: &usize) {
    for _ in 0..*n {
        run.lock(me, me);
        run.unlock(me);
    }
}

/// Two threads with n steps each can be interleaved in (2n)! / n!² ways.
#[test]
fn it_counts_every_interleaving() {
    for (n, ways) in [(0, 1), (1, 2), (2, 6), (3, 20), (4, 70), (5, 252)] {
        assert_eq!(check(2, || n, &[steps, steps]), Ok(ways));
    }
    assert_eq!(check(3, || 2, &[steps, steps, steps]), Ok(90));
}

/// Whether it was closed, for the worker and the one that closes it.
type Closed = Mutex<bool>;

fn worker(run: &Run, me: usize, closed: &Closed) {
    run.lock(me, 0);
    while !*closed.lock().unwrap() {
        run.wait(me, 0);
    }
    run.unlock(0);
}

fn close(run: &Run, me: usize, closed: &Closed) {
    run.lock(me, 0);
    *closed.lock().unwrap() = true;
    run.notify_all(me);
    run.unlock(0);
}

fn notify_before_close(run: &Run, me: usize, closed: &Closed) {
    run.notify_all(me);
    run.lock(me, 0);
    *closed.lock().unwrap() = true;
    run.unlock(0);
}

#[test]
fn it_finds_the_notification_that_comes_too_early() {
    let make = || Mutex::new(false);
    assert_eq!(check(1, make, &[worker, close]), Ok(2));
    let failed = check(1, make, &[worker, notify_before_close]).unwrap_err();
    assert_eq!(failed, "[0, 1, 0, 1]: deadlock: [Wake(0), Ended]");
}

fn lock_both(run: &Run, me: usize, [first, second]: [usize; 2]) {
    run.lock(me, first);
    run.lock(me, second);
    run.unlock(second);
    run.unlock(first);
}

#[test]
fn it_finds_two_locks_in_two_orders() {
    let ab = |run: &Run, me, _: &()| lock_both(run, me, [0, 1]);
    let ba = |run: &Run, me, _: &()| lock_both(run, me, [1, 0]);
    assert_eq!(check(2, || (), &[ab, ab]), Ok(2));
    let failed = check(2, || (), &[ab, ba]).unwrap_err();
    assert_eq!(failed, "[0, 1]: deadlock: [Lock(1), Lock(0)]");
}

/// Reads the number, and writes one more: in two steps.
fn read_then_add(run: &Run, me: usize, sum: &Mutex<usize>) {
    run.lock(me, 0);
    let seen = *sum.lock().unwrap();
    run.unlock(0);
    run.lock(me, 0);
    let before = std::mem::replace(&mut *sum.lock().unwrap(), seen + 1);
    assert_eq!(before, seen, "an addition is lost");
    run.unlock(0);
}

#[test]
fn it_finds_the_addition_that_is_lost() {
    let make = || Mutex::new(0);
    assert_eq!(check(1, make, &[read_then_add]), Ok(1));
    let failed = check(1, make, &[read_then_add, read_then_add]).unwrap_err();
    assert_eq!(failed, "[0, 1, 0, 1]: thread 1 panicked");
}
