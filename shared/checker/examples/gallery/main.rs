//! Twelve bugs that happened, each as a small program of our own with the same
//! fault: `bad` has it, `good` has not. Each names the public report that it
//! is after; half of them are bugs with channels.
//!
//! ```console
//! $ cargo gallery               # checks that all are as they should be
//! $ cargo gallery late_answer   # why this one fails
//! $ cargo step late_answer --open
//! $ cargo step late_answer_fixed --open
//! ```
//!
//! It needs `--cfg loom`, which `cargo gallery` gives.
#![allow(missing_docs)]

#[cfg(loom)]
mod bugs;

#[cfg(loom)]
fn main() -> std::process::ExitCode {
    bugs::main()
}

#[cfg(not(loom))]
fn main() {
    println!("Type `cargo gallery`: it needs --cfg loom.");
}
