//! `cargo soak` as a user runs it.

use std::process::Command;

/// Runs it; returns its exit code, and all that it says.
fn soak(args: &str) -> (Option<i32>, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_soak"));
    let output = command.args(args.split(' ')).output().expect("it was built");
    let said = [output.stdout, output.stderr].concat();
    (output.status.code(), String::from_utf8(said).expect("plain text"))
}

#[test]
fn it_says_its_seed_first_and_then_what_it_counts() {
    let (code, said) = soak("--for 200ms --seed 5 --side channel");
    assert_eq!(code, Some(0), "{said}");
    assert!(said.starts_with("seed 5\n"), "{said}");
    assert!(said.contains("\nchannel: ") && !said.contains("lock: "), "{said}");
    assert!(said.ends_with("\nNothing lost, nothing hung.\n"), "{said}");
    let (code, said) = soak("--seed 5 --case 0 --side lock");
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains("\nlock: 100 runs, "), "{said}");
}

#[test]
fn what_is_wrong_is_said() {
    for (args, why) in [
        ("--for 5", "time unit needed"),
        ("--seed x", "--seed"),
        ("--side mutex", "lock, channel, both"),
        ("--case 5", "--seed"),
        ("--faults", "--faults"),
    ] {
        let (code, said) = soak(args);
        assert_eq!(code, Some(2), "{args}: {said}");
        assert!(said.contains(why), "{args}: {said}");
    }
}
