//! `cargo exercise` in a workspace of its own: no work is lost, whatever a
//! student has done before, and a start is in the tree completely or not at
//! all. (What the graders accept is checked by `cargo exercise --all`.)

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{self, Command, Stdio};

use classroom::planting::bugs::Change;
use classroom::planting::scratch;

const BUG: &str = env!("CARGO_BIN_EXE_bug");
const EXERCISE: &str = env!("CARGO_BIN_EXE_exercise");
const MONITOR: &str = "mutex-poller/src/monitor.rs";

/// A copy of the workspace, without git.
struct Copy(PathBuf);

impl Copy {
    fn new(name: &str) -> Self {
        let name = format!("exercise-{name}-{}", process::id());
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        scratch::snapshot(&path).unwrap();
        Copy(path)
    }

    /// The same, committed to git. `None` if there is no git here.
    fn with_git(name: &str) -> Option<Self> {
        let copy = Copy::new(name);
        fs::write(copy.0.join(".gitignore"), "/.classroom/\n").unwrap();
        let me = ["-c", "user.name=me", "-c", "user.email=me@localhost"];
        let commit = [&me[..], &["commit", "-qm", "all"]].concat();
        let all = [&["init", "-q"][..], &["add", "-A"], &commit];
        all.iter().all(|args| copy.git(args)).then_some(copy)
    }

    fn git(&self, args: &[&str]) -> bool {
        let mut git = Command::new("git");
        git.args(args).current_dir(&self.0).stdout(Stdio::null());
        git.status().is_ok_and(|status| status.success())
    }

    fn read(&self, file: &str) -> String {
        fs::read_to_string(self.0.join(file)).unwrap_or_default()
    }

    fn write(&self, file: &str, text: &str) {
        fs::write(self.0.join(file), text).unwrap();
    }

    /// Runs a command in it: its exit code, and what it says.
    fn run(&self, program: &str, args: &[&str]) -> (i32, String) {
        let out = Command::new(program)
            .args(args)
            .env("CARGO_MANIFEST_DIR", self.0.join("benches/classroom"))
            .output()
            .unwrap();
        let said = [out.stdout, out.stderr].concat();
        let said = String::from_utf8(said).unwrap();
        assert!(!said.contains("panicked"), "{said}");
        assert!(!said.contains("git checkout"), "{said}");
        (out.status.code().unwrap(), said)
    }

    fn does(&self, args: &[&str], code: i32, words: &str) {
        let (got, said) = self.run(EXERCISE, args);
        assert_eq!(got, code, "{args:?}: {said}");
        assert!(said.contains(words), "{args:?}: {said}");
    }
}

impl Drop for Copy {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

#[test]
fn it_begins_once_and_is_undone_once() {
    let copy = Copy::new("begins");
    let good = copy.read(MONITOR);
    let name = "lost-wake-up";
    copy.does(&[name, "--check"], 1, "lost-wake-up has not begun");
    copy.does(&[name, "--undo"], 1, "lost-wake-up has not begun");
    assert_eq!(copy.read(MONITOR), good);
    copy.does(&[name], 0, "It has begun");
    assert_ne!(copy.read(MONITOR), good);
    copy.does(&[name], 1, "has begun already");
    copy.does(&["errors-last"], 1, "lost-wake-up has begun already");
    copy.does(&["errors-last", "--check"], 1, "but lost-wake-up has");
    copy.does(&[name, "--undo"], 0, "is out");
    assert_eq!(copy.read(MONITOR), good);
    copy.does(&[name, "--undo"], 1, "has not begun");
}

#[test]
fn a_new_file_of_a_start_is_undone_too() {
    let copy = Copy::new("new-file");
    let queue = "mutex-poller/src/queue.rs";
    copy.does(&["queue-poller"], 0, "It has begun");
    assert!(copy.0.join(queue).exists());
    copy.does(&["queue-poller", "--undo"], 0, "is out");
    assert!(!copy.0.join(queue).exists());
}

#[test]
fn without_git_an_undo_keeps_a_copy_of_what_was_written() {
    let copy = Copy::new("kept");
    let good = copy.read(MONITOR);
    copy.does(&["lost-wake-up"], 0, "It has begun");
    copy.write(MONITOR, "// My work.\n");
    copy.does(&["lost-wake-up", "--undo"], 0, "is kept in");
    assert_eq!(copy.read(MONITOR), good);
    let kept = format!(".classroom/kept/lost-wake-up/{MONITOR}");
    assert_eq!(copy.read(&kept), "// My work.\n");
}

#[test]
fn with_git_work_in_no_commit_is_never_overwritten() {
    let Some(copy) = Copy::with_git("work") else { return };
    let good = copy.read(MONITOR);
    let mine = format!("{good}// My work.\n");
    copy.write(MONITOR, &mine);
    copy.does(&["lost-wake-up"], 1, "has uncommitted changes");
    assert_eq!(copy.read(MONITOR), mine);
    copy.write(MONITOR, &good);
    copy.does(&["lost-wake-up"], 0, "It has begun");
    let start = copy.read(MONITOR);
    copy.write(MONITOR, &format!("{start}// My work.\n"));
    copy.does(&["lost-wake-up", "--undo"], 1, "git stash");
    assert!(copy.read(MONITOR).ends_with("// My work.\n"));
    // What it advises works.
    assert!(copy.git(&["stash", "--quiet", "--include-untracked"]));
    copy.does(&["lost-wake-up", "--undo"], 0, "is out");
    assert_eq!(copy.read(MONITOR), good);
}

#[test]
fn what_was_interrupted_is_completed() {
    let copy = Copy::new("interrupted");
    let good = copy.read(MONITOR);
    copy.does(&["lost-wake-up"], 0, "It has begun");
    // As if the process had been killed before it was done.
    fs::remove_file(copy.0.join(".classroom/exercise/begun")).unwrap();
    copy.does(&["lost-wake-up", "--undo"], 0, "The start is out now");
    assert_eq!(copy.read(MONITOR), good);
    fs::create_dir_all(copy.0.join(".classroom/exercise.new")).unwrap();
    copy.does(&["lost-wake-up"], 0, "It has begun");
}

#[test]
fn hints_come_one_at_a_time_and_only_if_asked_for() {
    let copy = Copy::new("hints");
    let (_, shown) = copy.run(EXERCISE, &["errors-first"]);
    assert!(!shown.contains("details") && !shown.contains("two queues"));
    copy.does(&["one-watcher", "--hint"], 0, "Hint 1 of 3");
    copy.does(&["one-watcher", "--hint"], 0, "Hint 2 of 3");
    copy.does(&["one-watcher", "--hint"], 0, "Hint 3 of 3");
    copy.does(&["one-watcher", "--hint"], 0, "all hints");
    copy.does(&["one-watcher", "--hint"], 0, "Hint 1 of 3");
    copy.does(&["a-surprise", "--hint"], 0, "Hint 1 of 1");
}

#[test]
fn a_side_is_chosen_once() {
    let copy = Copy::new("side");
    copy.does(&["a-worker-dies", "--side", "lock"], 0, "It has begun");
    let other = ["a-worker-dies", "--side", "channel", "--check"];
    copy.does(&other, 1, "a-worker-dies --side lock");
    copy.does(&["a-worker-dies", "--solution"], 0, "mutex-poller");
    copy.does(&["a-worker-dies", "--undo"], 0, "is out");
}

/// The start of `lost-wake-up` has the lines of a bug of the list.
#[test]
fn unplanting_leaves_exercises_alone() {
    let copy = Copy::new("unplant");
    copy.does(&["lost-wake-up"], 0, "It has begun");
    let start = copy.read(MONITOR);
    let (code, said) = copy.run(BUG, &["--unplant"]);
    assert_eq!(code, 1, "{said}");
    assert!(said.contains("cargo exercise lost-wake-up --undo"), "{said}");
    assert!(!said.contains("monitor-notified"), "{said}");
    assert_eq!(copy.read(MONITOR), start);
}

#[test]
fn what_was_planted_is_taken_out() {
    let copy = Copy::new("plant");
    let file = "mutex-poller/src/resources.rs";
    let good = copy.read(file);
    let (code, said) = copy.run(BUG, &["if-for-while", "--plant"]);
    assert_eq!(code, 0, "{said}");
    assert_ne!(copy.read(file), good);
    let (code, said) = copy.run(BUG, &["notify-one-at-the-end", "--plant"]);
    assert!(code == 1 && said.contains("if-for-while is planted"), "{said}");
    let (code, said) = copy.run(BUG, &["--unplant"]);
    assert_eq!(code, 0, "{said}");
    assert_eq!(copy.read(file), good);
    let (code, said) = copy.run(BUG, &["--unplant"]);
    assert!(code == 1 && said.contains("no bug is planted"), "{said}");
}

/// In each folder with a start: all patches fit, and there are enough.
#[test]
fn each_exercise_has_solutions_and_wrong_answers() {
    let all = scratch::root().join("docs/exercises");
    let (mut tasks, mut with_sides) = (0, 0);
    for entry in fs::read_dir(all).unwrap() {
        let folder = entry.unwrap().path();
        let Ok(text) = fs::read_to_string(folder.join("README.md")) else {
            continue;
        };
        assert!(text.contains("**A common misconception.**"), "{folder:?}");
        assert!(text.contains("**What is graded.**"), "{folder:?}");
        with_sides += usize::from(folder.join("lock").exists());
        let sides = ["", "lock", "channel"].map(|side| folder.join(side));
        for folder in sides.iter().filter(|f| f.join("start.patch").exists()) {
            fits(folder);
            tasks += 1;
        }
    }
    assert!(tasks >= 12 && with_sides >= 5, "{tasks}, {with_sides}");
}

fn fits(folder: &Path) {
    let (mut right, mut wrong) = (0, 0);
    let start = Change::read(&folder.join("start.patch")).unwrap();
    let root = scratch::root();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|end| end != "patch") {
            continue;
        }
        let part = Change::read(&path).unwrap();
        let (solution, is_wrong) =
            (part.name.starts_with("sol"), part.name.starts_with("wrong"));
        let after_the_start = solution || is_wrong || part.name == "check";
        let mut texts = Default::default();
        if after_the_start {
            start.over(&root, &mut texts).unwrap();
        }
        part.over(&root, &mut texts).unwrap();
        right += usize::from(solution);
        wrong += usize::from(is_wrong);
    }
    assert!(right >= 2 && wrong >= 3, "{folder:?}: {right}, {wrong}");
}
