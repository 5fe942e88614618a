//! Where changed sources are laid out: in `play/NAME` for a student, and in
//! `target/bugs` for what these commands build. Each is a small workspace of
//! its own; they and the checkout have one `target`.
//!
//! Next: [`cargo`](crate::cargo).

use std::env;
use std::fs::{self, File, TryLockError};
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use crate::complaint::{Complaint, failure, with};
use crate::out;
use crate::tree::Tree;

/// The workspace: the one of the package that cargo runs, which may have been
/// moved since it was built.
pub fn root() -> PathBuf {
    let now = env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from);
    let now = now.filter(|folder| folder.ends_with("benches/classroom"));
    let here = now.unwrap_or_else(|| env!("CARGO_MANIFEST_DIR").into());
    let root = here.ancestors().nth(2);
    root.expect("benches/classroom is a folder of it").to_path_buf()
}

/// The name of the workspace in `target/bugs`.
const SCRATCH: &str = "bugs";

/// The sources of the checkout.
///
/// # Errors
/// If they cannot be read.
pub fn sources() -> Result<Tree, Complaint> {
    named(SCRATCH, SCRATCH, &Tree::read(&root())?)
}

/// These sources as a workspace of this name, which `cargo step` knows by this
/// label. Its packages have the name in
/// their version: otherwise cargo, which tells packages apart by name, version
/// and path from the root, would take one that was built in another workspace
/// for one that is up to date in this.
fn named(name: &str, label: &str, sources: &Tree) -> Result<Tree, Complaint> {
    let old = "version = \"0.1.0\"";
    let new = format!("version = \"0.1.0-{name}\"");
    let mut tree = sources.clone();
    let read = |file: &str| {
        let path = root().join(file);
        fs::read_to_string(&path).map_err(with(&path))
    };
    let manifest = read("Cargo.toml")?;
    let (start, rest) = manifest.split_once("members = [").unwrap_or_default();
    let (_, end) = rest.split_once(']').unwrap_or_default();
    let end = end.replacen(old, &new, 1);
    let end = end.replace("\"shared/checker\"", "\"../../shared/checker\"");
    tree.set("Cargo.toml", format!("{start}{MEMBERS}{end}"));
    let mut lock = String::new();
    for package in read("Cargo.lock")?.split_inclusive("[[package]]") {
        let other = ["source = ", "name = \"checker\""];
        if other.iter().any(|other| package.contains(other)) {
            lock += package;
        } else {
            lock += &package.replace(old, &new);
        }
    }
    tree.set("Cargo.lock", lock);
    tree.set(".cargo/config.toml", CONFIG.replace("NAME", label));
    Ok(tree)
}

const MEMBERS: &str =
    r#"members = ["shared", "shared/suite", "mutex-poller", "channel-poller"]"#;

/// No aliases: cargo would join them with those of the checkout.
const CONFIG: &str = "\
[build]
target-dir = \"../../target\"

# What `cargo loom` advises after a failure.
[env]
STEP_HERE = \"cargo step NAME --here --open --model\"
";

/// The folder in which a student works.
pub fn play(name: &str) -> PathBuf {
    root().join("play").join(name)
}

/// Lays these sources out for a student.
///
/// # Errors
/// If something is there already, or they cannot be written.
pub fn begin(name: &str, label: &str, tree: &Tree) -> Result<(), Complaint> {
    let folder = play(name);
    if folder.exists() {
        return Err(failure(format!(
            "play/{name} is there already, with what you have written. To \
             begin anew, rename that folder or delete it"
        )));
    }
    // There all of it, or nothing.
    let new = play(&format!(".new-{name}"));
    named(name, label, tree)?.write(&new)?;
    fs::rename(&new, &folder).map_err(with(&folder))
}

/// What a student has written in `play/NAME`; built as the copy in
/// `target/bugs` is.
///
/// # Errors
/// If it has not begun.
pub fn written(name: &str, begins: &str) -> Result<Tree, Complaint> {
    if !play(name).is_dir() {
        return Err(failure(format!(
            "there is no play/{name} yet: `{begins}` makes it"
        )));
    }
    named(SCRATCH, SCRATCH, &Tree::read(&play(name))?)
}

/// What these commands know of a student: how many hints were shown, what is
/// done.
pub fn note(name: &str) -> Option<String> {
    fs::read_to_string(play(".notes").join(name)).ok()
}

/// Writes a note.
///
/// # Errors
/// If it cannot be written.
pub fn take_note(name: &str, text: &str) -> Result<(), Complaint> {
    let path = play(".notes").join(name);
    fs::create_dir_all(play(".notes"))
        .and_then(|()| fs::write(&path, text))
        .map_err(with(&path))
}

/// The workspace in `target/bugs`. It has one user at a time: of two, each
/// would build what the other has laid out. A thread that makes a second one
/// waits for itself, forever.
pub struct Scratch {
    /// Where it is.
    pub path: PathBuf,
    /// Locked for as long as this lives.
    _lock: File,
}

/// Printed while another command has it.
const WAITS: &str = "Waiting for another `cargo bug`, exercise, step or test \
    to end, because it uses target/bugs; if it hangs, stop it.";

impl Scratch {
    /// It, once no other command has it.
    ///
    /// # Errors
    /// If it cannot be locked.
    pub fn new() -> Result<Self, Complaint> {
        let path = root().join("target").join(SCRATCH);
        let lock = path.with_extension("lock");
        let file = exclusive(&lock, || out::complain(WAITS));
        Ok(Scratch { _lock: file.map_err(with(&lock))?, path })
    }

    /// Makes it equal to these sources, and returns where it is.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn lay(&self, tree: &Tree) -> Result<&Path, Complaint> {
        tree.write(&self.path)?;
        Ok(&self.path)
    }
}

/// Locks the file until it is dropped, or the process ends. Calls `waits`
/// before it waits for another that has locked it.
///
/// # Errors
/// If it cannot be made or locked.
pub fn exclusive(path: &Path, waits: impl FnOnce()) -> io::Result<File> {
    path.parent().map_or(Ok(()), fs::create_dir_all)?;
    // Writable, because Windows locks no file that is open for less.
    let mut options = File::options();
    let options = options.write(true).create(true).truncate(false);
    let file = options.open(path)?;
    match file.try_lock() {
        Err(TryLockError::WouldBlock) => {
            waits();
            file.lock()?;
        }
        // Some file systems have no locks: a single user works there too.
        Err(TryLockError::Error(e)) if e.kind() == ErrorKind::Unsupported => {}
        other => other?,
    }
    Ok(file)
}
