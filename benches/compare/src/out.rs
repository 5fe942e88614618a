//! Output: results to stdout, errors and progress to stderr, and no panic if
//! the reader is gone.

use std::fmt::{self, Write as _};
use std::io::{self, BufWriter, ErrorKind, IsTerminal, Write};
use std::process;
use std::sync::{Mutex, PoisonError};

use indicatif::ProgressBar;
use serde::Serialize;
use shared::{HttpError, Log, States, Url};

use crate::listing::{Named, listing};
use crate::shown::printable_lines;

/// The progress line on the terminal, if there is one. The process has one
/// terminal, so this is a global.
static LINE: Mutex<Option<ProgressBar>> = Mutex::new(None);

/// Sets the progress line, which all other output keeps clear of from now on;
/// or removes it, so that the terminal looks as if it had never been there.
pub fn set_line(line: Option<ProgressBar>) {
    let mut current = LINE.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(before) = current.take() {
        before.finish_and_clear();
    }
    *current = line;
}

/// Takes the progress line off the terminal while `write` writes.
fn without_line<T>(write: impl FnOnce() -> T) -> T {
    let line = LINE.lock().unwrap_or_else(PoisonError::into_inner).clone();
    match line {
        Some(line) => line.suspend(write),
        None => write(),
    }
}

/// The same for stdout, if that is a terminal, too. A pager that reads slowly
/// must not hold up a thread that writes to stderr.
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

/// Writes a value as JSON to stdout, piece by piece, because it may be long.
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

/// Writes lines to stderr, if possible. They may have text of users and of
/// servers in them.
pub fn complain(lines: &str) {
    let lines = printable_lines(lines);
    let _ = without_line(|| writeln!(io::stderr().lock(), "{lines}"));
}

/// Why `compare` failed, with the message for the user.
#[derive(Debug)]
pub enum Failure {
    /// The command line or a list of URLs is wrong: exit code 2.
    Usage(String),
    /// The run failed: exit code 1.
    Failed(String),
}

/// How many errors are shown at most.
const MOST_SHOWN: usize = 100;

impl Failure {
    /// All errors in the user's input at once, so that the user need not fix
    /// one to see the next. `None` if there are none.
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

/// The log of a run that prints to the terminal.
pub struct Console {
    /// Print every error, as it happens.
    pub errors: bool,
    /// Also list the current states, at every status interval.
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
