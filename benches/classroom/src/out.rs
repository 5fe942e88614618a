//! Output to the terminal, without a panic when its reader is gone.
//!
//! Next: [`patch`](crate::patch).

use std::fmt;
use std::io::{self, ErrorKind, Write};
use std::process;

/// Writes a line to stdout. `cargo bug | head -1` closes it early: then the
/// program ends.
pub fn say(line: impl fmt::Display) {
    let mut stdout = io::stdout().lock();
    let said = writeln!(stdout, "{line}").and_then(|()| stdout.flush());
    if let Err(error) = said {
        if error.kind() == ErrorKind::BrokenPipe {
            process::exit(0);
        }
        complain(&format!("error: cannot write the output: {error}"));
        process::exit(1);
    }
}

/// Writes a line to stderr.
pub fn complain(line: &str) {
    let _ = writeln!(io::stderr().lock(), "{line}");
}
