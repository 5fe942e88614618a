//! The loom side of the seam: the same names as the real side, but every lock,
//! message and wait is a point at which loom may switch threads, and a step
//! that can be shown. Skip it on first reading.
//!
//! Compiled only under `--cfg loom` (`cargo loom`). In order: [`run`] keeps
//! what happens in one interleaving; [`locks`], [`channel`], [`thread`] and
//! [`time`] are the stand-ins; [`check`] goes through all interleavings;
//! [`lanes`] draws the one that fails, [`why`] says what it is stuck on;
//! [`suite`] has the models that both pollers are held to.
//!
//! What it does not check: the code of parking_lot, crossbeam and the
//! standard library; spurious wake-ups (loom has none, parking_lot promises
//! none); another order of waking than first come, first woken; more threads
//! and rounds than a model has.

pub mod changes;
pub mod channel;
pub mod check;
pub mod lanes;
pub mod locks;
pub mod run;
pub mod show;
pub mod source;
pub mod suite;
pub mod thread;
pub mod time;
pub mod web;
pub mod why;

pub use locks::{Condvar, Mutex};
pub use thread::spawn;
pub use time::now;

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::thread::Result;

/// Does the work; if it panics, what it panicked with is the error. Not so a
/// panic that fails the model: it is loom's or a property's, and goes on.
pub(crate) fn catch_panic<T>(work: impl FnOnce() -> T) -> Result<T> {
    match catch_unwind(AssertUnwindSafe(work)) {
        Err(panic) if check::has_failed() => resume_unwind(panic),
        result => result,
    }
}
