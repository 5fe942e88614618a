//! `cargo step` with arguments that it must refuse. (What can be
//! is run by `.ci/run`: it builds the pollers for the checker.)
#![allow(missing_docs)]

use std::process::{Command, Output};

use classroom::planting::nearest;

fn step(args: &[&str]) -> Output {
    let step = Command::new(env!("CARGO_BIN_EXE_step")).args(args).output();
    step.expect("it was built")
}

fn refused(args: &[&str], says: &str) {
    let out = step(args);
    let said = String::from_utf8_lossy(&out.stderr);
    assert_eq!(out.status.code(), Some(2), "{args:?}: {said}");
    assert!(said.contains(says), "{args:?}: {said}");
    assert!(out.stdout.is_empty(), "{args:?} has done something");
}

#[test]
fn what_does_not_compile_cannot_be_stepped_through() {
    refused(&["rc-across-threads"], "cargo bug rc-across-threads");
}

#[test]
fn options_that_need_a_name_say_so() {
    for option in ["--open", "--terminal", "--here", "--spurious"] {
        refused(&[option], "<NAME>");
    }
    refused(&["if-for-while", "--open", "--terminal"], "cannot be used with");
    refused(&["if-for-while", "--all", "pages"], "cannot be used with");
}

#[test]
fn a_wrong_name_gets_the_nearest() {
    let known = ["unlock-then-wait", "if-for-while"];
    let near = nearest("unlock-then-wat", known);
    assert_eq!(near, " (did you mean unlock-then-wait?)");
    assert_eq!(nearest("nonsense", known), "");
}
