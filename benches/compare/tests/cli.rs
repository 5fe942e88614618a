//! `compare` as a user runs it.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpListener;
use std::process::{Command, Output, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::thread;

use serde_json::Value;

fn compare(args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_compare"));
    command.args(args).stdin(Stdio::null());
    command
}

fn run(args: &[&str]) -> Output {
    compare(args).output().expect("it was built")
}

fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).expect("plain text")
}

fn json(args: &[&str]) -> Value {
    let output = run(args);
    assert!(output.status.success(), "{output:?}");
    serde_json::from_slice(&output.stdout).expect("one JSON object")
}

/// A server that answers HEAD by path, and tells of every request.
fn serve() -> (String, Receiver<()>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let (asked, requests) = channel();
    thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let mut line = String::new();
            let mut reader = BufReader::new(stream.try_clone().unwrap());
            let mut rest = String::new();
            let _ = reader.read_line(&mut line);
            while reader.read_line(&mut rest).is_ok_and(|n| n > 2) {}
            let status = if line.contains("/gone") { 404 } else { 200 };
            let _ = write!(
                stream,
                "HTTP/1.1 {status} x\r\nConnection: close\r\n\r\n"
            );
            let _ = asked.send(());
        }
    });
    (format!("http://{address}"), requests)
}

#[test]
fn with_no_arguments_it_draws_in_80_columns_of_ascii() {
    let output = run(&[]);
    assert!(output.status.success());
    let text = stdout(&output);
    assert!(text.is_ascii());
    let widest = text.lines().map(str::len).max();
    assert!(widest <= Some(80), "{widest:?}");
    let states = "Current state:\n  https://flaky.example/      200 OK\n";
    assert!(text.contains(states), "{text}");
    assert!(text.contains("the same answers"), "{text}");
}

#[test]
fn every_design_runs_and_polls_each_url_as_often_as_told() {
    let designs = "mutex channel as-posted-mutex as-posted-channel codewalk";
    for design in designs.split(' ') {
        let args = ["--poller", design, "--urls", "5", "--rounds", "3"];
        let all = json(&[&args[..], &["--json", "--events"]].concat());
        let run = &all["runs"][0];
        assert_eq!(run["poller"], design);
        assert_eq!(run["polls"], 15, "{design}");
        assert_eq!(run["states"].as_array().unwrap().len(), 5);
        let events = run["events"].as_array().unwrap();
        assert_eq!(events.len(), 15);
        let third = events.iter().filter(|event| event["attempt"] == 3);
        assert_eq!(third.count(), 5);
        assert!(run["lost_ns"].is_u64());
        assert!(run["late_ns"].is_null(), "not asked for");
    }
}

#[test]
fn json_has_what_was_asked_for_and_no_more() {
    let both = json(&["--json", "--rounds", "1", "--interval", "1ms"]);
    let runs = both["runs"].as_array().unwrap();
    assert_eq!(runs.len(), 2);
    for run in runs {
        assert!(run["late_ns"]["p99"].is_u64());
        assert!(run["events"].is_null() && run["lost_ns"].is_null());
        assert!(run["peak_rss_bytes"].is_null(), "two ran");
    }
    let faults = ["--json", "--faults", "--rounds", "3", "--seed", "7"];
    let states = || json(&faults)["runs"][1]["states"].clone();
    assert_eq!(states(), states(), "the same seed, the same states");
}

#[test]
fn live_lists_the_true_statuses_for_both_pollers() {
    let (site, _) = serve();
    let (fine, gone) = (format!("{site}/"), format!("{site}/gone"));
    for poller in ["mutex", "channel", "both"] {
        let with = ["--live", &fine, &gone, &fine];
        let how = ["--poller", poller, "--rounds", "1"];
        let output = run(&[&with[..], &how].concat());
        assert!(output.status.success(), "{output:?}");
        let text = stdout(&output);
        assert!(text.contains(&format!("{fine}      200 OK")), "{text}");
        assert!(text.contains(&format!("{gone}  404 Not Found")), "{text}");
        let errors = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(errors.contains("twice"), "{errors}");
    }
}

#[test]
fn the_method_is_as_told() {
    let (site, _) = serve();
    let url = format!("{site}/");
    for (method, row) in [("get", "200 OK (GET)\n"), ("head", "200 OK\n")] {
        let args = ["--live", &url, "--rounds", "1", "--method", method];
        let text = stdout(&run(&args));
        assert!(text.ends_with(&format!("{url}  {row}")), "{text}");
    }
}

#[cfg(unix)]
#[test]
fn ctrl_c_ends_it_with_the_listing() {
    for poller in ["mutex", "channel"] {
        let (site, requests) = serve();
        let url = site.replace("//", "//me:secret@");
        let mut running = compare(&["--live", &url, "--poller", poller])
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        requests.recv().unwrap();
        let id = running.id().to_string();
        Command::new("kill").args(["-INT", &id]).status().unwrap();
        let (mut out, mut err) = (String::new(), String::new());
        running.stdout.take().unwrap().read_to_string(&mut out).unwrap();
        running.stderr.take().unwrap().read_to_string(&mut err).unwrap();
        assert!(running.wait().unwrap().success());
        assert!(out.contains(&format!("{site}/  200 OK")), "{out}");
        assert!(!out.contains("secret") && !err.contains("secret"));
    }
}

#[test]
fn a_closed_pipe_ends_it_quietly() {
    let mut running = compare(&["--rounds", "1"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(running.stdout.take());
    let mut err = String::new();
    running.stderr.take().unwrap().read_to_string(&mut err).unwrap();
    assert!(running.wait().unwrap().success());
    assert_eq!(err, "");
}

#[test]
fn bad_input_is_refused_with_its_reason() {
    let folder = std::env::temp_dir();
    let file = |name: &str, text: &[u8]| {
        let name = format!("compare-{}-{name}", std::process::id());
        let path = folder.join(name);
        std::fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_string()
    };
    let empty = file("empty", b"");
    let comments = file("comments", b"# none\n\n  # here\n");
    let latin = file("latin", b"https://a/\nhttps://\xfc/\n");
    let escape = file("escape", b"http://a/\x1b[31mred\n");
    let wrong = file("wrong", b"# one\nhttps://a/\nftp://me:pw@b/\n");
    let folder = folder.to_str().unwrap();
    for (args, why) in [
        (vec!["--live"], "needs URLs"),
        (vec!["--live", "no-such-file"], "there is no such file"),
        (vec!["--live", &empty], "no URL in it"),
        (vec!["--live", &comments], "no URL in it"),
        (vec!["--live", folder], "a folder"),
        (vec!["--live", &latin], ":2: not UTF-8"),
        (vec!["--live", &wrong], ":3: no URL: ftp://***@b/: it must begin"),
        (vec!["--live", &escape], ":1: no URL: http://a/\\u{1b}[31mred: "),
        (vec!["--live", "\u{1b}[31m"], "\\u{1b}[31m: there is no such"),
        (vec!["--live", "http://::1/"], "http://[::1]/"),
        (vec!["--live", "http://me:pw@1.2.3.4.5/"], "invalid IPv4"),
        (vec!["--live", "http:/me:pw@b/"], "***@b/: there is no such"),
        (vec!["--live", "me:pw@b"], "***@b: there is no such"),
        (vec!["--live", "http://me:p/w:pw@b/"], "port"),
        (vec!["--live=http://me:pw@b/"], "http://***@b/"),
        (vec!["http://me:pw@b/"], "--live"),
        (vec!["--method", "get"], "--live"),
        (vec!["--live", "http://a/", "--method", "post"], "auto, head, get"),
        (vec!["--live", "http://"], "names no host"),
        (vec!["--live", "-"], "no URL in it"),
        (vec!["https://a/"], "--live"),
        (vec!["--no-such-flag"], "--no-such-flag"),
        (vec!["--poller", "mutexes"], "mutex"),
        (vec!["--workers", "0"], "--workers"),
        (vec!["--rounds", "0"], "--rounds"),
        (vec!["--urls", "0"], "--urls"),
        (vec!["--interval", "soon"], "write it like"),
        (vec!["--interval", "2years"], "a year"),
        (vec!["--status", "0"], "more than 0"),
        (vec!["--live", "http://a/", "--timeout", "0"], "more than 0"),
        (vec!["--timeout", "1s"], "--live"),
        (vec!["--live", "http://a/", "--urls", "3"], "--urls"),
        (vec!["--live", "http://a/", "--faults"], "--faults"),
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

/// Nobody is told to wait for threads that the system will not give.
#[cfg(target_os = "linux")]
#[test]
fn too_many_workers_are_refused() {
    // Four gigabytes of addresses: enough for some stacks, not for all.
    let limited = "ulimit -v 4000000; exec \"$0\" --workers 5000 \"$@\"";
    for poller in ["mutex", "channel"] {
        let output = Command::new("sh")
            .args(["-c", limited, env!("CARGO_BIN_EXE_compare")])
            .args(["--poller", poller, "--for", "1h", "--latency", "1ms"])
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(1), "{said}");
        assert!(
            said.contains("could not be started") && said.contains("fewer"),
            "{said}"
        );
        assert!(!said.contains("panicked"), "{said}");
    }
}
