//! Patches, whatever their text, and the trees that they change.

use std::collections::BTreeMap;
use std::fs;

use proptest::collection::vec;
use proptest::prelude::*;

use crate::bugs;
use crate::patch::{Patch, all};
use crate::tree::Tree;
use crate::workspace::{root, sources};

/// All fit, and there are enough: two solutions and three wrong answers for
/// each start.
#[test]
fn every_patch_fits_and_changes_something() {
    let mut answers = BTreeMap::<_, Vec<_>>::new();
    for patch in all().unwrap() {
        let before = patch.before().unwrap();
        let before = before.map_or_else(sources, |start| start.applied());
        let path = patch.path();
        assert_ne!(patch.applied().unwrap(), before.unwrap(), "{path:?}");
        answers.entry(patch.folder).or_default().push(patch.name);
    }
    let named = |names: &[String], word: &str| {
        names.iter().filter(|name| name.starts_with(word)).count()
    };
    answers.retain(|folder, _| folder.starts_with("docs/exercises/"));
    for (folder, names) in &answers {
        let counts = ["start", "solution", "wrong"].map(|w| named(names, w));
        let [start, right, wrong] = counts;
        assert!(start == 1 && right >= 2 && wrong >= 3, "{folder}: {counts:?}");
    }
    assert!(answers.len() >= 20 && bugs::all().unwrap().len() >= 40);
}

/// A plausible edit has no panic, no loop and no sleep.
#[test]
fn no_bug_adds_a_panic_a_loop_or_a_sleep() {
    for bug in bugs::all().unwrap() {
        let diff = bug.patch.diff();
        let has = |sign: char, word: &str| {
            let mut lines = diff.lines().filter_map(|l| l.strip_prefix(sign));
            lines.any(|line| line.contains(word))
        };
        for word in ["panic!", "loop {", "while ", "sleep("] {
            assert!(!has('+', word) || has('-', word), "{}: {word}", bug.name);
        }
    }
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

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// A patch that was edited by hand is read or refused; it fits or is
    /// refused, and then nothing has changed.
    #[test]
    fn an_edited_patch_fits_or_is_refused(
        which in any::<prop::sample::Index>(),
        edits in vec((any::<prop::sample::Index>(), "[-+ @a-z0-9,/]{0,12}"), 1..5),
    ) {
        let patches = all().expect("ours can be read");
        let text = fs::read_to_string(which.get(&patches).path()).unwrap();
        let mut lines: Vec<_> = text.lines().map(String::from).collect();
        for (at, new) in edits {
            let at = at.index(lines.len());
            lines[at] = new;
        }
        let file = format!("target/tmp/edited-{}.patch", std::process::id());
        fs::create_dir_all(root().join("target/tmp")).unwrap();
        fs::write(root().join(&file), lines.join("\n")).unwrap();
        let read = Patch::read(&file);
        fs::remove_file(root().join(&file)).unwrap();
        let good = sources().unwrap();
        let mut tree = good.clone();
        if let Err(why) = read.and_then(|patch| patch.apply(&mut tree)) {
            prop_assert!(why.text.contains("edited-"), "{why:?}");
            prop_assert!(tree == good);
        }
    }
}
