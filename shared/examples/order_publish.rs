//! Chapter 13 of the tutorial, to run: `cargo run -p shared --example
//! order_publish`.

use std::hint;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;

static STATE: AtomicU64 = AtomicU64::new(0);
static READY: AtomicBool = AtomicBool::new(false);

fn main() {
    let read = thread::scope(|scope| {
        scope.spawn(publish);
        scope.spawn(read).join().expect("it does not panic")
    });
    println!("read {read}");
}

/// First the state, then the flag.
fn publish() {
    STATE.store(200, Ordering::Relaxed);
    READY.store(true, Ordering::Release);
}

/// First the flag, then the state.
fn read() -> u64 {
    while !READY.load(Ordering::Acquire) {
        hint::spin_loop();
    }
    STATE.load(Ordering::Relaxed)
}
