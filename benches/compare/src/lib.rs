//! Both pollers, side by side: the program that `cargo run` starts.
//!
//! It reads its [`args`], finds the `urls`, runs the [`design`]s that were
//! asked for (one of them a mistake, [`held`]), and shows what happened:
//! [`record`]ed, counted in [`facts`], drawn as a [`timeline`], or as
//! [`json`]. The module `live` is its client for the real web.

#![forbid(unsafe_code)]

pub mod args;
pub mod ask;
pub mod demo;
pub mod design;
pub mod facts;
pub mod held;
pub mod json;
#[cfg(feature = "web")]
pub mod live;
pub mod measure;
pub mod out;
pub mod record;
pub mod run;
pub mod shown;
pub mod signals;
pub mod timeline;
#[cfg(feature = "web")]
pub mod urls;
