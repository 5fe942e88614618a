//! Runs a small program with threads in every schedule, and says why one
//! fails.
//!
//! It knows nothing of the program: put it behind a seam of your own (its
//! README has an example of ten lines). In order: `world` and `event` are
//! what happens, as data; `object` is what a program is made of, a file for
//! each kind; `run` is what an object may ask of the two engines, which are
//! in `engine`; `graph` is all that can happen; `failure`, `lanes` (the
//! thread diagram), `story` and `page` tell it; `follow` takes a run to an
//! edited program; `harness` is a test program of models.
//!
//! All but a few of these are compiled under `--cfg loom` only.

pub mod choice;
pub mod place;
pub mod value;

#[cfg(loom)]
mod engine;
#[cfg(loom)]
pub mod event;
#[cfg(loom)]
pub mod failure;
#[cfg(loom)]
pub mod follow;
#[cfg(loom)]
pub mod graph;
#[cfg(loom)]
pub mod harness;
#[cfg(loom)]
pub mod lanes;
#[cfg(loom)]
mod names;
#[cfg(loom)]
pub mod object;
#[cfg(loom)]
pub mod odds;
#[cfg(loom)]
pub mod page;
#[cfg(loom)]
mod report;
#[cfg(loom)]
pub mod run;
#[cfg(loom)]
pub mod source;
#[cfg(loom)]
mod stack;
#[cfg(loom)]
mod stepping;
#[cfg(loom)]
pub mod story;
#[cfg(loom)]
mod tables;
#[cfg(loom)]
pub mod tell;
#[cfg(loom)]
mod terminal;
#[cfg(loom)]
pub mod words;
#[cfg(loom)]
pub mod world;

#[cfg(loom)]
pub use engine::{agree, check, explore, random};
#[cfg(loom)]
pub use object::clock::now;
#[cfg(loom)]
pub use object::condvar::Condvar;
#[cfg(loom)]
pub use object::lock::Mutex;
#[cfg(loom)]
pub use object::thread::spawn;
#[cfg(loom)]
pub use object::{channel, thread};

/// Does the work; if it panics, the error is the payload of the panic. A panic
/// that fails the model (loom's, or that of the test's own part) is not caught.
///
/// # Errors
/// If it panics.
#[cfg(loom)]
pub fn catch_panic<T>(work: impl FnOnce() -> T) -> std::thread::Result<T> {
    use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
    match catch_unwind(AssertUnwindSafe(work)) {
        Err(panic) if run::is_over() => resume_unwind(panic),
        result => result,
    }
}
