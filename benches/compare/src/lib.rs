//! Both pollers, side by side: the program that `cargo run` starts.
//!
//! It reads its [`args`], finds the [`urls`], runs the [`design`]s that were
//! asked for (one of them a mistake, [`held`]), and shows what happened:
//! [`record`]ed, counted in [`facts`], drawn as a [`timeline`], or as
//! [`json`].

#![forbid(unsafe_code)]

pub mod args;
pub mod demo;
pub mod design;
pub mod facts;
pub mod held;
pub mod json;
pub mod measure;
pub mod out;
pub mod record;
pub mod run;
pub mod timeline;
pub mod urls;
