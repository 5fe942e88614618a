//! Output: results to stdout, errors to stderr, and no panic without a reader.
//!
//! Next: [`interrupt`](crate::interrupt).

use std::fmt;
use std::io::{self, BufWriter, ErrorKind, Write};
use std::process::ExitCode;

use shared::NotStarted;

/// Why `compare` failed.
#[derive(Debug)]
pub enum Failure {
    /// The command line or a list of URLs is wrong: exit code 2.
    Usage(String),
    /// The run failed: exit code 1.
    Failed(String),
    /// The reader of the output is gone, as in `compare | head -1`: exit code
    /// 0, without a word.
    NoReader,
}

impl Failure {
    /// Prints it, and gives the exit code.
    pub fn told(&self) -> ExitCode {
        let (why, code) = match self {
            Failure::NoReader => return ExitCode::SUCCESS,
            Failure::Usage(why) => (why, 2),
            Failure::Failed(why) => (why, 1),
        };
        complain(&format!("error: {why}"));
        ExitCode::from(code)
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            ErrorKind::BrokenPipe => Failure::NoReader,
            _ => Failure::Failed(format!("cannot write the output: {error}")),
        }
    }
}

impl From<NotStarted> for Failure {
    fn from(error: NotStarted) -> Self {
        Failure::Failed(format!("{error}; ask for fewer --workers"))
    }
}

/// Writes a line to stdout.
///
/// # Errors
/// If it cannot be written.
pub fn say(line: impl fmt::Display) -> Result<(), Failure> {
    let mut to = BufWriter::new(io::stdout().lock());
    writeln!(to, "{line}")?;
    Ok(to.flush()?)
}

/// Writes lines to stderr, if possible. They may have text of users in them.
pub fn complain(lines: &str) {
    let _ = writeln!(io::stderr().lock(), "{}", printable(lines));
}

/// The text without characters that could move a terminal's cursor, change its
/// colors, or show letters in another order: these are escaped.
pub fn printable(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\n' | '\'' | '"' | '\\' => shown.push(c),
            // Escapes what is not printable, and nothing else.
            _ => shown.extend(c.escape_debug()),
        }
    }
    shown
}

/// A line without what may be meant as a user name and a password: all from
/// `//` to the last `@`, or the beginning of a word with a colon in it.
pub fn without_login(line: &str) -> String {
    let Some((before, host)) = line.rsplit_once('@') else {
        return line.into();
    };
    let mut words = before.rsplit(|c: char| c == '\'' || c.is_whitespace());
    let word = before.len() - words.next().map_or(0, str::len);
    match before.find("//") {
        Some(at) => format!("{}***@{host}", &before[..at + 2]),
        // `me:secret@host`; but `list@home.txt` is a file.
        None if before[word..].contains(':') => {
            format!("{}***@{host}", &before[..word])
        }
        None => line.into(),
    }
}
