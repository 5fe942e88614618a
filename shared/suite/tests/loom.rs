//! `cargo loom`: that what the pollers are checked on does what locks, channels
//! and threads do, can do nothing else, and that both engines find all of it.
#![allow(missing_docs)]

#[cfg(loom)]
mod engines;
#[cfg(loom)]
mod small;

#[cfg(not(loom))]
fn main() -> std::process::ExitCode {
    suite::not_under_loom()
}

#[cfg(loom)]
fn main() -> std::process::ExitCode {
    use checker::harness;
    harness::main("suite", engines::all(), &suite::models::names(), None)
}
