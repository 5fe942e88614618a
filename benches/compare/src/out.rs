//! Where words go: results to stdout, errors and progress to stderr, and no
//! panic if the reader has gone away.

use std::fmt::{self, Write as _};
use std::io::{self, BufWriter, ErrorKind, IsTerminal, Write};
use std::process;
use std::sync::{Mutex, PoisonError};

use indicatif::ProgressBar;
use serde::Serialize;
use shared::{HttpError, Log, States, Url};

use crate::listing::{Named, listing};
use crate::shown::printable_lines;

/// The progress line that stands on the terminal, if there is one. It is the
/// terminal's, of which the process has one, so this is a global, too.
static LINE: Mutex<Option<ProgressBar>> = Mutex::new(None);

/// From now on everything else that is written keeps clear of this line; or
/// of none, and then the terminal is as if it had never been there.
pub fn set_line(line: Option<ProgressBar>) {
    let mut current = LINE.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(before) = current.take() {
        before.finish_and_clear();
    }
    *current = line;
}

/// Writes while the progress line is off the terminal.
fn without_line<T>(write: impl FnOnce() -> T) -> T {
    let line = LINE.lock().unwrap_or_else(PoisonError::into_inner).clone();
    match line {
        Some(line) => line.suspend(write),
        None => write(),
    }
}

/// The same for stdout, if that is a terminal, too. A pager that reads slowly
/// must not hold up who writes to stderr.
fn without_line_on_stdout<T>(write: impl FnOnce() -> T) -> T {
    if io::stdout().is_terminal() { without_line(write) } else { write() }
}

/// Writes a line to stdout. `compare | head -1` closes it early: then no
/// reader is left, and the program ends quietly.
pub fn say(line: impl fmt::Display) {
    let write = |mut to: io::StdoutLock| {
        writeln!(to, "{line}").and_then(|()| to.flush())
    };
    or_end(without_line_on_stdout(|| write(io::stdout().lock())));
}

/// Writes a value as JSON to stdout, piece by piece: its text may be long.
pub fn say_json(value: &impl Serialize) {
    let write = || {
        let mut to = BufWriter::new(io::stdout().lock());
        serde_json::to_writer(&mut to, value)?;
        writeln!(to)?;
        to.flush()
    };
    or_end(without_line_on_stdout(write));
}

/// Ends the process if stdout cannot be written to.
fn or_end(written: io::Result<()>) {
    match written {
        Ok(()) => {}
        Err(error) if error.kind() == ErrorKind::BrokenPipe => {
            process::exit(0);
        }
        Err(error) => {
            complain(&format!("error: cannot write the output: {error}"));
            process::exit(1);
        }
    }
}

/// Writes lines to stderr, if it can be written to. What users and servers
/// wrote may be part of them.
pub fn complain(lines: &str) {
    let lines = printable_lines(lines);
    let _ = without_line(|| writeln!(io::stderr().lock(), "{lines}"));
}

/// Why `compare` did not do as it was told.
#[derive(Debug)]
pub enum Failure {
    /// It was told something that cannot be done: exit code 2.
    Usage(String),
    /// It could not do it: exit code 1.
    Failed(String),
}

/// So many things that are wrong are shown.
const MOST_SHOWN: usize = 100;

impl Failure {
    /// Everything that is wrong in what the user wrote, at once: to be told of
    /// one line after the other is no help. `None` if nothing is.
    pub fn of_all(mut wrong: Vec<String>, what: &str) -> Option<Self> {
        let count = wrong.len();
        match wrong.as_mut_slice() {
            [] => return None,
            [one] => return Some(Failure::Usage(std::mem::take(one))),
            _ => {}
        }
        let mut text = format!("{count} {what}:");
        for one in wrong.iter().take(MOST_SHOWN) {
            let _ = write!(text, "\n  {one}");
        }
        if let left @ 1.. = count.saturating_sub(MOST_SHOWN) {
            let _ = write!(text, "\n  and {left} more");
        }
        Some(Failure::Usage(text))
    }

    /// The exit code.
    pub fn code(&self) -> u8 {
        match self {
            Failure::Usage(_) => 2,
            Failure::Failed(_) => 1,
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (Failure::Usage(why) | Failure::Failed(why)) = self;
        write!(f, "error: {why}")
    }
}

/// The log of a run that a person watches.
pub struct Console {
    /// Print every error, as it happens.
    pub errors: bool,
    /// Also list the states as they stand, at every status interval.
    pub listings: bool,
    /// How many URLs there are.
    pub urls: usize,
}

impl Log for Console {
    fn error(&self, url: &Url, error: HttpError) {
        if self.errors {
            complain(&format!("Error {url}: {error}"));
        }
    }

    fn listing(&self, states: &States) {
        if self.listings {
            say(listing(states, self.urls, Named::Some));
        }
    }
}
