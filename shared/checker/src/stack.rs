//! Where in the program a thread is, if it is not told: found on its stack.
//!
//! Next: [`turns`](crate::engine::turns).

use std::collections::HashMap;
use std::env;
use std::path::Path;
use std::sync::{LazyLock, Mutex};

use crate::place::{At, Place};

// A stack is read once: that takes a thousand times as long.
static KNOWN: LazyLock<Mutex<HashMap<Vec<usize>, Option<At>>>> =
    LazyLock::new(Mutex::default);

/// The innermost line of the program that this thread is in: neither in a
/// library, nor in this crate, nor in the file that is to be left out. If
/// there is none, `or`.
pub(super) fn caller(or: At, leave_out: Option<&str>) -> At {
    let mut stack = Vec::new();
    backtrace::trace(|frame| {
        stack.push(frame.ip().addr());
        // What is farther out has started the thread.
        stack.len() < 48
    });
    let find = |stack: &Vec<usize>| find(stack, leave_out);
    let mut known = KNOWN.lock().expect("nothing panics under it");
    known.entry(stack).or_insert_with_key(find).unwrap_or(or)
}

fn find(stack: &[usize], leave_out: Option<&str>) -> Option<At> {
    let mut found = None;
    for ip in stack {
        // An address on the stack is that after the call.
        backtrace::resolve(ip.saturating_sub(1) as *mut _, |symbol| {
            let place = symbol.filename().zip(symbol.lineno());
            let place = place.and_then(|(file, line)| at(file, line));
            let wanted = place.filter(|at| leave_out != Some(at.file()));
            found = found.or(wanted);
        });
        if found.is_some() {
            break;
        }
    }
    found
}

/// This line, if it is of the workspace that is built, and not of this crate.
fn at(file: &Path, line: u32) -> Option<At> {
    let here = env::current_dir().ok()?;
    let mut above = here.ancestors();
    let root = above.find(|folder| folder.join("Cargo.lock").is_file())?;
    let file = file.strip_prefix(root).ok()?.to_str()?.replace('\\', "/");
    let ours = concat!(env!("CARGO_PKG_NAME"), "/src/");
    (!file.contains(ours)).then(|| Place::at(&file, line, 1))
}
