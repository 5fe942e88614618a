//! A shortage on this machine is not the fault of a site.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::process::{Command, Stdio};
use std::sync::{Arc, Condvar, Mutex};

use compare::live::lookup::Lookups;
use shared::HttpError;

use crate::PATIENCE;
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

/// A lookup that got no file may say that there is no such name.
#[test]
fn a_lookup_without_a_file_is_no_name_without_an_address() {
    let this = std::env::current_exe().unwrap();
    let limited = "ulimit -n 24; exec \"$0\" \"$@\"";
    let output = Command::new("sh")
        .args(["-c", limited, this.to_str().unwrap()])
        .args(["--ignored", "--exact", "shortage::in_a_process_of_its_own"])
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(said.contains("1 passed"), "{said}");
}

#[test]
#[ignore = "takes all files of its process: the test above runs it"]
fn in_a_process_of_its_own() {
    let open = || File::open("/dev/null");
    let all: Vec<File> =
        std::iter::repeat_with(open).map_while(Result::ok).collect();
    let lookups = Lookups::new(|_| Err(io::Error::other("no such name")));
    let found = lookups.look_up("a:80", PATIENCE);
    assert_eq!(found, Err(HttpError::TooManyFiles));
    drop(all);
    let found = lookups.look_up("a:80", PATIENCE);
    assert_eq!(found, Err(HttpError::NoSuchHost));
}
