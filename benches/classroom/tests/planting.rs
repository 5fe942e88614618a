//! Bugs and exercises: that every patch fits, and what `cargo bug` and `cargo
//! exercise` say when they are asked for what is not there.

use std::path::Path;
use std::process::{Command, Output};

use classroom::planting::bugs;
use classroom::planting::scratch;

#[test]
fn every_bug_fits_the_good_source() {
    let bugs = bugs::all().unwrap();
    assert!(bugs.len() >= 30, "{}", bugs.len());
    for bug in bugs {
        let files = bug.change.applied(&scratch::root()).unwrap();
        // And can be taken out again: what was planted is not the good text.
        for (file, text) in &files {
            let good = std::fs::read_to_string(scratch::root().join(file));
            assert_ne!(good.unwrap(), *text, "{}: {file}", bug.name);
        }
    }
}

/// A plausible edit has no panic, no loop and no sleep.
#[test]
fn no_bug_adds_a_panic_a_loop_or_a_sleep() {
    for bug in bugs::all().unwrap() {
        for line in bug.change.diff().lines() {
            let added = line.strip_prefix('+').unwrap_or_default();
            for word in ["panic!", "loop {", "while ", "sleep("] {
                let same = bug.change.diff().lines().any(|l| {
                    l.strip_prefix('-').is_some_and(|l| l.contains(word))
                });
                let bad = added.contains(word) && !same;
                assert!(!bad, "{}: {line}", bug.name);
            }
        }
    }
}

fn run(program: &str, args: &[&str]) -> Output {
    let at = Path::new(env!("CARGO_MANIFEST_DIR"));
    Command::new(program).args(args).current_dir(at).output().unwrap()
}

fn refuses(program: &str, args: &[&str], words: &str) {
    let out = run(program, args);
    let said = String::from_utf8_lossy(&out.stderr).into_owned();
    assert_eq!(out.status.code(), Some(2), "{said}");
    assert!(said.contains(words), "{said}");
    assert!(!said.contains("panicked"), "{said}");
}

const BUG: &str = env!("CARGO_BIN_EXE_bug");
const EXERCISE: &str = env!("CARGO_BIN_EXE_exercise");

#[test]
fn what_is_not_there_is_refused() {
    refuses(BUG, &["no-such"], "no bug is called no-such");
    refuses(BUG, &["if-for-whil"], "did you mean if-for-while?");
    refuses(BUG, &["if-for-whil", "--plant"], "did you mean if-for-while?");
    refuses(EXERCISE, &["no-such"], "no exercise is called no-such");
    refuses(EXERCISE, &["lost-wakeup"], "did you mean lost-wake-up?");
    refuses(EXERCISE, &["lost-wakeup", "--check"], "lost-wake-up?");
    refuses(EXERCISE, &["a-worker-dies"], "add --side lock or --side channel");
    refuses(EXERCISE, &["lost-wake-up", "--side", "lock"], "no choice");
    refuses(EXERCISE, &["lost-wake-up", "--side", "left"], "invalid value");
    refuses(EXERCISE, &["--quick"], "required");
    refuses(BUG, &["--plant"], "required");
    refuses(BUG, &["--all", "--unplant"], "cannot be used");
    refuses(EXERCISE, &["--check"], "required");
    refuses(EXERCISE, &["a-surprise", "--check"], "is not graded");
}

#[test]
fn what_does_not_compile_is_not_planted() {
    let out = run(BUG, &["use-after-send", "--plant"]);
    let said = String::from_utf8_lossy(&out.stderr).into_owned();
    assert_eq!(out.status.code(), Some(1), "{said}");
    assert!(said.contains("does not compile"), "{said}");
}

#[test]
fn lists_have_all() {
    let out = run(BUG, &[]);
    let list = String::from_utf8_lossy(&out.stdout).into_owned();
    for bug in bugs::all().unwrap() {
        assert!(list.contains(&bug.name), "{list}");
    }
    let out = run(EXERCISE, &[]);
    let list = String::from_utf8_lossy(&out.stdout).into_owned();
    assert!(list.contains("errors-last") && list.contains("17. "), "{list}");
}
