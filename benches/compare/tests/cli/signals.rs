//! How a run ends when it is asked to.

use std::io::{PipeReader, PipeWriter};
use std::time::Duration;

use compare::interrupt::is_ignored;

use super::*;

const SHORT: Duration = Duration::from_millis(50);

fn send(signal: &str, to: u32) {
    let to = to.to_string();
    let sent = Command::new("kill").args([signal, &to]).status();
    assert!(sent.unwrap().success());
}

/// `timeout` sends SIGTERM to its child and then to their group. The result
/// comes, also if what the program says meanwhile is not read.
#[test]
fn two_sigterms_end_it_with_the_result() {
    for poller in ["mutex", "channel"] {
        let (site, requests) = serve();
        let (_reader, full) = full();
        let login = site.replace("//", "//me:secret@");
        let live = ["--live", &login, "--poller", poller, "--check"];
        let mut command = compare(&live);
        let command = command.stdout(Stdio::piped()).stderr(full);
        let running = command.spawn().unwrap();
        requests.recv().unwrap();
        send("-TERM", running.id());
        send("-TERM", running.id());
        let output = running.wait_with_output().unwrap();
        assert!(output.status.success(), "{output:?}");
        let rows = stdout(&output);
        assert!(rows.ends_with(&format!("{site}/  200 OK\n")), "{rows}");
    }
}

/// A pipe that takes not one more byte.
fn full() -> (PipeReader, PipeWriter) {
    let (reader, writer) = std::io::pipe().unwrap();
    let mut filler = writer.try_clone().unwrap();
    let (wrote, written) = channel();
    thread::spawn(move || {
        while filler.write_all(&[b'x'; 512]).is_ok() {
            let _ = wrote.send(());
        }
    });
    while written.recv_timeout(SHORT).is_ok() {}
    (reader, writer)
}

/// One worker hangs in a request that is never answered, and another in
/// printing an error to a pipe that is full.
#[test]
fn a_second_ctrl_c_ends_it_at_once() {
    if is_ignored(2) == Some(true) {
        // As in `cargo test &`.
        return eprintln!("SIGINT is ignored here: not tested");
    }
    let (site, requests) = serve();
    let (reader, full) = full();
    let never = format!("{site}/never");
    let urls = ["--live", "http://127.0.0.1:1/", &never];
    let mut command = compare(&[&urls[..], &["--timeout", "1h"]].concat());
    let mut running = command.stderr(full).spawn().unwrap();
    requests.recv().unwrap();
    // Two signals that have not been handled yet are one: so it takes two,
    // or some more.
    let ended = (0..100).find_map(|_| {
        send("-INT", running.id());
        thread::sleep(SHORT);
        running.try_wait().unwrap()
    });
    assert_eq!(ended.expect("it has ended").code(), Some(130));
    drop(reader);
}

/// Only Linux tells that it was.
#[cfg(target_os = "linux")]
#[test]
fn a_signal_that_was_ignored_stays_ignored() {
    let (site, requests) = serve();
    let how = format!("--live {site} --rounds 3 --interval 100ms");
    let line = format!("trap '' INT; exec \"$0\" {how}");
    let mut sh = Command::new("sh");
    sh.args(["-c", &line, env!("CARGO_BIN_EXE_compare")]);
    let sh = sh.env("NO_PROXY", "*").stdout(Stdio::piped());
    let running = sh.spawn().unwrap();
    requests.recv().unwrap();
    send("-INT", running.id());
    let rows = stdout(&running.wait_with_output().unwrap());
    assert!(rows.starts_with("channel: 3 polls in"), "{rows}");
}
