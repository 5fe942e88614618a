//! Two threads, for small programs.
#![allow(dead_code)]

use shared::sync::{spawn, thread};

/// Runs both at once, each in a thread of its own.
pub fn both(a: impl FnOnce() + Send, b: impl FnOnce() + Send) {
    both_beside(a, b, || ());
}

/// The same, and runs `lead` on this thread.
pub fn both_beside<T>(
    a: impl FnOnce() + Send,
    b: impl FnOnce() + Send,
    lead: impl FnOnce() -> T,
) -> T {
    thread::scope(|scope| {
        spawn(scope, "a", a).expect("a thread");
        spawn(scope, "b", b).expect("a thread");
        lead()
    })
}

/// Runs `lead` on this thread, and the other beside it.
pub fn beside<T>(a: impl FnOnce() + Send, lead: impl FnOnce() -> T) -> T {
    thread::scope(|scope| {
        spawn(scope, "a", a).expect("a thread");
        lead()
    })
}
