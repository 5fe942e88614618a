//! The engine that goes through every interleaving that differs, with loom.
//!
//! Locks, condition variables, channels and threads with the names and the
//! calls of parking_lot, crossbeam and the standard library, but each is a
//! point at which loom may switch threads, and a step that can be shown.
//!
//! In order: [`run`] keeps what happens in one run; [`locks`], [`channel`],
//! [`thread`] and [`time`] are the stand-ins; [`check`] goes through all
//! interleavings; [`harness`] is a test program of models.
//!
//! What it does not check: the code of parking_lot, crossbeam and the
//! standard library; spurious wake-ups (loom has none, parking_lot promises
//! none); another order of waking than first come, first woken; looks in vain
//! beyond a number in a row; more threads and rounds than a model has. The
//! README says what both engines assume.

pub mod agree;
pub mod channel;
pub mod check;
pub mod explore;
pub mod harness;
pub mod locks;
pub mod random;
pub mod run;
mod stack;
mod stepping;
mod terminal;
pub mod thread;
pub mod time;
mod turns;

pub use locks::{Condvar, Mutex};
pub use thread::spawn;
pub use time::now;

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::thread::Result;

/// Does the work; if it panics, the error is the payload of the panic. A panic
/// that fails the model (loom's, or that of the test's own part) is not caught.
pub fn catch_panic<T>(work: impl FnOnce() -> T) -> Result<T> {
    match catch_unwind(AssertUnwindSafe(work)) {
        Err(panic) if check::has_failed() => resume_unwind(panic),
        result => result,
    }
}
