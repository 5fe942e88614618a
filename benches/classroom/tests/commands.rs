//! The commands in a workspace of its own: what they refuse, and what they lay
//! out for a student. (What catches a bug, and what graders accept, is checked
//! by `cargo bug --all` and `cargo exercise --all`: that takes minutes.)

use std::fs::{self, File};
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{self, Command, Stdio};

const MONITOR: &str = "mutex-poller/src/monitor.rs";

/// A copy of the workspace.
struct Copy(PathBuf);

impl Copy {
    fn new(name: &str) -> Self {
        let name = format!("{name}-{}", process::id());
        let to = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        let from = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        for part in ["mutex-poller", "channel-poller", "docs/exercises"] {
            copy(&from.join(part), &to.join(part));
        }
        copy(&from.join("shared/src"), &to.join("shared/src"));
        copy(&from.join("shared/tests"), &to.join("shared/tests"));
        copy(&from.join("shared/suite"), &to.join("shared/suite"));
        fs::copy(from.join("Cargo.toml"), to.join("Cargo.toml")).unwrap();
        Copy(to)
    }

    fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_classroom"));
        let here = self.0.join("benches/classroom");
        command.args(args).env("CARGO_MANIFEST_DIR", here);
        command
    }

    /// Runs a command in it, which ends with this code and says so.
    fn does(&self, command: &str, code: i32, words: &str) {
        let args: Vec<_> = command.split(' ').collect();
        let out = self.command(&args).output().unwrap();
        let said =
            String::from_utf8([out.stdout, out.stderr].concat()).unwrap();
        assert_eq!(out.status.code(), Some(code), "{command}: {said}");
        assert!(said.contains(words), "{command}: {said}");
        assert!(!said.contains("panicked") && !said.contains('\x1b'), "{said}");
    }

    fn read(&self, file: &str) -> String {
        fs::read_to_string(self.0.join(file)).unwrap_or_default()
    }
}

impl Drop for Copy {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn copy(from: &Path, to: &Path) {
    if from.is_file() {
        fs::copy(from, to).unwrap();
        return;
    }
    fs::create_dir_all(to).unwrap();
    for name in fs::read_dir(from).unwrap().map(|e| e.unwrap().file_name()) {
        copy(&from.join(&name), &to.join(&name));
    }
}

#[test]
fn what_makes_no_sense_is_refused() {
    let copy = Copy::new("refused");
    for (command, words) in [
        ("bug no-such", "no bug is called no-such"),
        ("bug if-for-whil", "did you mean if-for-while?"),
        ("bug if-for-whil --plant", "did you mean if-for-while?"),
        ("bug x\x1b[31m", "called x\\u{1b}[31m"),
        ("bug --plant", "required"),
        ("bug --all --plant", "cannot be used"),
        ("exercise lost-wakeup --check", "did you mean lost-wake-up?"),
        ("exercise a-worker-dies", "say --side lock or --side channel"),
        ("exercise lost-wake-up --side lock", "no choice"),
        ("exercise lost-wake-up --side left", "say lock or channel"),
        ("exercise lost-wake-up --hint 7", "has 1 hint"),
        ("exercise --check", "required"),
        ("exercise a-surprise --check", "is not graded"),
        ("step rc-across-threads", "cargo bug rc-across-threads"),
        ("step --open", "<NAME>"),
        ("step --all pages --here", "cannot be used"),
        ("step if-for-while --open --terminal", "cannot be used"),
        ("step errors-last --here", "runs no models"),
    ] {
        copy.does(command, 2, words);
    }
    assert!(!copy.0.join("play").exists() && !copy.0.join("target").exists());
}

#[test]
fn a_student_works_in_a_copy_that_is_never_overwritten() {
    let copy = Copy::new("begins");
    let good = copy.read(MONITOR);
    copy.does("exercise lost-wake-up --check", 1, "no play/lost-wake-up yet");
    copy.does(
        "exercise lost-wake-up",
        0,
        "play/lost-wake-up/mutex-poller/src/",
    );
    let file = format!("play/lost-wake-up/{MONITOR}");
    assert_ne!(copy.read(&file), good);
    fs::write(copy.0.join(&file), "// My work.\n").unwrap();
    copy.does("exercise lost-wake-up", 1, "rename that folder or delete it");
    assert_eq!(copy.read(&file), "// My work.\n");
    copy.does("bug if-for-while --plant", 0, "play/if-for-while");
    copy.does("bug if-for-while --plant", 1, "rename that folder or delete it");
    copy.does("exercise a-worker-dies --side lock", 0, "a-worker-dies-lock");
    copy.does("exercise a-worker-dies", 1, "play/a-worker-dies-lock is there");
    copy.does("exercise", 0, "[play/lost-wake-up: begun]");
    assert_eq!(copy.read(MONITOR), good);
}

#[test]
fn texts_and_hints_come_only_if_asked_for() {
    let copy = Copy::new("hints");
    copy.does("exercise a-surprise", 0, "16. Explain a surprise");
    copy.does("exercise one-watcher --hint", 0, "`--hint 2` shows the next");
    copy.does("exercise one-watcher --hint 3", 0, "Hint 3 of 3");
    copy.does("exercise a-worker-dies --side lock --solution", 0, "Another");
    copy.does("bug", 0, "unlock-then-wait ");
}

#[test]
fn of_two_commands_one_waits() {
    let copy = Copy::new("waits");
    fs::create_dir(copy.0.join("target")).unwrap();
    let lock = File::create(copy.0.join("target/bugs.lock")).unwrap();
    lock.lock().unwrap();
    let mut bug = copy.command(&["bug", "if-for-while"]);
    bug.stdout(Stdio::null()).stderr(Stdio::piped());
    let mut bug = bug.spawn().unwrap();
    let mut line = String::new();
    let mut said = BufReader::new(bug.stderr.take().unwrap());
    said.read_line(&mut line).unwrap();
    bug.kill().unwrap();
    bug.wait().unwrap();
    assert!(line.starts_with("Waiting for another `cargo bug`"), "{line:?}");
    assert!(!copy.0.join("target/bugs").exists());
}
