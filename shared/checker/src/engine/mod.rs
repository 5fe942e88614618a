//! The two engines, and what is built on them.
//!
//! In order: `turns` runs a program along a schedule that is chosen from
//! outside, and `life` says what tells a thread from what it was before;
//! [`explore`] chooses all schedules, `replay` one, and [`random`] some;
//! `loom` lets loom choose; `panics` is what both do when the program panics;
//! [`check`] judges a model; [`agree`] holds one engine against the other.

pub mod agree;
pub mod check;
pub mod explore;
mod life;
pub(crate) mod loom;
pub(crate) mod panics;
pub mod random;
mod replay;
pub(crate) mod turns;
