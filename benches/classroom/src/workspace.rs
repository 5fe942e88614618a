//! Where changed sources are laid out: in `play/NAME` for a student, and in
//! `target/bugs` for what these commands build. Each is a small workspace of
//! its own; they and the checkout have one `target`.
//!
//! Next: [`cargo`](crate::cargo).

use std::env;
use std::fs::{self, File, TryLockError};
use std::path::{Path, PathBuf};
use std::process;

use crate::complaint::{Result, failure, misuse, with};
use crate::out;
use crate::tree::Tree;

/// The workspace: the one of the package that cargo runs, which may have been
/// moved since it was built.
pub fn root() -> PathBuf {
    let now = env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from);
    let here = now.unwrap_or(env!("CARGO_MANIFEST_DIR").into());
    here.ancestors().nth(2).map_or(here.clone(), Path::to_path_buf)
}

/// The sources of the checkout.
///
/// # Errors
/// If they cannot be read.
pub fn sources() -> Result<Tree> {
    Tree::read(&root())
}

/// These sources as a workspace of this name. Its packages have the name in
/// their version: otherwise cargo, which tells packages apart by name, version
/// and path from the root, would take one that was built in another workspace
/// for one that is up to date in this.
fn named(name: &str, mut tree: Tree) -> Result<Tree> {
    let read = |file: &str| {
        let path = root().join(file);
        fs::read_to_string(&path).map_err(with(&path))
    };
    let manifest = read("Cargo.toml")?;
    let (start, rest) = manifest.split_once("members = [").unwrap_or_default();
    let (_, end) = rest.split_once(']').unwrap_or_default();
    let version = "version = \"0.1.0";
    let end = end.replacen(version, &format!("{version}-{name}"), 1);
    let end = end.replace("\"shared/checker\"", "\"../../shared/checker\"");
    tree.set("Cargo.toml", format!("{start}{MEMBERS}{end}"));
    tree.set("Cargo.lock", read("Cargo.lock")?);
    tree.set(".cargo/config.toml", CONFIG.replace("NAME", name));
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
STEP_HERE = \"cargo step NAME --here --open, typed in ../..\"
";

/// The folder in which a student works.
pub fn play(name: &str) -> PathBuf {
    let play = if cfg!(test) { "target/tmp/play" } else { "play" };
    root().join(play).join(name)
}

/// Lays these sources out for a student.
///
/// # Errors
/// If something is there already, or they cannot be written.
pub fn begin(name: &str, tree: Tree) -> Result {
    let folder = play(name);
    let there = || {
        failure(format!(
            "play/{name} is there already, with what you have written. To \
             begin anew, rename it or delete it"
        ))
    };
    if folder.exists() {
        return Err(there());
    }
    // There all of it, or nothing; two may begin at the same time.
    let new = play(&format!(".new-{name}-{}", process::id()));
    named(name, tree)?.write(&new).map_err(with(&new))?;
    fs::rename(&new, &folder).map_err(|error| {
        let _ = fs::remove_dir_all(&new);
        if folder.exists() { there() } else { with(&folder)(error) }
    })
}

/// What a student has written in `play/NAME`.
///
/// # Errors
/// If it has not begun.
pub fn written(name: &str) -> Result<Tree> {
    if play(name).is_dir() {
        return Tree::read(&play(name));
    }
    let name = name.escape_debug();
    Err(misuse(format!(
        "there is no play/{name} yet: `cargo bug NAME --plant` makes one with \
         a bug, `cargo exercise NAME` one with an exercise"
    )))
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

impl Scratch {
    /// It, once no other command has it.
    ///
    /// # Errors
    /// If it cannot be locked.
    pub fn new() -> Result<Self> {
        let path = root().join("target/bugs");
        if !path.exists() {
            out::complain("The first build takes a minute ...");
        }
        fs::create_dir_all(&path).map_err(with(&path))?;
        let file = path.with_extension("lock");
        let lock = File::create(&file).map_err(with(&file))?;
        // Some file systems have no locks: a single user works there too.
        if let Err(TryLockError::WouldBlock) = lock.try_lock() {
            out::complain(
                "Waiting for another `cargo bug`, exercise, step or test to \
                 end, because it uses target/bugs; if it hangs, stop it.",
            );
            lock.lock().map_err(with(&file))?;
        }
        Ok(Scratch { path, _lock: lock })
    }

    /// Makes it equal to these sources, and returns where it is.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn lay(&self, tree: &Tree) -> Result<&Path> {
        let tree = named("bugs", tree.clone())?;
        tree.write(&self.path).map_err(with(&self.path))?;
        Ok(&self.path)
    }
}
