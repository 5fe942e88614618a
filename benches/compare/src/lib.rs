//! Both pollers, side by side: the program that `cargo run` starts.
//!
//! It reads its [`args`], finds the `urls`, makes sure that there is
//! [`room`] for them, and [`run`]s the [`design`]s that were asked for (one of
//! them a mistake, [`held`]). It shows what happened: [`record`]ed with when it
//! was due ([`dues`]), counted in [`facts`], drawn as a [`timeline`], as a
//! [`listing`], or as [`json`]. The module `live` is its client for the real
//! web.

#![forbid(unsafe_code)]

pub mod args;
pub mod ask;
pub mod demo;
pub mod design;
pub mod dues;
pub mod facts;
pub mod headers;
pub mod held;
pub mod interrupt;
pub mod json;
pub mod listing;
#[cfg(feature = "web")]
pub mod live;
pub mod measure;
pub mod out;
pub mod progress;
pub mod record;
pub mod room;
pub mod run;
pub mod shards;
pub mod shown;
pub mod signals;
pub mod timeline;
#[cfg(feature = "web")]
pub mod urls;
