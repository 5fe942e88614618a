//! `cargo bless`: after a change of the sources, makes what is kept of them
//! anew: patches, diagrams, and the code and output in the docs.
//!
//! A patch that no longer fits is merged, three-way: the base is the source at
//! the last commit that it fits, one side is that source with the patch, the
//! other is the source as it is now.
//!
//! Next: [`merge`].

mod merge;

use std::fs;
use std::process::Command;

use clap::ValueEnum;
use diffy::DiffOptions;

use crate::bug::table;
use crate::bugs;
use crate::cargo::cargo;
use crate::complaint::{Result, failure, with};
use crate::out;
use crate::patch::{self, Patch};
use crate::tree::Tree;
use crate::workspace::root;

/// After a change of the sources, makes anew what is kept of them.
///
/// With no arguments, that is all of it, and takes some minutes. Read the diff
/// before you commit it.
#[derive(clap::Args)]
pub struct Args {
    /// Only these
    parts: Vec<What>,
}

#[derive(Clone, ValueEnum)]
enum What {
    /// The patches of bugs and exercises, so that they fit the sources
    Patches,
    /// The diagrams of bugs, in docs/golden
    Diagrams,
    /// The code, the tables and the output in the docs
    Docs,
}

/// Does what the command line says.
///
/// # Errors
/// If something cannot be made anew: what, and why.
pub fn run(args: &Args) -> Result {
    let all = What::value_variants();
    let parts = if args.parts.is_empty() { all } else { &args.parts };
    parts.iter().try_for_each(|part| match part {
        What::Patches => patches(),
        What::Diagrams => table::print(&bugs::all()?, false, true),
        What::Docs => docs(),
    })
}

/// The test of the docs writes what it otherwise compares.
fn docs() -> Result {
    let mut test = cargo(&root());
    test.env("BLESS", "1").args(["test", "--package", "docs-check"]);
    test.args(["--", "--include-ignored", "--test-threads", "1"]);
    let status = test.status().map_err(with(&root()))?;
    let failed = || failure("not all of the docs could be made anew");
    status.success().then_some(()).ok_or_else(failed)
}

/// Makes the patches of all bugs and exercises fit the sources.
fn patches() -> Result {
    // A start first, and then what comes after it.
    let (mut all, mut left) = (patch::all()?, Vec::new());
    all.sort_by_key(|patch| patch.start().is_some());
    for patch in &all {
        let (path, name) = (patch.path(), &patch.file);
        match refit(patch) {
            Ok((diff, _)) if diff == patch.diff() => {}
            Ok((diff, remark)) => {
                let text = patch.header.clone() + &diff;
                fs::write(&path, text).map_err(with(&path))?;
                out::say(format!("made anew: {name}{remark}"));
            }
            Err(why) => left.push(format!("{name}: {why}")),
        }
    }
    if left.is_empty() {
        return Ok(());
    }
    let left = left.join("\n");
    Err(failure(format!("change these patches by hand:\n{left}")))
}

/// The diff of a patch that fits the sources, and what to say of it.
fn refit(patch: &Patch) -> Result<(String, &'static str)> {
    let ground = patch.before()?;
    let (changed, remark) = match patch.applied_to(ground.clone()) {
        Ok(changed) => (changed, ""),
        Err(_) => merged(&ground, patch)?,
    };
    let mut all = String::new();
    for (file, _) in &patch.parts {
        let (old, new) = (ground.get(file), changed.get(file));
        if old == new {
            return Err(failure(format!("nothing would change in {file}")));
        }
        let mut diff = DiffOptions::new();
        diff.set_original_filename(format!("a/{file}"));
        diff.set_modified_filename(format!("b/{file}"));
        all += &diff.create_patch(old, new).to_string();
    }
    Ok((all, remark))
}

/// The sources with what the patch meant at the last commit that it fits.
fn merged(now: &Tree, patch: &Patch) -> Result<(Tree, &'static str)> {
    let commits = git(&["rev-list", "--max-count=50", "HEAD"])?;
    let base = commits.lines().find_map(|commit| base(commit, patch).ok());
    let none = || failure("it fits none of the last 50 commits");
    let base = base.ok_or_else(none)?;
    let theirs = patch.applied_to(base.clone())?;
    let (mut changed, mut remark) = (now.clone(), "");
    for (file, _) in &patch.parts {
        let both =
            merge::merged(base.get(file), now.get(file), theirs.get(file));
        let none = || failure(format!("the same words of {file} changed"));
        let (both, by_words) = both.ok_or_else(none)?;
        if by_words {
            remark = ": both change one line, so read it";
        }
        changed.set(file, both);
    }
    Ok((changed, remark))
}

/// The files of a patch at this commit, which it fits there.
fn base(commit: &str, patch: &Patch) -> Result<Tree> {
    let show = |path: &str| git(&["show", &format!("{commit}:{path}")]);
    let start = patch.start();
    let start = start.map(|path| Patch::parse(&path, &show(&path)?));
    let start = start.transpose()?;
    let mut tree = Tree::default();
    for (file, _) in start.iter().chain([patch]).flat_map(|p| &p.parts) {
        // A file that a patch adds is not there.
        tree.set(file, show(file).unwrap_or_default());
    }
    if let Some(start) = start {
        tree = start.applied_to(tree)?;
    }
    patch.applied_to(tree.clone()).map(|_| tree)
}

/// What git prints.
fn git(args: &[&str]) -> Result<String> {
    let out = Command::new("git").current_dir(root()).args(args).output();
    let out = out.map_err(|error| failure(format!("git: {error}")))?;
    let said = String::from_utf8_lossy(&out.stdout).into_owned();
    let failed = || failure(format!("git {} fails", args.join(" ")));
    out.status.success().then_some(said).ok_or_else(failed)
}
