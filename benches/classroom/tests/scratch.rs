//! That the scratch copy has one user at a time.

use std::fs::{self, File};
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{self, Command, Stdio};
use std::sync::mpsc::channel;
use std::thread;

use classroom::planting::bugs;
use classroom::planting::lock::exclusive;
use classroom::planting::scratch::Scratch;

/// A folder that no other run of this test uses.
fn folder() -> PathBuf {
    let name = format!("lock-{}", process::id());
    Path::new(env!("CARGO_TARGET_TMPDIR")).join(name)
}

/// The second holder cannot have the lock before the first lets go, because
/// it has the lock afterward: a third attempt shows that.
#[test]
fn a_second_holder_waits_until_the_first_lets_go() {
    let folder = folder();
    let first =
        exclusive(&folder, || panic!("no other holder is left")).unwrap();
    let is_free = || {
        let third = File::open(folder.join(".lock")).unwrap();
        third.try_lock().is_ok()
    };
    let (says, heard) = channel();
    thread::scope(|scope| {
        let waits = move || says.send(()).unwrap();
        let second = scope.spawn(|| exclusive(&folder, waits));
        heard.recv().expect("the second holder says that it waits");
        assert!(!is_free(), "the first holder has the lock");
        drop(first);
        let second = second.join().unwrap().unwrap();
        assert!(!is_free(), "the second holder has the lock");
        drop(second);
    });
    fs::remove_dir_all(folder).unwrap();
}

/// Another process waits too, and says so before it touches the copy.
#[test]
fn cargo_bug_waits_while_a_scratch_copy_is_in_use() {
    let scratch = Scratch::new().unwrap();
    let mut bug = Command::new(env!("CARGO_BIN_EXE_bug"))
        .arg(&bugs::all().unwrap()[0].name)
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    let mut said = BufReader::new(bug.stderr.take().unwrap());
    said.read_line(&mut line).unwrap();
    bug.kill().unwrap();
    bug.wait().unwrap();
    assert!(line.starts_with("Waiting for another `cargo bug`"), "{line:?}");
    drop(scratch);
}
