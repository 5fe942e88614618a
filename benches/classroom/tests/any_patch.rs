//! Patches, whatever their text: never a panic, and what was planted can be
//! taken out again.

use std::fs;
use std::path::{Path, PathBuf};

use classroom::planting::bugs::{self, Change};
use classroom::planting::scratch;
use classroom::planting::texts::write_all;
use proptest::collection::vec;
use proptest::prelude::*;

/// A folder of this process and thread.
fn folder() -> PathBuf {
    let thread = std::thread::current().id();
    let name = format!("any-patch-{}-{thread:?}", std::process::id());
    let path = std::env::temp_dir().join(name);
    fs::create_dir_all(&path).expect("a temporary folder can be made");
    path
}

/// Puts the files that a change is about in a folder, from the workspace.
fn copy(change: &Change, to: &Path) -> Vec<(String, String)> {
    let root = scratch::root();
    let read = |file: &str| fs::read_to_string(root.join(file)).ok();
    let files = change.files().filter_map(|f| Some((f.to_string(), read(f)?)));
    let files: Vec<_> = files.collect();
    for (file, text) in &files {
        let path = to.join(file);
        fs::create_dir_all(path.parent().expect("in a folder")).unwrap();
        fs::write(path, text).unwrap();
    }
    files
}

/// Planted and taken out again, every bug leaves the text that was there.
#[test]
fn what_is_planted_can_be_taken_out() {
    let folder = folder();
    for bug in bugs::all().unwrap() {
        let good = copy(&bug.change, &folder);
        write_all(&folder, &bug.change.applied(&folder).unwrap()).unwrap();
        assert!(bug.change.applied(&folder).is_err(), "{} twice", bug.name);
        write_all(&folder, &bug.change.removed(&folder).unwrap()).unwrap();
        for (file, text) in good {
            let now = fs::read_to_string(folder.join(&file)).unwrap();
            assert!(now == text.replace("\r\n", "\n"), "{}: {file}", bug.name);
        }
    }
    fs::remove_dir_all(folder).unwrap();
}

/// What is done to a patch: at a line, one of a few things.
fn edits() -> impl Strategy<Value = Vec<(prop::sample::Index, u8, String)>> {
    vec((any::<prop::sample::Index>(), 0..5u8, "[-+ @a-z0-9,/]{0,12}"), 1..5)
}

fn edit(lines: &mut Vec<String>, edits: &[(prop::sample::Index, u8, String)]) {
    for (at, how, new) in edits {
        if lines.is_empty() {
            return;
        }
        let at = at.index(lines.len());
        match how {
            0 => drop(lines.remove(at)),
            1 => lines.insert(at, lines[at].clone()),
            2 => lines[at].clone_from(new),
            3 => lines.truncate(at),
            _ => lines[at].insert_str(0, new),
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// A patch that was edited by hand is read, or refused by its name; it fits,
    /// or is refused, and then nothing has been written.
    #[test]
    fn an_edited_patch_fits_or_is_refused(
        which in any::<prop::sample::Index>(),
        edits in edits(),
    ) {
        let all = bugs::all().expect("ours can be read");
        let bug = which.get(&all);
        let path = format!("{}/bugs/{}.patch", bug.side, bug.name);
        let text = fs::read_to_string(scratch::root().join(path)).unwrap();
        let mut lines: Vec<_> = text.lines().map(String::from).collect();
        edit(&mut lines, &edits);
        let folder = folder();
        let file = folder.join("edited.patch");
        fs::write(&file, lines.join("\n")).unwrap();
        let read = Change::read(&file);
        fs::remove_dir_all(&folder).unwrap();
        match read {
            Err(why) => prop_assert!(why.0.contains("edited.patch"), "{why:?}"),
            Ok(change) => {
                if let Err(why) = change.applied(&scratch::root()) {
                    let files: Vec<_> = change.files().collect();
                    let named = why.0.contains("edited.patch")
                        || files.iter().any(|file| why.0.contains(file));
                    prop_assert!(named, "{why:?}");
                }
            }
        }
    }

    /// Any bytes at all.
    #[test]
    fn a_patch_of_anything_is_read_or_refused(
        bytes in vec(any::<u8>(), 0..200),
        marked in any::<bool>(),
    ) {
        let folder = folder();
        let file = folder.join("any.patch");
        let mark: &[u8] = if marked { b"# thought: x\n--- a/f\n" } else { b"" };
        fs::write(&file, [mark, &bytes].concat()).unwrap();
        let read = Change::read(&file);
        fs::remove_dir_all(&folder).unwrap();
        if let Err(why) = read {
            prop_assert!(why.0.contains("any.patch"), "{why:?}");
        }
    }
}
