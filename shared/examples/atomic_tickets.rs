//! Two atomics that belong together are check-then-act again: `cargo run -p
//! shared --example atomic_tickets`.

use std::sync::Barrier;
use std::sync::atomic::AtomicU32;
use std::sync::atomic::Ordering::Relaxed;
use std::thread;

fn main() {
    println!("load, then subtract: sold {}", sold(look_then_take));
    println!("one update: sold {}", sold(take_if_left));
}

/// Two steps. Between them both threads stand at the barrier: the worst
/// schedule, made to happen every time.
fn look_then_take(left: &AtomicU32, both: &Barrier) -> bool {
    let seen = left.load(Relaxed);
    both.wait();
    if seen > 0 {
        left.fetch_sub(1, Relaxed);
    }
    seen > 0
}

/// One step: subtracts only if something is left, or changes nothing.
fn take_if_left(left: &AtomicU32, both: &Barrier) -> bool {
    both.wait();
    left.fetch_update(Relaxed, Relaxed, |left| left.checked_sub(1)).is_ok()
}

/// Two threads want the one ticket that is left. How many were sold?
fn sold(take: fn(&AtomicU32, &Barrier) -> bool) -> u32 {
    let (left, both) = (AtomicU32::new(1), Barrier::new(2));
    let sold = AtomicU32::new(0);
    let buyer = || {
        if take(&left, &both) {
            sold.fetch_add(1, Relaxed);
        }
    };
    thread::scope(|scope| {
        scope.spawn(buyer);
        scope.spawn(buyer);
    });
    sold.load(Relaxed)
}
