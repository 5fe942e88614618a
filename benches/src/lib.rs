//! `cargo bench` times [`lines`] in [`rounds`], and ends with a [`verdict`].

#![forbid(unsafe_code)]

pub mod args;
pub mod clocks;
pub mod lines;
pub mod load;
pub mod out;
pub mod rounds;
pub mod verdict;
