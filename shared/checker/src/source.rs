//! The source text: a line of it, and the name it gives to a new object.
//!
//! Next: [`words`](crate::words).

use std::collections::BTreeMap;
use std::env;
use std::fs;
use std::iter;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use crate::world::At;

/// The line at this place, without the blanks around it.
pub fn line(at: At) -> Option<String> {
    Some(lines(at)?.get(at.line() as usize - 1)?.trim().to_string())
}

/// `resources.rs:41`.
pub fn short(at: At) -> String {
    let file = at.file().rsplit(['/', '\\']).next().unwrap_or(at.file());
    format!("{file}:{}", at.line())
}

/// All lines of its file.
pub fn lines(at: At) -> Option<Vec<String>> {
    let text = fs::read_to_string(find(Path::new(at.file()))?).ok()?;
    Some(text.lines().map(str::to_string).collect())
}

/// The file: such paths begin at the root of the workspace, which is the
/// current folder or one above it.
fn find(file: &Path) -> Option<PathBuf> {
    let here = env::current_dir().ok()?;
    here.ancestors().map(|folder| folder.join(file)).find(|f| f.is_file())
}

/// The name that the source gives to the object made here, looked up once a
/// place: every run makes every object anew.
pub fn name(made: At) -> Option<String> {
    static KNOWN: Mutex<BTreeMap<At, Option<String>>> =
        Mutex::new(BTreeMap::new());
    let mut known = KNOWN.lock().expect("nothing panics under it");
    known.entry(made).or_insert_with(|| read_name(made)).clone()
}

/// The name that the source gives to the object made here: the field or
/// variable before it. With `let (inbox_tx, inbox_rx) =`, what both ends are
/// called; with other pairs, the first. In a list, that of the list.
fn read_name(made: At) -> Option<String> {
    let lines = lines(made)?;
    let line = made.line() as usize - 1;
    let before = lines.get(line)?.get(..made.column() as usize - 1)?;
    // The others of a list have the same line above them.
    let mut above = lines[..line].iter().rev().map(|line| line.trim_end());
    let is_other = |line: &&str| line.contains("::new(") && line.ends_with(',');
    let above = above.find(|line| !is_other(line)).unwrap_or_default();
    let begins = before.trim().is_empty() || above.ends_with('=');
    let joined = format!("{above} {}", before.trim_start());
    let found = named(before).or_else(|| named(&joined).filter(|_| begins));
    found.map(str::to_string)
}

/// This name, or with a number if another thing has it already.
pub fn numbered(name: String, others: &[&str]) -> String {
    let free = |name: &String| !others.contains(&name.as_str());
    let more = (2..).map(|n| format!("{name} {n}"));
    let mut all = iter::once(name.clone()).chain(more);
    all.find(free).expect("there is always one more number")
}

/// What stands before the last `:` or `=`; if there is none, before `(`, if
/// that is a type: no function gives a name, nor does an attribute.
fn named(before: &str) -> Option<&str> {
    let bytes = before.as_bytes();
    let is = |at: Option<usize>, c| {
        at.and_then(|at| bytes.get(at)).is_some_and(|b| *b == c)
    };
    let names = |&(at, c): &(usize, char)| match c {
        ':' => !is(at.checked_sub(1), b':') && !is(Some(at + 1), b':'),
        _ => c == '=' && !is(Some(at + 1), b'>'),
    };
    let at = before.char_indices().rev().find(names).map(|(at, _)| at);
    let is_type = |at: &usize| {
        let other = |c: char| !c.is_alphanumeric() && c != '_';
        let name = before[..*at].rsplit(other).next();
        name.is_some_and(|name| name.starts_with(char::is_uppercase))
    };
    let at = at.or_else(|| before.rfind('(').filter(is_type))?;
    let (named, value) = (before[..at].trim_end(), &before[at..]);
    let pair = named.strip_suffix(')').and_then(|b| b.rsplit('(').next());
    let nth = place_in_tuple(value.trim_start_matches(['=', ' ']));
    let named = pair.map_or(Some(named), |pair| pair.split(',').nth(nth))?;
    let other = |c: char| !c.is_alphanumeric() && c != '_';
    let name = named.rsplit(other).next()?;
    let name = name.strip_suffix("_tx").unwrap_or(name);
    Some(name).filter(|name| !name.is_empty())
}

/// How many values of the tuple that begins here are before its end.
fn place_in_tuple(value: &str) -> usize {
    if !value.starts_with('(') {
        return 0;
    }
    let mut depth = 0;
    let commas = value.chars().filter(|c| {
        depth += match c {
            '(' | '[' | '{' => 1,
            ')' | ']' | '}' => -1,
            _ => 0,
        };
        *c == ',' && depth == 1
    });
    commas.count()
}

#[cfg(test)]
mod tests {
    use super::named;

    #[test]
    fn a_name_is_what_stands_before_it() {
        for (before, name) in [
            ("        let lock = ", Some("lock")),
            ("let (sender, receiver) = ", Some("sender")),
            ("    let (pending, due) = channel::", Some("pending")),
            ("    let (inbox_tx, inbox_rx) = ", Some("inbox")),
            ("let (lock, changed) = (Mutex::new(0), ", Some("changed")),
            ("let (a, b, c) = (f(1, 2), [3, 4], ", Some("c")),
            ("Board { board: Mutex::new(board), closing: ", Some("closing")),
            ("            answered: run::quietly(|| ", Some("answered")),
            ("        let held = Arc::new(", Some("held")),
            ("        Resources(", Some("Resources")),
            ("        run(Arc::new(", None),
            ("    #[derive(", None),
            ("        ", None),
        ] {
            assert_eq!(named(before), name, "{before}");
        }
    }
}
