//! A counter and a flag as atomics: `cargo run -p shared --example
//! atomic_counter`.

use std::sync::atomic::Ordering::{Acquire, Relaxed, Release};
use std::sync::atomic::{AtomicBool, AtomicU64};
use std::thread;

fn main() {
    println!("counted: {}", count());
    println!("published: {}", publish());
}

/// Four threads count to one sum. Nothing else hangs on it: `Relaxed`.
fn count() -> u64 {
    let polls = AtomicU64::new(0);
    thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                for _ in 0..1000 {
                    polls.fetch_add(1, Relaxed);
                }
            });
        }
    });
    polls.load(Relaxed)
}

/// One thread writes an answer, then says that it is there.
fn publish() -> u64 {
    let (answer, ready) = (AtomicU64::new(0), AtomicBool::new(false));
    thread::scope(|scope| {
        scope.spawn(|| {
            answer.store(200, Relaxed);
            ready.store(true, Release);
        });
        while !ready.load(Acquire) {
            thread::yield_now();
        }
        // What came before the `Release` is seen after the `Acquire`.
        answer.load(Relaxed)
    })
}
