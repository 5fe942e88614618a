//! `compare` as a user runs it.

#[cfg(unix)]
mod signals;

use std::fs::{self, File};
use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::process::{Command, Output, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::thread;

use serde_json::Value;

fn compare(args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_compare"));
    command.args(args).stdin(Stdio::null()).env("NO_PROXY", "*");
    command
}

fn run(args: &[&str]) -> Output {
    compare(args).output().expect("it was built")
}

fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).expect("plain text")
}

fn stderr(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).expect("plain text")
}

fn json(args: &[&str]) -> Value {
    let output = run(args);
    assert!(output.status.success(), "{output:?}");
    serde_json::from_slice(&output.stdout).expect("one JSON object")
}

/// A server that answers by path, and tells of each request.
fn serve() -> (String, Receiver<()>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let (asked, requests) = channel();
    thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let mut lines = BufReader::new(stream.try_clone().unwrap()).lines();
            let first = lines.next().and_then(Result::ok).unwrap_or_default();
            let _ = asked.send(());
            // The next line but one comes when the client has hung up.
            if first.contains("/never") {
                lines.for_each(drop);
            }
            let status = if first.contains("/gone") { 404 } else { 200 };
            let _ = write!(stream, "HTTP/1.1 {status} x\r\n\r\n");
        }
    });
    (format!("http://{address}"), requests)
}

/// A file with this text, for this test only.
fn file(name: &str, text: &[u8]) -> String {
    let name = format!("compare-{}-{name}", std::process::id());
    let path = std::env::temp_dir().join(name);
    fs::write(&path, text).unwrap();
    path.to_str().unwrap().to_string()
}

#[test]
fn it_draws_in_80_columns_of_ascii() {
    for args in [&[][..], &["--help"], &["-h"]] {
        let text = stdout(&run(args));
        assert!(text.is_ascii());
        let widest = text.lines().map(str::len).max();
        assert!(widest > Some(50) && widest <= Some(80), "{widest:?}");
    }
    let text = stdout(&run(&[]));
    let states = "Current state:\n  https://flaky.example/      200 OK\n";
    assert!(text.contains(states), "{text}");
    assert!(text.contains("Mutex and channel: the same answers"), "{text}");
}

#[test]
fn every_design_polls_each_url_as_often_as_told() {
    let designs = "mutex channel as-posted-mutex as-posted-channel codewalk";
    for design in designs.split(' ') {
        let args = ["--poller", design, "--urls", "5", "--rounds", "3"];
        let how = ["--json", "--events", "--interval", "1ms"];
        let all = json(&[&args[..], &how].concat());
        let run = &all["runs"][0];
        assert_eq!(run["poller"], design);
        assert_eq!(run["polls"], 15, "{design}");
        assert_eq!(run["states"].as_array().unwrap().len(), 5);
        let events = run["events"].as_array().unwrap();
        let third = events.iter().filter(|event| event["attempt"] == 3);
        assert_eq!((events.len(), third.count()), (15, 5));
        assert!(run["lost_ns"].is_u64() && run["late_ns"]["p99"].is_u64());
    }
    let both = json(&["--json", "--faults"]);
    assert_eq!(both["runs"][0]["states"], both["runs"][1]["states"]);
    assert!(both["runs"][1]["events"].is_null(), "not asked for");
}

/// A million made-up names would be of no help.
#[test]
fn of_many_urls_some_that_are_not_ok_are_named_and_all_counted() {
    let args = ["--urls", "5000", "--faults", "--poller", "mutex"];
    let text = stdout(&run(&args));
    assert_eq!(text.matches("://").count(), 50, "{text}");
    assert!(text.contains(" more that are not OK\n"), "{text}");
    let counts = text.lines().filter_map(|line| line.split_once(" x  "));
    let counts = counts.map(|(n, _)| n.trim().parse::<u64>().unwrap());
    assert_eq!(counts.sum::<u64>(), 5000, "{text}");
}

#[test]
fn live_rows_and_the_verdict_are_right_for_both_pollers() {
    let (site, _) = serve();
    let list = format!("# two of them\n\n{site}/ # fine\n{site}/gone\r\n");
    let list = file("list", list.as_bytes());
    let closed = "http://127.0.0.1:1/";
    for poller in ["mutex", "channel"] {
        let how = ["--poller", poller, "--rounds", "1", "--check"];
        let live = [&how[..], &["--live", &list, &site, closed]].concat();
        let output = run(&live);
        assert_eq!(output.status.code(), Some(1));
        let said = stderr(&output);
        assert!(said.contains("error: --check: 2 of 3 URLs are"), "{said}");
        assert!(said.contains(&format!("Error {closed}: refused")), "{said}");
        let text = stdout(&output);
        assert!(text.starts_with(&format!("{poller}: 3 polls in")), "{text}");
        assert!(text.contains(&format!("{site}/gone  404 Not Found")));
        let output = run(&[&live[..], &["--json", "--quiet"]].concat());
        let all: Value = serde_json::from_slice(&output.stdout).unwrap();
        let row = |n: usize| {
            let row = &all["runs"][0]["states"][n];
            (row["code"].as_u64(), row["status"].as_str().unwrap())
        };
        let rows = [0, 1, 2].map(row);
        let fine = [(Some(200), "200 OK"), (Some(404), "404 Not Found")];
        assert_eq!(rows[1..], fine);
        assert_eq!(rows[0], (None, "refused"));
        assert_eq!(output.status.code(), Some(1));
        assert!(!stderr(&output).contains("Error"));
    }
    fs::remove_file(list).unwrap();
    let fine = run(&["--live", &site, "--rounds", "1", "--check"]);
    assert!(fine.status.success());
}

#[test]
fn bad_input_is_refused_with_its_reason() {
    let empty = file("empty", b"# none\n\n  # here\n");
    let live = "--live";
    for (args, why) in [
        (&["--no-such-flag"][..], "--no-such-flag"),
        (&["http://me:pw@b/"], "http://***@b/"),
        (&["--live=http://me:pw@b/", "--poller", "both"], "mutex, channel"),
        (&["--poller", "\u{3000}me:pw@b"], "\\u{3000}***@b'"),
        (&["--rounds", "\u{1b}[31m"], "'\\u{1b}[31m'"),
        (&["--workers", "0"], "write a whole number from 1 to 10000"),
        (&["--workers", "99999999999999999999"], "from 1 to 10000"),
        (&["--urls", "1000001"], "write a whole number from 1 to 1000000"),
        (&["--interval", "soon"], "write it like 50ms, 10s or 1m"),
        (&["--interval", "2years"], "at most one year"),
        (&["--timeout", "1s"], "--live <URL>"),
        (&[live, "http://a/", "--urls", "3"], "cannot be used with"),
        (&[live, "http://a/", "--poller", "codewalk"], "flooding"),
        (&[live], "a value is required"),
        (&[live, "-"], "-: no URL in it"),
        (&[live, &empty], "no URL in it"),
        (&[live, "no-such-file"], "no such file; if it is a URL"),
        (&[live, "http:/me:pw@b/"], "\"***@b/\": no such file"),
        (&[live, "http://me:p w:pw@b/"], "http://***@b/: it has a space"),
        (&[live, "http://::1/"], "http://[::1]/"),
        #[cfg(not(feature = "tls"))]
        (&[live, "https://a/"], "use `cargo compare --live"),
    ] {
        let output = run(args);
        let said = stderr(&output);
        assert_eq!(output.status.code(), Some(2), "{args:?}: {said}");
        assert!(said.starts_with("error: ") && said.contains(why), "{said}");
        assert!(!said.contains("pw@") && !said.contains('\u{1b}'), "{said}");
        assert!(output.stdout.is_empty(), "{args:?}");
    }
    fs::remove_file(empty).unwrap();
}

#[test]
fn all_bad_lines_of_all_lists_are_named_at_once() {
    let one = file("one", b"http://a/\nnonsense\n\nftp://me:pw@b/\n\xff\n");
    let two = file("two", b"\xef\xbb\xbfhttp://a/\nhttp://\x1b[31m/\n");
    let said = stderr(&run(&["--live", &one, &two]));
    let begins = [
        "error: 4 URLs or files cannot be used:".into(),
        format!("  {one}:2: not a URL to poll: nonsense: it must begin"),
        format!("  {one}:4: not a URL to poll: ftp://***@b/: it must begin"),
        format!("  {one}:5: not UTF-8 text"),
        format!("  {two}:2: not a URL to poll: http://\\u{{1b}}[31m/: "),
    ];
    assert_eq!(said.lines().count(), begins.len(), "{said}");
    for (line, begin) in said.lines().zip(&begins) {
        assert!(line.starts_with(begin), "{line}\n{begin}");
    }
    fs::write(&two, "x\n".repeat(1_000)).unwrap();
    let said = stderr(&run(&["--live", &two]));
    assert!(said.starts_with("error: 1000 URLs or files"), "{said}");
    assert_eq!(said.lines().count(), 21, "{said}");
    fs::remove_file(one).and(fs::remove_file(two)).unwrap();
}

/// A closed pipe ends it quietly; but the verdict needs no reader, and a disk
/// that is full is an error.
#[test]
fn where_the_output_cannot_go_the_exit_code_says_what_is_true() {
    let check = ["--live", "http://127.0.0.1:1/", "--rounds", "1", "--check"];
    for (args, code) in [(&["--rounds", "1"][..], 0), (&check, 1)] {
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let status =
            compare(args).stdout(writer).stderr(Stdio::null()).status();
        assert_eq!(status.unwrap().code(), Some(code), "{args:?}");
    }
    if let Ok(full) = File::create("/dev/full") {
        for args in ["--help", "--version", "--rounds=1", "--json"] {
            let full = full.try_clone().unwrap();
            let output = compare(&[args]).stdout(full).output().unwrap();
            assert_eq!(output.status.code(), Some(1), "{args}");
            assert!(stderr(&output).contains("cannot write the output"));
        }
    }
}
