//! How often each of four threads gets a lock that all want all the time:
//! `cargo run -p shared --example fair_lock`. The figures differ
//! from run to run and from machine to machine.

use std::thread;
use std::time::{Duration, Instant};

use parking_lot::{Mutex, MutexGuard};

fn main() {
    for (name, fair) in [("as it comes", false), ("handed over", true)] {
        let mut turns = contend(fair);
        turns.sort_unstable();
        let all: u64 = turns.iter().sum();
        println!("{name}: {all} turns, by thread {turns:?}");
    }
}

/// Four threads lock and unlock for 200 ms; how often each did.
fn contend(fair: bool) -> Vec<u64> {
    let lock = Mutex::new(());
    let end = Instant::now() + Duration::from_millis(200);
    let work = || {
        let mut turns = 0;
        while Instant::now() < end {
            let guard = lock.lock();
            // Meanwhile the others come, find it held, and sleep.
            thread::sleep(Duration::from_millis(1));
            turns += 1;
            if fair {
                MutexGuard::unlock_fair(guard);
            }
        }
        turns
    };
    thread::scope(|scope| {
        let threads: Vec<_> = (0..4).map(|_| scope.spawn(work)).collect();
        let join = |thread: thread::ScopedJoinHandle<u64>| thread.join();
        let turns = threads.into_iter().map(join);
        turns.map(|turns| turns.expect("no thread panics")).collect()
    })
}
