//! Runs a small program with threads in every schedule, and says why one
//! fails.
//!
//! It knows nothing of the program: put it behind a seam of your own (its
//! README has an example of ten lines). In order: [`value`], [`world`] and
//! [`event`] are what happens, as data; [`words`], [`why`], [`failure`] and
//! [`lanes`] (the thread diagram) put it into words; the two engines that run
//! the program are compiled under `--cfg loom` only.

pub mod event;
pub mod failure;
pub mod graph;
pub mod lanes;
pub mod odds;
pub mod place;
pub mod source;
pub mod story;
pub mod tell;
pub mod value;
pub mod why;
pub mod words;
pub mod world;

#[cfg(loom)]
mod engine;
#[cfg(loom)]
pub mod page;
#[cfg(loom)]
pub use engine::*;
