//! `cargo exercise`: hands out the exercises of `docs/exercises/`, and grades
//! what becomes of them.

#![forbid(unsafe_code)]

use std::fs;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;
use classroom::out;
use classroom::planting::bugs::{Change, write_all};
use classroom::planting::judge::{LOOM, cargo};
use classroom::planting::scratch::{self, Scratch};
use classroom::planting::{Complaint, ended, failure, misuse};

/// Puts an exercise into the working tree, and grades what you make of it.
///
/// With no arguments: a list of all exercises.
#[derive(Parser)]
#[command(
    name = "cargo exercise",
    bin_name = "cargo exercise",
    max_term_width = 80
)]
struct Args {
    /// Which exercise
    name: Option<String>,
    /// Grade the working tree
    #[arg(long, requires = "name")]
    check: bool,
    /// Show a solution
    #[arg(long, requires = "name", conflicts_with = "check")]
    solution: bool,
    /// Take the start out again, if you have not changed it
    #[arg(long, requires = "name", conflicts_with_all = ["check", "solution"])]
    undo: bool,
    /// Prove that each can be failed, and solved
    #[arg(long, conflicts_with = "name")]
    all: bool,
}

fn main() -> ExitCode {
    ended(run(&Args::parse()))
}

fn run(args: &Args) -> Result<(), Complaint> {
    let exercises = all()?;
    let Some(name) = &args.name else {
        return if args.all {
            prove(&exercises)
        } else {
            for exercise in &exercises {
                out::say(format!("  {:18} {}", exercise.name, exercise.title));
            }
            out::say("\n`cargo exercise NAME` begins one.");
            Ok(())
        };
    };
    let exercise = exercises.iter().find(|e| e.name == *name);
    let exercise = exercise.ok_or_else(|| {
        misuse(format!("no exercise is called {name}; `cargo exercise` lists"))
    })?;
    match args {
        Args { check: true, .. } => grade(exercise),
        Args { solution: true, .. } => {
            out::say(exercise.part("solution")?.diff());
            Ok(())
        }
        Args { undo: true, .. } => {
            let root = scratch::root();
            let files =
                exercise.part("start")?.removed(&root).map_err(|_| {
                    failure("you have changed it: `git checkout .` undoes all")
                })?;
            write_all(&root, files)
        }
        _ => begin(exercise),
    }
}

/// A folder of `docs/exercises/`.
struct Exercise {
    name: String,
    title: String,
    folder: PathBuf,
}

/// In the order in which their titles are numbered.
fn all() -> Result<Vec<Exercise>, Complaint> {
    let folder = scratch::root().join("docs").join("exercises");
    let said = |e| failure(format!("{}: {e}", folder.display()));
    let mut exercises = Vec::new();
    for entry in fs::read_dir(&folder).map_err(said)? {
        let folder = entry.map_err(said)?.path();
        let Ok(text) = fs::read_to_string(folder.join("README.md")) else {
            continue;
        };
        let title = text.lines().next().unwrap_or_default();
        let title = title.trim_start_matches("# ").to_string();
        let name = folder.file_name().unwrap_or_default().to_string_lossy();
        exercises.push(Exercise { name: name.into_owned(), title, folder });
    }
    // `10.` comes after `9.`, which the text alone does not say.
    exercises.sort_by_key(|exercise| {
        let number = exercise.title.split('.').next().unwrap_or_default();
        number.parse::<u32>().unwrap_or(u32::MAX)
    });
    Ok(exercises)
}

impl Exercise {
    fn part(&self, part: &str) -> Result<Change, Complaint> {
        Change::read(&self.folder.join(format!("{part}.patch")))
    }

    /// One without a start is to be read, and thought about.
    fn has(&self, part: &str) -> bool {
        self.folder.join(format!("{part}.patch")).exists()
    }
}

fn begin(exercise: &Exercise) -> Result<(), Complaint> {
    let text = fs::read_to_string(exercise.folder.join("README.md"));
    let text = text.map_err(|error| failure(error.to_string()))?;
    if exercise.has("start") {
        let root = scratch::root();
        let start = exercise.part("start")?;
        for file in start.files() {
            if scratch::changed(&root, file) {
                return Err(failure(format!(
                    "{file} has changes of yours: commit them, or stash \
                     them"
                )));
            }
        }
        write_all(&root, start.applied(&root)?)?;
    }
    out::say(text);
    if exercise.has("start") {
        let name = &exercise.name;
        out::say(format!(
            "The start is planted. `cargo exercise {name} --check` grades."
        ));
    }
    Ok(())
}

fn grade(exercise: &Exercise) -> Result<(), Complaint> {
    if !exercise.has("start") {
        return Err(misuse(format!(
            "{} is not graded: compare with what its text says at the end",
            exercise.name
        )));
    }
    let scratch = Scratch::new()?;
    match finding(exercise, &scratch, &[])? {
        None => out::say("Done."),
        Some(why) => return Err(failure(format!("not yet.\n{why}"))),
    }
    Ok(())
}

/// Why the tree with these changes does not do; `None` if it does.
fn finding(
    exercise: &Exercise,
    scratch: &Scratch,
    changes: &[&Change],
) -> Result<Option<String>, Complaint> {
    let start = exercise.part("start")?;
    let check = start.said("check")?;
    scratch.plant(changes)?;
    if let Ok(keeps) = start.said("keeps") {
        let (file, text) = keeps.split_once(": ").unwrap_or((&keeps, ""));
        let there = fs::read_to_string(scratch.path().join(file));
        if !there.is_ok_and(|there| there.contains(text)) {
            return Ok(Some(format!("{file} must still say `{text}`")));
        }
    }
    if let Some(why) = refused(scratch, &check)? {
        return Ok(Some(why));
    }
    if exercise.has("bug") {
        let bug = exercise.part("bug")?;
        let with: Vec<_> = changes.iter().copied().chain([&bug]).collect();
        scratch.plant(&with)?;
        if !refused(scratch, &check)?.is_some_and(|s| s.contains("FAILED")) {
            return Ok(Some(format!(
                "it holds, and it does not catch this:\n{}",
                bug.diff()
            )));
        }
    }
    Ok(None)
}

/// What the first of these commands that fails prints; `None` if none does.
fn refused(
    scratch: &Scratch,
    check: &str,
) -> Result<Option<String>, Complaint> {
    for command in check.split(" && ") {
        let args: Vec<&str> = match command.strip_prefix("loom ") {
            Some(rest) => LOOM.into_iter().chain(rest.split(' ')).collect(),
            None => command.split(' ').collect(),
        };
        let done = cargo(scratch, &args)?;
        if !done.status.success() {
            let out = String::from_utf8_lossy(&done.stdout).into_owned();
            return Ok(Some(out + &String::from_utf8_lossy(&done.stderr)));
        }
    }
    Ok(None)
}

/// The start and the plausible wrong way must fail, the solution must not.
fn prove(exercises: &[Exercise]) -> Result<(), Complaint> {
    let scratch = Scratch::new()?;
    let mut wrong = Vec::new();
    for exercise in exercises.iter().filter(|e| e.has("start")) {
        let mut row = format!("{:18}", exercise.name);
        let start = exercise.part("start")?;
        for (part, passes) in
            [("start", false), ("wrong", false), ("solution", true)]
        {
            let more = match part {
                "start" => None,
                part => Some(exercise.part(part)?),
            };
            let changes: Vec<_> =
                [Some(&start), more.as_ref()].into_iter().flatten().collect();
            let why = finding(exercise, &scratch, &changes)?;
            let passed = why.is_none();
            let result = if passed { "passes" } else { "fails" };
            row += &format!("  {part} {result}");
            if passed != passes {
                wrong.push(format!("{} {part}", exercise.name));
                out::complain(&why.unwrap_or_default());
            }
        }
        out::say(row);
    }
    if wrong.is_empty() {
        Ok(())
    } else {
        Err(failure(format!("not as it should be: {wrong:?}")))
    }
}
