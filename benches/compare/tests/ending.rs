//! How `compare --live` ends when it is asked to.

#![cfg(all(feature = "web", target_os = "linux"))]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::sync::{Arc, Condvar, Mutex};
use std::thread;
use std::time::Duration;

const URLS: usize = 8;
const WORKERS: usize = 2;
const SLOW: Duration = Duration::from_millis(100);

/// A server that holds the first answers back until it is told to send them.
struct Held {
    urls: Vec<String>,
    requests: Receiver<()>,
    released: Arc<(Mutex<bool>, Condvar)>,
}

impl Held {
    fn new() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let (asked, requests) = channel();
        let released = Arc::new((Mutex::new(false), Condvar::new()));
        let wait = released.clone();
        thread::spawn(move || {
            for (n, stream) in listener.incoming().enumerate() {
                let (wait, asked) = (wait.clone(), asked.clone());
                let stream = stream.unwrap();
                thread::spawn(move || {
                    let _ = asked.send(());
                    let held = wait.0.lock().unwrap();
                    drop(wait.1.wait_while(held, |open| !*open).unwrap());
                    answer(stream, n >= WORKERS);
                });
            }
        });
        let url = |n| format!("http://{address}/{n}");
        let urls = (0..URLS).map(url).collect();
        Held { urls, requests, released }
    }

    /// Returns when this many requests have come.
    fn wait_for(&self, requests: usize) {
        for _ in 0..requests {
            self.requests.recv().unwrap();
        }
    }

    fn release(&self) {
        *self.released.0.lock().unwrap() = true;
        self.released.1.notify_all();
    }
}

/// Answers; slowly, if a worker that begins this request might not have heard
/// yet that it should not.
fn answer(mut stream: TcpStream, slowly: bool) {
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    let mut line = String::new();
    while reader.read_line(&mut line).is_ok_and(|n| n > 2) {
        line.clear();
    }
    if slowly {
        let _ = stream.set_read_timeout(Some(SLOW));
        let _ = stream.read(&mut [0]);
    }
    let _ = stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n");
}

/// `compare --live` with all these URLs, started by a shell that first does
/// something about signals.
fn start(first: &str, poller: &str, held: &Held) -> Child {
    let workers = WORKERS.to_string();
    Command::new("sh")
        .args(["-c", &format!("{first} exec \"$0\" \"$@\"")])
        .arg(env!("CARGO_BIN_EXE_compare"))
        .args(["--live", "--poller", poller, "--rounds", "1"])
        .args(["--workers", &workers, "--timeout", "1h"])
        .args(&held.urls)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap()
}

fn send(signal: &str, to: &Child) {
    let id = to.id().to_string();
    assert!(
        Command::new("kill").args([signal, &id]).status().unwrap().success()
    );
}

fn text(pipe: Option<impl Read>) -> String {
    let mut text = String::new();
    pipe.unwrap().read_to_string(&mut text).unwrap();
    text
}

/// What a test's own parent ignores is ignored here, too, and cannot be
/// tested.
fn ignores(bit: u32) -> bool {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    let mask = u64::from_str_radix(mask.unwrap().trim(), 16).unwrap();
    mask >> (bit - 1) & 1 == 1
}

#[test]
fn a_signal_ends_it_within_one_request_and_with_the_listing() {
    let signals = [("-TERM", 15), ("-INT", 2), ("-HUP", 1)];
    for (signal, bit) in signals {
        if ignores(bit) {
            eprintln!("{signal} is ignored here: not tested");
            continue;
        }
        for poller in ["mutex", "channel"] {
            let held = Held::new();
            let mut running = start("", poller, &held);
            held.wait_for(WORKERS);
            send(signal, &running);
            let mut errors = BufReader::new(running.stderr.take().unwrap());
            let mut line = String::new();
            errors.read_line(&mut line).unwrap();
            assert!(
                line.starts_with("Waiting for the requests"),
                "{signal}: {line}"
            );
            held.release();
            let rows = text(running.stdout.take());
            assert!(running.wait().unwrap().success());
            let polled = rows.matches("200 OK").count();
            // At most the request that each worker had begun, and one more
            // that it took before it heard.
            assert!(polled >= WORKERS, "{signal} {poller}: {rows}");
            assert!(polled <= 2 * WORKERS, "{signal} {poller}: {rows}");
        }
    }
}

#[test]
fn a_signal_that_was_ignored_stays_ignored() {
    for (trap, signal) in [("HUP", "-HUP"), ("INT", "-INT")] {
        let held = Held::new();
        let first = format!("trap '' {trap};");
        let mut running = start(&first, "channel", &held);
        held.wait_for(WORKERS);
        send(signal, &running);
        held.release();
        let rows = text(running.stdout.take());
        let errors = text(running.stderr.take());
        assert!(running.wait().unwrap().success());
        assert_eq!(rows.matches("200 OK").count(), URLS, "{trap}: {errors}");
        assert_eq!(errors, "", "{trap}");
    }
}
