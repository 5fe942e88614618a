//! A shortage on this machine is not the fault of a site.

use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Command, Stdio};
use std::sync::{Arc, Condvar, Mutex};

use crate::server::{OK, serve_stream};

/// Fifty workers that may open few files: those that get one wait for an
/// answer until others have got none.
#[test]
fn too_many_open_files_are_called_so() {
    for host in ["127.0.0.1", "localhost"] {
        let released = Arc::new((Mutex::new(false), Condvar::new()));
        let wait = released.clone();
        let server = serve_stream(move |_, stream| {
            let held = wait.0.lock().unwrap();
            drop(wait.1.wait_while(held, |open| !*open).unwrap());
            let _ = stream.write_all(OK.as_bytes());
        });
        let limited = "ulimit -n 24; exec \"$0\" \"$@\"";
        let url = |n| server.url(&format!("/{n}")).replace("127.0.0.1", host);
        let mut running = Command::new("sh")
            .args(["-c", limited, env!("CARGO_BIN_EXE_compare")])
            .args(["--live", "--rounds", "1", "--workers", "50"])
            .args(["--timeout", "1h"])
            .args((0..50).map(url))
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut errors = BufReader::new(running.stderr.take().unwrap());
        let mut line = String::new();
        errors.read_line(&mut line).unwrap();
        assert!(line.contains("too many open files"), "{line}");
        *released.0.lock().unwrap() = true;
        released.1.notify_all();
        let mut rows = String::new();
        let mut stdout = running.stdout.take().unwrap();
        stdout.read_to_string(&mut rows).unwrap();
        assert!(running.wait().unwrap().success());
        let rows: Vec<&str> =
            rows.lines().filter(|row| row.contains("http:")).collect();
        assert_eq!(rows.len(), 50);
        for row in rows {
            let said = ["200 OK", "too many open files"];
            assert!(said.iter().any(|said| row.ends_with(said)), "{row}");
        }
    }
}
