//! The URL poller that shares memory under a lock.
//!
//! Read [`shared`] first: the work itself, without threads. Then open this
//! package and its twin, `channel-poller`, side by side. Modules of one name
//! do the same thing in both. Read in this order: [`as_posted`], the listing of
//! 2010; [`resources`], the one lock, where the twin has a `dispatcher`;
//! [`poller`], what each worker does; [`monitor`], the status board;
//! [`program`], all of it put together.

#![forbid(unsafe_code)]

pub mod as_posted;
pub mod monitor;
pub mod poller;
pub mod program;
pub mod resources;

pub use program::{Program, Stopper};
