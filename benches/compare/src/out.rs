//! Where words go: listings to stdout, errors to stderr, and no panic when
//! nobody reads them any more.

use std::fmt;
use std::io::{self, ErrorKind, Write};
use std::process;

use shared::{HttpError, Log, States, Url};

use crate::facts;
use crate::shown::printable;

/// Writes a line to stdout. `compare | head -1` closes it early: then there
/// is nobody left to work for, and the program ends quietly.
pub fn say(line: impl fmt::Display) {
    let mut stdout = io::stdout().lock();
    let written = writeln!(stdout, "{line}").and_then(|()| stdout.flush());
    match written {
        Ok(()) => {}
        Err(error) if error.kind() == ErrorKind::BrokenPipe => {
            process::exit(0);
        }
        Err(error) => {
            complain(&format!("cannot write the output: {error}"));
            process::exit(1);
        }
    }
}

/// Writes a line to stderr, if anybody listens. What users and servers wrote
/// may be part of it.
pub fn complain(line: &str) {
    let _ = writeln!(io::stderr().lock(), "{}", printable(line));
}

/// Why `compare` did not do as it was told.
#[derive(Debug)]
pub enum Failure {
    /// It was told something that cannot be done: exit code 2.
    Usage(String),
    /// It could not do it: exit code 1.
    Failed(String),
}

impl Failure {
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
    /// Also list the states as they stand, at every status interval.
    pub listings: bool,
}

impl Log for Console {
    fn error(&self, url: &Url, error: HttpError) {
        complain(&format!("Error {url}: {error}"));
    }

    fn listing(&self, states: &States) {
        if self.listings {
            say(facts::listing(states));
        }
    }
}
