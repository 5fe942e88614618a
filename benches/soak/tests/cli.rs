//! `cargo soak` as a user runs it.

use std::process::{Command, Output};

fn soak(args: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_soak"));
    command.args(args).output().expect("it was built")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).expect("plain text")
}

#[test]
fn a_short_soak_ends_with_its_table() {
    let output = soak(&["--for", "200ms", "--seed", "5", "--beside", "1"]);
    let said = text(&output.stdout);
    assert!(output.status.success(), "{output:?}");
    assert!(said.starts_with("seed 5\n"), "{said}");
    assert!(said.ends_with("\nNothing lost, nothing hung.\n"), "{said}");
    for row in ["lock         channel", "cases", "stops before the run"] {
        assert!(said.contains(row), "{row}: {said}");
    }
    assert!(output.stderr.is_empty(), "{output:?}");
    assert!(said.lines().all(|line| line.len() <= 80), "{said}");
}

#[test]
fn one_side_alone() {
    let output = soak(&["--for", "50ms", "--side", "channel"]);
    let said = text(&output.stdout);
    assert!(output.status.success(), "{output:?}");
    assert!(said.contains("  channel\n") && !said.contains("  lock"), "{said}");
}

#[test]
fn one_case_is_run_again_and_again() {
    let case = "channel,workers=2,urls=3,rounds=4,errors=2,runs=2";
    let output = soak(&["--case", case, "--tries", "3"]);
    let said = text(&output.stdout);
    assert!(output.status.success(), "{output:?}");
    assert!(said.ends_with("\nIt failed in none of 3 tries.\n"), "{said}");
    // 3 tries x 2 runs x 3 URLs x 4 rounds.
    let polls = said.lines().find(|line| line.starts_with("polls"));
    assert!(polls.is_some_and(|line| line.ends_with(" 72")), "{said}");
}

#[test]
fn many_urls_show_their_memory() {
    let output = soak(&["--urls", "2000", "--for", "200ms"]);
    let said = text(&output.stdout);
    assert!(output.status.success(), "{output:?}");
    assert_eq!(said.matches("  memory: ").count(), 20, "{said}");
    assert!(said.contains("lock: 2,000 URLs\n"), "{said}");
    assert!(said.ends_with("\nNothing lost, nothing hung.\n"), "{said}");
}

#[cfg(target_os = "linux")]
#[test]
fn one_core_is_enough() {
    let output = soak(&["--on-one-core", "--for", "100ms"]);
    assert!(output.status.success(), "{output:?}");
}

#[test]
fn what_is_wrong_is_said() {
    for (args, why) in [
        (vec!["--for", "0s"], "more than 0"),
        (vec!["--for", "5"], "write it like 20s"),
        (vec!["--for", "500years"], "at most one year"),
        (vec!["--seed", "x"], "--seed"),
        (vec!["--side", "mutex"], "lock, channel, both"),
        (vec!["--urls", "0"], "--urls"),
        (vec!["--beside", "1001"], "--beside"),
        (vec!["--tries", "5"], "--case"),
        (vec!["--case", "lock", "--tries", "0"], "--tries"),
        (vec!["--case", "lock", "--seed", "1"], "--seed"),
        (vec!["--case", "lock,workers=0"], "workers=0: write a whole"),
        (vec!["--case", "lock,rounds=none"], "it would not end"),
        (vec!["--faults"], "--faults"),
    ] {
        let output = soak(&args);
        let said = text(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{args:?}: {said}");
        assert!(said.contains(why), "{args:?}: {said}");
        assert!(output.stdout.is_empty(), "{args:?}");
    }
}

#[test]
fn help_fits_a_terminal() {
    let help = text(&soak(&["--help"]).stdout);
    assert!(help.contains("Usage: cargo soak [OPTIONS]"), "{help}");
    assert!(help.lines().all(|line| line.len() <= 80), "{help}");
}
