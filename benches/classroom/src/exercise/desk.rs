//! The exercise that has begun: what the files were before, so that its start
//! can be taken out again and its grade depends on no other file.
//!
//! `.classroom/exercise/` has its name, a copy of the workspace as it was, and
//! the mark `begun`. Without that mark a begin or an undo was interrupted:
//! the next command completes it.
//!
//! Next: [`grade`](crate::grade).

use std::fs;
use std::path::PathBuf;

use classroom::out;
use classroom::planting::git::{self, Git};
use classroom::planting::texts::{Texts, read, write_all};
use classroom::planting::{Complaint, failure, keep, scratch};

use crate::shelf::{Exercise, Side, Task};

/// Where an exercise is done: the working tree.
pub struct Desk {
    root: PathBuf,
}

const RECORD: &str = "exercise";
const NEW: &str = "exercise.new";
const NAME: &str = "exercise/name";
const BEFORE: &str = "exercise/before";
const BEGUN: &str = "exercise/begun";
const DONE: &str = "exercise/done";

impl Desk {
    /// In this workspace.
    pub fn new(root: PathBuf) -> Self {
        Desk { root }
    }

    /// The workspace.
    pub fn root(&self) -> PathBuf {
        self.root.clone()
    }

    /// The workspace as it was before the start.
    pub fn before(&self) -> PathBuf {
        keep::path(&self.root, BEFORE)
    }

    /// The exercise that has begun, with its patches as they were then.
    pub fn begun(&self) -> Option<Task> {
        let note = keep::note(&self.root, NAME)?;
        let (name, side) = note.trim().split_once(' ').unwrap_or((&note, ""));
        let side = match side {
            "lock" => Some(Side::Lock),
            "channel" => Some(Side::Channel),
            _ => None,
        };
        Some(Task::of(&self.before(), name.trim(), side))
    }

    fn has(&self, note: &str) -> bool {
        keep::path(&self.root, note).exists()
    }

    /// Its answer was accepted.
    ///
    /// # Errors
    /// If that cannot be noted.
    pub fn done(&self) -> Result<(), Complaint> {
        keep::write(&self.root, DONE, "")
    }

    /// Completes what was interrupted, if anything was: the start is taken
    /// out.
    ///
    /// # Errors
    /// If a file cannot be written.
    pub fn tidy(&self) -> Result<bool, Complaint> {
        keep::forget(&self.root, NEW)?;
        if !self.has(RECORD) || self.has(BEGUN) {
            return Ok(false);
        }
        if let Some(task) = self.begun() {
            let restored = self.restored(&task, |_| false)?;
            write_all(&self.root, &restored)?;
            out::complain(&format!(
                "{} was interrupted while its start was put in or taken out. \
                 The start is out now.",
                task.label()
            ));
        }
        keep::forget(&self.root, RECORD)?;
        Ok(true)
    }

    /// Puts the start of an exercise into the tree.
    ///
    /// # Errors
    /// If that would overwrite work, or another exercise has begun.
    pub fn begin(&self, task: &Task) -> Result<(), Complaint> {
        self.is_free()?;
        let start = task.part("start")?;
        for file in start.files() {
            self.has_no_work(file)?;
        }
        let texts = start.applied(&self.root).map_err(|_| {
            failure(format!(
                "the start of {} does not fit your files: they are not as \
                 they were published. Is the answer of another exercise, or a \
                 bug, still in them?",
                task.label()
            ))
        })?;
        self.keep(task)?;
        write_all(&self.root, &texts)?;
        keep::write(&self.root, BEGUN, "")
    }

    /// Refuses to begin while another exercise is not done.
    fn is_free(&self) -> Result<(), Complaint> {
        let Some(other) = self.begun().filter(|_| !self.has(DONE)) else {
            return Ok(());
        };
        let (label, name) = (other.label(), &other.name);
        Err(failure(format!(
            "{label} has begun already: `cargo exercise {name} --check` grades \
             it, `cargo exercise {name} --undo` takes its start out"
        )))
    }

    /// Refuses to begin in a file with changes that are in no commit.
    fn has_no_work(&self, file: &str) -> Result<(), Complaint> {
        if git::of(&self.root, file) != Git::Changed {
            return Ok(());
        }
        Err(failure(format!(
            "{file} has uncommitted changes. Commit them, or stash them (`git \
             stash --include-untracked`); then begin again"
        )))
    }

    /// Keeps the workspace as it is; all of it, or nothing.
    fn keep(&self, task: &Task) -> Result<(), Complaint> {
        keep::forget(&self.root, RECORD)?;
        let new = keep::path(&self.root, NEW);
        let side = task.side.map_or("", Side::name);
        let name = format!("{} {side}", task.name);
        keep::write(&self.root, &format!("{NEW}/name"), &name)?;
        scratch::snapshot(&new.join("before"))
            .and_then(|()| fs::rename(&new, keep::path(&self.root, RECORD)))
            .map_err(|e| failure(format!("{}: {e}", new.display())))
    }

    /// Takes the start out.
    ///
    /// # Errors
    /// If it has not begun, or that would overwrite work.
    pub fn undo(&self, exercise: &Exercise) -> Result<(), Complaint> {
        let task = self.the_begun(exercise)?;
        let restored = self.restored(&task, |file| self.may_overwrite(file))?;
        let changed = self.changed(&task, &restored)?;
        if let Some(file) = changed.first() {
            return Err(failure(format!(
                "{file} has uncommitted changes. Commit them, or stash them: \
                 `git stash\n--include-untracked` takes your changes and the \
                 start out together, and `git stash\npop` brings both back. \
                 Then `--undo` again"
            )));
        }
        self.keep_copies(&task)?;
        // From here on an interruption is completed by the next command.
        keep::forget(&self.root, BEGUN)?;
        write_all(&self.root, &restored)?;
        keep::forget(&self.root, RECORD)?;
        out::say(format!(
            "The start of {} is out. Files that it did not touch are as you \
             left them.",
            task.label()
        ));
        Ok(())
    }

    /// The exercise that has begun, if it is this one.
    ///
    /// # Errors
    /// If it is not.
    pub fn the_begun(&self, exercise: &Exercise) -> Result<Task, Complaint> {
        let name = &exercise.name;
        match self.begun() {
            Some(task) if task.name == *name => Ok(task),
            Some(other) => Err(failure(format!(
                "{name} has not begun, but {} has",
                other.label()
            ))),
            None => Err(failure(format!(
                "{name} has not begun: `cargo exercise {name}` begins it"
            ))),
        }
    }

    /// What its files were, for those that are as the start made them or
    /// may be overwritten.
    fn restored(
        &self,
        task: &Task,
        may_overwrite: impl Fn(&str) -> bool,
    ) -> Result<Texts, Complaint> {
        let mut restored = Texts::new();
        for (file, start) in task.part("start")?.applied(&self.before())? {
            let now = read(&self.root, &file)?;
            if now == start || may_overwrite(&file) {
                let before = read(&self.before(), &file)?;
                restored.insert(file, before);
            }
        }
        Ok(restored)
    }

    /// Files of the start that hold work: neither restored nor as before.
    fn changed(
        &self,
        task: &Task,
        restored: &Texts,
    ) -> Result<Vec<String>, Complaint> {
        let mut changed = Vec::new();
        for file in task.part("start")?.files() {
            let now = read(&self.root, file)?;
            let same = now == read(&self.before(), file)?;
            if !same && !restored.contains_key(file) {
                changed.push(file.to_string());
            }
        }
        Ok(changed)
    }

    /// A file that is committed, or of which a copy is kept.
    fn may_overwrite(&self, file: &str) -> bool {
        git::of(&self.root, file) != Git::Changed
    }

    /// Without git: copies of what the student has written.
    fn keep_copies(&self, task: &Task) -> Result<(), Complaint> {
        for (file, start) in task.part("start")?.applied(&self.before())? {
            let now = read(&self.root, &file)?;
            let before = read(&self.before(), &file)?;
            let unknown = git::of(&self.root, &file) == Git::Unknown;
            if unknown && now != start && now != before && !now.is_empty() {
                let copy = format!("kept/{}/{file}", task.name);
                keep::write(&self.root, &copy, &now)?;
                let at = keep::path(&self.root, &copy);
                out::say(format!("Your {file} is kept in {}", at.display()));
            }
        }
        Ok(())
    }
}
