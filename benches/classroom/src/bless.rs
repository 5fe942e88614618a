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

use diffy::{Line, create_patch};
use merge::Merged;

use crate::bug;
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

#[derive(Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
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
    let wanted = |part| args.parts.is_empty() || args.parts.contains(&part);
    if wanted(What::Patches) {
        patches()?;
    }
    if wanted(What::Diagrams) {
        bug::bless()?;
    }
    if wanted(What::Docs) {
        docs()?;
    }
    Ok(())
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
    let (now, mut written, mut failed) = (Tree::read(&root())?, 0, 0);
    // A start first, and then what comes after it.
    let mut all = patch::all()?;
    all.sort_by_key(Patch::is_later);
    for patch in &all {
        let name = format!("{}/{}.patch", patch.folder, patch.name);
        match refit(&now, patch) {
            Ok(Fit::AsItWas) => {}
            Ok(Fit::Anew(parts, remark)) => {
                let diffs = parts.iter().map(|(_, diff)| diff.as_str());
                let text = patch.header.clone() + &diffs.collect::<String>();
                fs::write(patch.path(), text).map_err(with(&patch.path()))?;
                out::say(format!("made anew: {name}{remark}"));
                written += 1;
            }
            Err(why) => {
                out::say(format!("NOT made anew: {name}: {why}"));
                failed += 1;
            }
        }
    }
    let all = all.len();
    out::say(format!("{written} of {all} patches are made anew."));
    if failed > 0 {
        return Err(failure(format!(
            "{failed} patches do not fit the sources: change them by hand"
        )));
    }
    Ok(())
}

/// A patch that fits.
#[derive(PartialEq)]
enum Fit {
    /// It did already.
    AsItWas,
    /// With these parts, and what to say of them.
    Anew(Vec<(String, String)>, &'static str),
}

/// Makes a patch fit `now`; or says why it does not.
fn refit(now: &Tree, patch: &Patch) -> std::result::Result<Fit, String> {
    let mut ground = now.clone();
    if let Some(start) = patch.before().map_err(|e| e.to_string())? {
        start.apply(&mut ground).map_err(|_| "its start does not fit")?;
    }
    if patch.parts.iter().all(|(file, diff)| is_at(ground.get(file), diff)) {
        return Ok(Fit::AsItWas);
    }
    let (mut changed, mut remark) = (ground.clone(), "");
    if patch.apply(&mut changed).is_err() {
        (changed, remark) = merged(&ground, patch)?;
    }
    let files = patch.parts.iter().map(|(file, _)| file);
    let parts = files.map(|file| {
        let (old, new) = (ground.get(file), changed.get(file));
        let nothing = || format!("it would change nothing in {file}");
        let diff = create_patch(old, new).to_string();
        let hunks = diff.splitn(3, '\n').nth(2).unwrap_or_default();
        let diff = format!("--- a/{file}\n+++ b/{file}\n{hunks}");
        (old != new).then(|| (file.clone(), diff)).ok_or_else(nothing)
    });
    Ok(Fit::Anew(parts.collect::<std::result::Result<_, _>>()?, remark))
}

/// The sources with what the patch meant at the last commit that it fits.
fn merged(
    now: &Tree,
    patch: &Patch,
) -> std::result::Result<(Tree, &'static str), String> {
    let commits = git(&["rev-list", "--max-count=50", "HEAD"]);
    let commits = commits.ok_or("git does not answer here")?;
    let fits = |commit| Some((base(commit, patch)?, commit));
    let none = "it fits none of the last 50 commits";
    let (base, _) = commits.lines().find_map(fits).ok_or(none)?;
    let (mut with, mut changed) = (base.clone(), now.clone());
    patch.apply(&mut with).expect("it fits the base");
    let mut remark = "";
    for (file, _) in &patch.parts {
        let [base, with] = [&base, &with].map(|tree| tree.get(file));
        let both = match merge::merged(base, now.get(file), with) {
            None => return Err(format!("the same words of {file} changed")),
            Some(Merged::Lines(both)) => both,
            Some(Merged::Words(both)) => {
                remark = ": both change one line, so read it";
                both
            }
        };
        changed.set(file, both);
    }
    Ok((changed, remark))
}

/// The files of a patch at this commit, if it fits them there.
fn base(commit: &str, patch: &Patch) -> Option<Tree> {
    let show = |path: &str| git(&["show", &format!("{commit}:{path}")]);
    let start = patch.before().ok()?.map(|start| {
        let path = format!("{}/{}.patch", start.folder, start.name);
        Patch::parse(&path, &show(&path)?).ok()
    });
    let start = start.map_or(Some(None), |start| start.map(Some))?;
    let mut tree = Tree::default();
    for (file, _) in start.iter().chain([patch]).flat_map(|p| &p.parts) {
        // A file that a patch adds is not there.
        tree.set(file, show(file).unwrap_or_default());
    }
    if let Some(start) = start {
        start.apply(&mut tree).ok()?;
    }
    patch.apply(&mut tree.clone()).ok().map(|()| tree)
}

/// Whether a diff fits at the very lines that it names.
fn is_at(text: &str, diff: &str) -> bool {
    let Ok(patch) = diffy::Patch::from_str(diff) else { return false };
    let lines: Vec<_> = text.split_inclusive('\n').collect();
    patch.hunks().iter().all(|hunk| {
        let old: Vec<_> = hunk.lines().iter().filter_map(before).collect();
        let first = hunk.old_range().start().saturating_sub(1);
        lines.get(first..).is_some_and(|lines| lines.starts_with(&old))
    })
}

fn before<'a>(line: &Line<'a, str>) -> Option<&'a str> {
    match line {
        Line::Context(line) | Line::Delete(line) => Some(line),
        Line::Insert(_) => None,
    }
}

/// What git prints; `None` if it fails.
fn git(args: &[&str]) -> Option<String> {
    let out = Command::new("git").current_dir(root()).args(args).output();
    let out = out.ok()?;
    out.status.success().then(|| String::from_utf8(out.stdout).ok())?
}
