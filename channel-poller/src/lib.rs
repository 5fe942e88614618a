//! The URL poller that shares memory by communicating.
//!
//! Read [`shared`] first: the work itself, without threads. Then open this
//! package and its twin, `mutex-poller`, side by side. Modules of one name do
//! the same thing in both. Read in this order: [`as_posted`], the listing of
//! 2010; [`dispatcher`], the one owner, where the twin has `resources`;
//! [`poller`], what each worker does; [`monitor`], the status board;
//! [`program`], all of it put together. Then [`codewalk`], the post's full
//! program, copied as literally as Rust allows.
//!
//! The two ends of a channel have its name and two endings: `pending_tx` sends
//! and `pending_rx` receives. (The two originals keep the names of 2010 for
//! the ends that their pollers are given.)

#![forbid(unsafe_code)]

pub mod as_posted;
pub mod codewalk;
pub mod dispatcher;
pub mod monitor;
pub mod poller;
pub mod program;

pub use program::{Program, Stopper};
