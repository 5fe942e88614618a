//! The two engines, and what is built on them.
//!
//! In order: [`turns`] runs a program along a schedule that is chosen from
//! outside; [`explore`] chooses all schedules, and [`random`] chooses some;
//! [`loom`] lets loom choose; [`panics`] is what both do when the program
//! panics; [`check`] judges a model; [`agree`] holds one engine against the
//! other.

pub mod agree;
pub mod check;
pub mod explore;
pub(crate) mod loom;
pub(crate) mod panics;
pub mod random;
pub(crate) mod turns;
