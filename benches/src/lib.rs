//! `cargo bench` times [`lines`], and ends with a [`verdict`].

#![forbid(unsafe_code)]

pub mod lines;
pub mod verdict;
