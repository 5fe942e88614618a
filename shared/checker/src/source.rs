//! The source text: what a line says, and what it calls the thing it makes.
//!
//! Next: [`words`](crate::words).

use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use crate::world::At;

/// The line at this place, without what is around it.
pub fn line(at: At) -> Option<String> {
    Some(lines(at)?.get(at.line() as usize - 1)?.trim().to_string())
}

/// `resources.rs:41`.
pub fn short(at: At) -> String {
    let file = at.file().rsplit(['/', '\\']).next().unwrap_or(at.file());
    format!("{file}:{}", at.line())
}

fn lines(at: At) -> Option<Vec<String>> {
    let text = fs::read_to_string(find(Path::new(at.file()))?).ok()?;
    Some(text.lines().map(str::to_string).collect())
}

/// The file: such paths begin where cargo was told to build, which is here or
/// somewhere above.
fn find(file: &Path) -> Option<PathBuf> {
    let here = env::current_dir().ok()?;
    here.ancestors().map(|folder| folder.join(file)).find(|f| f.is_file())
}

/// What the source calls that which is made here: the field or variable
/// before it; of `let (sender, receiver) =` the first.
pub fn name(made: At) -> Option<String> {
    let lines = lines(made)?;
    let line = made.line() as usize - 1;
    let before = lines.get(line)?.get(..made.column() as usize - 1)?;
    let before = if before.trim().is_empty() {
        lines.get(line.checked_sub(1)?)?
    } else {
        before
    };
    let before = before.trim_end_matches([' ', '=', ':', '(']);
    let pair = before.strip_suffix(')').and_then(|b| b.rsplit('(').next());
    let named = match pair {
        Some(pair) => pair.split(',').next()?,
        None => before,
    };
    let ident = |c: char| !c.is_alphanumeric() && c != '_';
    let name = named.rsplit(ident).next()?;
    (!name.is_empty()).then(|| name.to_string())
}
