//! All that looks at both pollers at once.
//!
//! The program `compare` reads its [`args`], finds the [`urls`], runs the
//! [`design`]s that were asked for (one of them a mistake, [`held`]), and
//! shows what happened: [`record`]ed, counted in [`facts`], drawn as a
//! [`timeline`], or as [`json`].
//!
//! `cargo bench` times [`lines`], and ends with a [`verdict`].
//!
//! `cargo bug` and `cargo exercise` change code: [`planting`].

#![forbid(unsafe_code)]

pub mod args;
pub mod demo;
pub mod design;
pub mod facts;
pub mod held;
pub mod json;
pub mod lines;
pub mod measure;
pub mod out;
pub mod planting;
pub mod record;
pub mod run;
pub mod timeline;
pub mod urls;
pub mod verdict;
