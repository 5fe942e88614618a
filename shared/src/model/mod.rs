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

use crate::HttpError;

/// Does as told; a panic becomes [`HttpError::Panicked`]. Not so a panic that
/// ends the interleaving: it is loom's or a model's, and goes on.
pub(crate) fn catch_panic<T>(
    request: impl FnOnce() -> Result<T, HttpError>,
) -> Result<T, HttpError> {
    match catch_unwind(AssertUnwindSafe(request)) {
        Ok(result) => result,
        Err(panic) if check::has_failed() => resume_unwind(panic),
        Err(_) => Err(HttpError::Panicked),
    }
}
