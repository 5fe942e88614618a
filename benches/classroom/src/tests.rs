//! That all patches fit, that no work of a student is overwritten, and what
//! the commands refuse. (What catches a bug, and what graders accept, is
//! checked by `cargo bug --all` and `cargo exercise --all`.)

use std::fs::{self, File, TryLockError};

use clap::Parser;

use crate::step::game::Game;
use crate::step::quiz::numbered;
use crate::tree::Tree;
use crate::workspace::{Scratch, begin, play, root, sources, written};
use crate::{Command, bugs, patch, run, shelf, side};

#[test]
fn every_patch_fits_and_changes_something() {
    for patch in patch::all().unwrap() {
        let [before, after] = [patch.before(), patch.applied()];
        assert_ne!(after.unwrap(), before.unwrap(), "{}", patch.file);
    }
    assert!(bugs::all().unwrap().len() >= 40);
}

#[test]
fn a_folder_becomes_equal_to_a_tree() {
    let at = root().join(format!("target/tmp/tree-{}", std::process::id()));
    let mut tree = sources().unwrap();
    tree.set("shared/src/more/deep.rs", "//! More.\n".into());
    tree.write(&at).unwrap();
    let same = at.join("shared/src/lib.rs");
    let written = fs::metadata(&same).unwrap().modified().unwrap();
    // What one answer has added is gone before the next, with its folders.
    tree.set("shared/src/more/deep.rs", String::new());
    tree.write(&at).unwrap();
    assert!(!at.join("shared/src/more").exists());
    assert_eq!(fs::metadata(&same).unwrap().modified().unwrap(), written);
    assert_eq!(Tree::read(&at).unwrap(), Tree::read(&root()).unwrap());
    fs::remove_dir_all(at).unwrap();
}

/// How a command ends that makes no sense, and what it says.
fn refused(command: &str) -> (u8, String) {
    let args = ["cargo"].into_iter().chain(command.split(' '));
    match Command::try_parse_from(args) {
        Err(error) => (error.exit_code() as u8, error.to_string()),
        Ok(parsed) => {
            let complaint = run(parsed).unwrap_err();
            (complaint.code(), complaint.to_string())
        }
    }
}

#[test]
fn what_makes_no_sense_is_refused() {
    for (command, words) in [
        ("bug x\x1b[31m", "no bug is called x\\u{1b}[31m"),
        ("bug --plant", "required"),
        ("exercise lost-wakeup --check", "no exercise is called"),
        ("exercise read-the-lanes", "say --side lock or --side channel"),
        ("exercise lost-wake-up --hint 7", "the last one is 1"),
        ("exercise a-surprise --check", "is not graded"),
        ("step rc-across-threads", "cargo bug rc-across-threads"),
        ("step --open", "<NAME|--quiz"),
        ("step --quiz 0", "the numbers 1 to"),
        ("step --quiz 1 if-for-while", "cannot be used"),
        ("step --all pages --open", "cannot be used"),
        ("step errors-last --here", "no play/errors-last"),
        ("step if-for-while --pct 2", "--random"),
    ] {
        let (code, said) = refused(command);
        assert!(code == 2 && said.contains(words), "{command}: {said}");
    }
}

#[test]
fn the_quiz_has_each_bug_once_and_names_none() {
    let bugs = bugs::all().unwrap();
    let all: Vec<_> = bugs.iter().filter(|bug| bug.compiles()).collect();
    let mut names = Vec::new();
    for number in 1..=all.len() {
        let (bug, next) = numbered(&bugs, number).unwrap();
        let game = Game::of_quiz(bug, number).unwrap();
        for text in [game.command(), game.file(), game.title] {
            assert!(!text.contains(&bug.name), "{text}");
        }
        assert_eq!(next.is_none(), number == all.len());
        names.push(&bug.name);
    }
    names.sort();
    names.dedup();
    assert_eq!(names.len(), all.len());
    assert!(numbered(&bugs, all.len() + 1).is_err());
}

#[test]
fn what_a_student_has_written_is_never_overwritten() {
    let mut exercises = shelf::all().unwrap();
    exercises.retain(|exercise| exercise.name == "a-worker-dies");
    let the = |side| shelf::on(&exercises, side).unwrap();
    let exercise = the(side::parse("lock").ok());
    let (copy, start) = (&exercise.copy(), exercise.part("start").unwrap());
    let _ = fs::remove_dir_all(play(copy));
    assert!(written(copy).unwrap_err().to_string().contains("makes one"));
    begin(copy, start.applied().unwrap()).unwrap();
    assert!(written(copy).unwrap() == start.applied().unwrap());
    // The side that has begun need not be said.
    assert_eq!(the(None).label(), exercise.label());
    let file = play(copy).join("mutex-poller/src/poller.rs");
    fs::write(&file, "// My work.\n").unwrap();
    let (code, said) = refused("exercise a-worker-dies --side lock");
    assert!(code == 1 && said.contains("rename it or delete it"), "{said}");
    assert_eq!(fs::read_to_string(file).unwrap(), "// My work.\n");
    fs::remove_dir_all(play(copy)).unwrap();
}

/// So of two commands, one waits: each would build what the other lays out.
#[test]
fn the_scratch_workspace_has_one_user() {
    let first = Scratch::new().unwrap();
    let other = File::open(first.path.with_extension("lock")).unwrap();
    assert!(matches!(other.try_lock(), Err(TryLockError::WouldBlock)));
    drop(first);
    other.lock().unwrap();
}
