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

fn ab(run: &Run, me: usize, _: &()) {
    run.lock(me, 0);
    run.lock(me, 1);
    run.unlock(1);
    run.unlock(0);
}

fn ba(run: &Run, me: usize, _: &()) {
    run.lock(me, 1);
    run.lock(me, 0);
    run.unlock(0);
    run.unlock(1);
}

#[test]
fn it_finds_two_locks_in_two_orders() {
    assert_eq!(check(2, || (), &[ab, ab]), Ok(2));
    let failed = check(2, || (), &[ab, ba]).unwrap_err();
    assert_eq!(failed, "[0, 1]: deadlock: [Lock(1), Lock(0)]");
}

/// A sum, and how often something was added to it.
type Sum = Mutex<(u32, u32)>;

fn add(run: &Run, me: usize, sum: &Sum) {
    run.lock(me, 0);
    let (seen, times) = *sum.lock().unwrap();
    *sum.lock().unwrap() = (seen + 1, times + 1);
    run.unlock(0);
}

fn read_then_add(run: &Run, me: usize, sum: &Sum) {
    run.lock(me, 0);
    let (seen, _) = *sum.lock().unwrap();
    run.unlock(0);
    run.lock(me, 0);
    let times = sum.lock().unwrap().1 + 1;
    assert_eq!(seen + 1, times, "an addition is lost");
    *sum.lock().unwrap() = (seen + 1, times);
    run.unlock(0);
}

#[test]
fn it_finds_the_addition_that_is_lost() {
    let make = || Mutex::new((0, 0));
    assert_eq!(check(1, make, &[add, add]), Ok(2));
    let failed = check(1, make, &[read_then_add, read_then_add]).unwrap_err();
    assert_eq!(failed, "[0, 1, 0, 1]: thread 1 panicked");
}

#[test]
fn a_panic_is_a_failure() {
    fn panics(_: &Run, _: usize, _: &()) {
        std::panic::resume_unwind(Box::new("a"));
    }
    let failed = check(0, || (), &[panics]).unwrap_err();
    assert_eq!(failed, "[]: thread 0 panicked");
}
