//! The URL poller that shares memory by communicating.
//!
//! Read [`shared`] first: the work itself, without threads. The twin of this
//! package, `mutex-poller`, has the same modules, with the same names. Open
//! both, side by side, and read in this order: [`as_posted`], the listing of
//! 2010; [`dispatcher`], the one owner; [`poller`], what each worker does;
//! [`monitor`], the status board; [`program`], all of it put together. Then
//! [`codewalk`], the post's full program, copied as literally as Rust allows.

#![forbid(unsafe_code)]

pub mod as_posted;
pub mod codewalk;
pub mod dispatcher;
pub mod monitor;
pub mod poller;
pub mod program;

pub use program::{Program, Stopper};
