//! What `compare` refuses, and what it says then.

use std::num::NonZeroUsize;
use std::process::Command;

use compare::room;

use crate::{file, run};

const TOO_LARGE: &str = "99999999999999999999";

#[test]
fn bad_input_is_refused_with_its_reason() {
    let folder = std::env::temp_dir();
    let empty = file("empty", b"");
    let comments = file("comments", b"# none\n\n  # here\n");
    let latin = file("latin", b"https://a/\nhttps://\xfc/\n");
    let escape = file("escape", b"http://a/\x1b[31mred\n");
    let wrong = file("wrong", b"# one\nhttps://a/\nftp://me:pw@b/\n");
    let folder = folder.to_str().unwrap();
    for (args, why) in [
        (vec!["--live"], "needs URLs"),
        (vec!["--live", "no-such-file"], "no such file; if it is a URL"),
        (vec!["--live", ""], "no such file"),
        (vec!["--live", &empty], "no URL in it"),
        (vec!["--live", &comments], "no URL in it"),
        (vec!["--live", folder], "a folder"),
        (vec!["--live", &latin], ":2: not UTF-8"),
        (
            vec!["--live", &wrong],
            ":3: not a URL to poll: ftp://***@b/: it must begin",
        ),
        (
            vec!["--live", &escape],
            ":1: not a URL to poll: http://a/\\u{1b}[31mred: ",
        ),
        (vec!["--live", "\u{1b}[31m"], "\"\\u{1b}[31m\": no such file"),
        (vec!["--live", "http://::1/"], "http://[::1]/"),
        (vec!["--live", "http://me:pw@1.2.3.4.5/"], "invalid IPv4"),
        (vec!["--live", "http:/me:pw@b/"], "\"***@b/\": no such file"),
        (vec!["--live", "me:pw@b"], "\"***@b\": no such file"),
        (vec!["--live", "http://me:p/w:pw@b/"], "port"),
        (vec!["--live=http://me:pw@b/"], "http://***@b/"),
        (vec!["http://me:pw@b/"], "--live"),
        (vec!["--live", "http://a/", "--method", "post"], "auto, head, get"),
        (vec!["--live", "http://"], "names no host"),
        (vec!["--live", "-"], "no URL in it"),
        (vec!["--no-such-flag"], "--no-such-flag"),
        (vec!["--poller", "mutexes"], "mutex"),
        (vec!["--workers", "0"], "write a whole number, at least 1"),
        (vec!["--workers", "x"], "write a whole number, at least 1"),
        (vec!["--workers", TOO_LARGE], "the number is too large"),
        (vec!["--rounds", "0"], "write a whole number, at least 1"),
        (vec!["--urls", "0"], "write a whole number from 1 to 1000000"),
        (vec!["--urls", "1000001"], "write a whole number from 1 to 1000000"),
        (vec!["--seed", "x"], "write a whole number, at least 0"),
        (vec!["--events=0"], "write a whole number, at least 1"),
        (vec!["--interval", "soon"], "write it like"),
        (vec!["--interval", "2years"], "at most one year"),
        (vec!["--status", "0"], "more than 0"),
        (vec!["--live", "http://a/", "--timeout", "0"], "more than 0"),
        (vec!["--live", "http://a/", "--poller", "codewalk"], "codewalk"),
        (vec!["--live", "http://a/", "--poller", "both"], "--rounds"),
    ] {
        let output = run(&args);
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(2), "{args:?}: {said}");
        assert!(said.contains(why), "{args:?}: {said}");
        assert!(!said.contains("panicked") && !said.contains(":pw"));
        assert!(!said.contains('\u{1b}'), "{said:?}");
        assert!(output.stdout.is_empty(), "{args:?}");
    }
    for path in [empty, comments, latin, escape, wrong] {
        std::fs::remove_file(path).unwrap();
    }
}

/// A thread that finds no memory while it starts ends the process with a text
/// for programmers. So the room for all of them is asked for before.
#[cfg(target_os = "linux")]
#[test]
fn more_than_the_memory_holds_is_refused_in_words() {
    for (kilobytes, workers, urls) in [
        (4_000_000, 5_000, 100),
        (4_000_000, 40_000, 3),
        (1_000_000, 100, 100_000),
        (300_000, 2, 200_000),
        (100_000, 2, 1_000_000),
        (60_000, 20, 100),
    ] {
        let limited = format!("ulimit -v {kilobytes}; exec \"$0\" \"$@\"");
        let (workers, urls) = (workers.to_string(), urls.to_string());
        let output = Command::new("sh")
            .args(["-c", &limited, env!("CARGO_BIN_EXE_compare")])
            .args(["--workers", &workers, "--urls", &urls, "--for", "1h"])
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(1), "{said}");
        assert!(is_refusal(&said), "{said}");
        assert!(said.contains("fewer") && said.lines().count() == 1, "{said}");
    }
}

/// The web's lookups have threads of their own: with the room for two workers
/// there may be none for those.
#[cfg(target_os = "linux")]
#[test]
fn the_room_for_lookups_is_asked_for_too() {
    let limited = "ulimit -v 600000; exec \"$0\" \"$@\"";
    let compare = |args: &[&str]| {
        let mut command = Command::new("sh");
        command.args(["-c", limited, env!("CARGO_BIN_EXE_compare")]);
        command.args(["--rounds", "1"]).args(args).output().unwrap()
    };
    assert!(compare(&[]).status.success());
    let output = compare(&["--live", "http://127.0.0.1:9/"]);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(said.starts_with("error: there is not enough memory"), "{said}");
}

#[test]
fn more_threads_than_a_process_can_have_are_refused_in_words() {
    let check = |most| room::check(NonZeroUsize::MIN, 0, 3, 0, most);
    assert!(check(None).is_ok() && check(Some(1)).is_ok());
    let why = check(Some(0)).unwrap_err();
    let text = "error: too many workers: 1. This system lets a \
                process have about 0 threads";
    assert!(why.to_string().starts_with(text), "{why}");
    assert_eq!(why.code(), 1);
}

#[cfg(target_os = "linux")]
#[test]
fn too_little_memory_for_the_demo_is_said_in_words() {
    let limited = "ulimit -v 100000; exec \"$0\"";
    let program = env!("CARGO_BIN_EXE_compare");
    let output = Command::new("sh").args(["-c", limited, program]).output();
    let output = output.unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(said.starts_with("error: there is not enough memory"), "{said}");
    assert!(output.stdout.is_empty(), "nothing is half-written");
}

#[test]
fn more_headers_than_any_server_takes_are_refused() {
    let many = ["-H", "A: b"].repeat(33_000);
    let live = ["--live", "http://127.0.0.1:9/", "--rounds", "1"];
    let output = run(&[&live[..], &many].concat());
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert_eq!(said, "error: --header: at most 100 of them can be sent\n");
}

/// What cannot even be counted is not taken for little.
fn is_refusal(said: &str) -> bool {
    said.starts_with("error: too many workers")
        || said.starts_with("error: there is not enough memory")
}

#[test]
fn any_number_is_refused_in_words() {
    for args in [
        ["--workers=18446744073709551615", "--rounds=1"],
        ["--workers=9223372036854775808", "--rounds=1"],
        ["--events=18446744073709551615", "--rounds=1"],
    ] {
        let output = run(&args);
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(1), "{said}");
        assert!(is_refusal(&said), "{said}");
    }
}

#[test]
fn all_bad_lines_of_all_lists_are_named_at_once() {
    let one = file("one", b"https://a/\nnonsense\n\nftp://me:pw@b/\n\xff\n");
    let two = file("two", b"https://a/\nhttp://\x1b[31m/\n");
    let output = run(&["--live", &one, "no-such-file", "http://", &two]);
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2), "{said}");
    let begins = [
        "error: 6 URLs or files cannot be used:".into(),
        format!("  {one}:2: not a URL to poll: nonsense: it must begin"),
        format!("  {one}:4: not a URL to poll: ftp://***@b/: it must begin"),
        format!("  {one}:5: not UTF-8 text"),
        "  \"no-such-file\": no such file".into(),
        "  the command line: not a URL to poll: http://: ".into(),
        format!("  {two}:2: not a URL to poll: http://\\u{{1b}}[31m/: "),
    ];
    assert_eq!(said.lines().count(), begins.len(), "{said}");
    for (line, begin) in said.lines().zip(&begins) {
        assert!(line.starts_with(begin), "{line}\n{begin}");
    }
    for path in [one, two] {
        std::fs::remove_file(path).unwrap();
    }
}

#[test]
fn of_very_many_bad_lines_a_hundred_are_shown() {
    let list = file("many", "x\n".repeat(1_000).as_bytes());
    let said = String::from_utf8(run(&["--live", &list]).stderr).unwrap();
    assert!(
        said.starts_with("error: 1000 URLs or files cannot be used:\n"),
        "{said}"
    );
    assert!(
        said.ends_with(
            ":100: not a URL to poll: x: it must begin with \
        http:// or https://\n  and 900 more\n"
        ),
        "{said}"
    );
    std::fs::remove_file(list).unwrap();
}

/// Every option for one web, with every option for the other.
#[test]
fn options_for_two_webs_do_not_go_together() {
    let real: [&[&str]; 5] = [
        &["--timeout", "1s"],
        &["--method", "get"],
        &["--status", "1s"],
        &["--header", "A: b"],
        &["http://127.0.0.1:9/"],
    ];
    let made_up: [&[&str]; 6] = [
        &["--urls", "3"],
        &["--latency", "5ms"],
        &["--seed", "1"],
        &["--faults"],
        &["--spread"],
        &["--for", "1s"],
    ];
    let refused = |args: &[&str]| {
        let output = run(args);
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(2), "{args:?}: {said}");
        assert!(output.stdout.is_empty(), "{args:?}");
        said
    };
    for real in real {
        let said = refused(&[&["--rounds", "1"], real].concat());
        assert!(said.contains("; add --live"), "{said}");
        for made_up in made_up {
            let said = refused(&[real, made_up].concat());
            let only = format!("for a made-up web only: {};", made_up[0]);
            assert!(said.contains(&only), "{said}");
        }
    }
    for made_up in made_up {
        let live = ["--live", "http://127.0.0.1:9/", "--rounds", "1"];
        let said = refused(&[&live, made_up].concat());
        assert!(said.contains("--live polls the real web; for"), "{said}");
    }
}

/// A value may be a password, and logs are read by many.
#[test]
fn a_wrong_header_is_refused_and_its_value_not_shown() {
    let long = "A:\u{1}secret";
    let args = ["--live", "http://127.0.0.1:9/", "--rounds", "1"];
    let wrong = ["-H", "secret", "-H", long];
    let rest = ["-H", "a b: secret", "-H", "Host: secret", "--header", "B: c"];
    let proxy = ["-H", "Proxy-Authorization: secret"];
    let output = run(&[&args[..], &wrong, &rest, &proxy].concat());
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2), "{said}");
    let why = [
        "5 headers are wrong",
        "number 1: it has no colon",
        "number 2: the value of `a`",
        "number 3: `a b` is not a name",
        "number 4: `host` cannot be set",
        "number 6: `proxy-authorization` cannot be set",
    ];
    for why in why {
        assert!(said.contains(why), "{why}: {said}");
    }
    assert!(!said.contains("secret"), "{said}");
}
