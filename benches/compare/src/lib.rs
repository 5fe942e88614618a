//! Both pollers, side by side: the program that `cargo run` starts.
//!
//! It reads its [`args`] and the [`urls`], and [`run`]s the [`design`]s that
//! were asked for (one of them a mistake, [`held`]). It shows the [`outcome`]:
//! [`record`]ed with when it was due, counted in [`facts`], drawn as a
//! [`timeline`], as a [`listing`], or as [`json`].

#![forbid(unsafe_code)]

pub mod args;
pub mod demo;
pub mod design;
pub mod facts;
pub mod held;
pub mod interrupt;
pub mod json;
pub mod listing;
pub mod measure;
pub mod out;
pub mod outcome;
pub mod progress;
pub mod record;
pub mod run;
pub mod timeline;
pub mod urls;
