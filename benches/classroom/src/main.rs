//! `cargo bug`, `cargo step` and `cargo exercise`.

#![forbid(unsafe_code)]

use std::process::ExitCode;

fn main() -> ExitCode {
    classroom::main()
}
