//! What both pollers must do: the same properties for both, on real threads
//! (`real`), in every interleaving (`models`, compiled under `--cfg loom`
//! only), and under random settings, stops and panics (`soak`).
//!
//! A [`Config`] says what is run. A crate hands in its programs, and gets a
//! test or a model for each property.

#![forbid(unsafe_code)]

pub mod config;
#[cfg(loom)]
pub mod models;
#[cfg(not(loom))]
pub mod real;
#[cfg(not(loom))]
pub mod soak;

pub use config::Config;

/// Ends a model checker's program that was built without the model checker: it
/// must not pass without having checked anything.
#[cfg(not(loom))]
pub fn not_under_loom() -> std::process::ExitCode {
    eprintln!(
        "error: built without --cfg loom, so nothing was checked.\nRun `cargo \
         loom`. If you did: a RUSTFLAGS in your shell overrides what it asks \
         for.\nUnset it (`unset RUSTFLAGS`; PowerShell: `Remove-Item \
         Env:RUSTFLAGS`), or add `--cfg loom` to it."
    );
    std::process::ExitCode::FAILURE
}
