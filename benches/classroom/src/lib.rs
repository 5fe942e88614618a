//! `cargo bug` and `cargo exercise`: both change code, in a copy or in the
//! working tree ([`planting`]), and show what it does.

#![forbid(unsafe_code)]

pub mod bless;
pub mod out;
pub mod planting;
