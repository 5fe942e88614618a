//! `compare` as a user runs it.

mod refused;
mod shown;

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

/// A server that answers HEAD by path, and tells what it was asked.
fn serve() -> (String, Receiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let (asked, requests) = channel();
    thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let mut line = String::new();
            let mut reader = BufReader::new(stream.try_clone().unwrap());
            let _ = reader.read_line(&mut line);
            let status = if line.contains("/gone") { 404 } else { 200 };
            while reader.read_line(&mut line).is_ok_and(|n| n > 2) {}
            let _ = write!(
                stream,
                "HTTP/1.1 {status} x\r\nConnection: close\r\n\r\n"
            );
            let _ = asked.send(line);
        }
    });
    (format!("http://{address}"), requests)
}

/// A file with this text, for this test only.
fn file(name: &str, text: &[u8]) -> String {
    let name = format!("compare-{}-{name}", std::process::id());
    let path = std::env::temp_dir().join(name);
    std::fs::write(&path, text).unwrap();
    path.to_str().unwrap().to_string()
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
