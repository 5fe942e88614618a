//! The URL poller that shares memory under a lock.
//!
//! Its twin, `channel-poller`, has the same modules, with the same names. Open
//! both, side by side, and read in this order: [`as_posted`], the listing of
//! 2010; [`resources`], the one lock; [`poller`], what each worker does;
//! [`monitor`], the status board; [`program`], all of it put together.

#![forbid(unsafe_code)]

pub mod as_posted;
pub mod monitor;
pub mod poller;
pub mod program;
pub mod resources;

pub use program::{Program, Stopper};
