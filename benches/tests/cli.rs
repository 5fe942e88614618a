//! `cargo bench` as a user calls it, and the program that counts bytes for it.

use std::io::pipe;
use std::process::Command;

use benches::args::Args;
use clap::Parser;

fn parsed(args: &str) -> Result<Args, clap::Error> {
    Args::try_parse_from(["bench"].into_iter().chain(args.split_whitespace()))
}

#[test]
fn names_choose_and_rounds_are_counted() {
    let all = parsed("--bench").expect("cargo calls it so");
    assert!(all.ask_for("urls") && all.rounds() == 16 && !all.same);
    let some =
        parsed("--bench --quick --seed 7 urls late").expect("it is right");
    assert!(some.ask_for("urls: how?/mutex/4") && !some.ask_for("burns"));
    assert_eq!((some.rounds(), some.seed), (6, Some(7)));
    let whole = parsed("--rounds 24 --seed 7").expect("it is right");
    assert!(whole.is_whole() && all.is_whole() && !some.is_whole());
    for part in ["--quick", "--same", "--list", "mutex"] {
        assert!(!parsed(part).expect(part).is_whole(), "{part}");
    }
    for wrong in ["--rounds 0", "--seed x", "--sample-size 20"] {
        let error = parsed(wrong).expect_err(wrong);
        assert_eq!(error.exit_code(), 2, "{wrong}");
    }
}

fn memory(args: &str) -> Command {
    let mut memory = Command::new(env!("CARGO_BIN_EXE_memory"));
    memory.args(args.split_whitespace());
    memory
}

/// It holds a URL's text once, and beyond it less than a thread's stack.
#[test]
fn bytes_are_counted() {
    for design in ["mutex", "channel"] {
        let out = memory(&format!("{design} 1000")).output().expect("it runs");
        let said = String::from_utf8(out.stdout).expect("a number");
        let bytes: f64 = said.trim().parse().expect("a number");
        assert!((20.0..500.0).contains(&bytes), "{design}: {bytes}");
    }
    for wrong in ["", "mutex", "mutex x", "lock 10"] {
        let status = memory(wrong).output().expect("it runs").status;
        assert_eq!(status.code(), Some(2), "{wrong}");
    }
}

/// As in `cargo bench | head -1`.
#[test]
fn it_ends_quietly_without_a_reader() {
    let (reader, writer) = pipe().expect("the system has pipes");
    drop(reader);
    let out = memory("mutex 10").stdout(writer).output().expect("it runs");
    assert_eq!(out.status.code(), Some(0));
    assert_eq!(String::from_utf8_lossy(&out.stderr), "");
}
