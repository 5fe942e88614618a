//! Small programs, for real threads and for the model checker.

pub mod channels;
pub mod crews;

use shared::sync::{spawn, thread};

/// Functions with no arguments, and a list of them, each with its name.
#[macro_export]
macro_rules! listed {
    ($($(#[$doc:meta])? fn $name:ident() $body:block)+) => {
        $($(#[$doc])? fn $name() $body)+
        pub const ALL: &[(&str, fn())] = &[$((stringify!($name), $name)),+];
    };
}

/// Runs `lead` on this thread, and the other beside it.
pub fn beside<T>(a: impl FnOnce() + Send, lead: impl FnOnce() -> T) -> T {
    thread::scope(|scope| {
        spawn(scope, "a", a).expect("a thread");
        lead()
    })
}

/// Runs `lead` on this thread, and two others beside it.
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
