//! Words that several explanations have in common.
//!
//! Next: [`object`](crate::object), where each kind of object has its own.

use crate::source;
use crate::value::{Change, Value};
use crate::world::{At, World};

/// How many changes, or fields, a row shows at most.
const MOST: usize = 2;

/// How much of a value a sentence shows at most.
const LONGEST: usize = 60;

/// `worker 1, worker 2`.
pub fn names(world: &World, threads: &[usize]) -> String {
    let names = threads.iter().map(|t| world.threads[*t].name.as_str());
    names.collect::<Vec<_>>().join(", ")
}

/// `worker 1 has`, or `worker 1, worker 2 have`.
pub fn have(world: &World, threads: &[usize]) -> String {
    let have = if threads.len() == 1 { "has" } else { "have" };
    format!("{} {have}", names(world, threads))
}

/// `no sender`, `1 sender`, `2 senders`.
pub fn many(n: usize, what: &str) -> String {
    match n {
        0 => format!("no {what}"),
        1 => format!("1 {what}"),
        n => format!("{n} {what}s"),
    }
}

/// `out 0 -> 1, closed false -> true`: changes of outer fields come first.
pub fn changes(changes: &[Change]) -> String {
    let mut changes: Vec<_> = changes.iter().collect();
    changes.sort_by_key(|change| change.path.matches(['.', '[']).count());
    let shown = |value: &Option<Value>| match value {
        Some(value) => short(value),
        None => "-".into(),
    };
    let texts = changes.iter().take(MOST).map(|change| {
        let Change { path, before, after } = change;
        let arrow = format!("{} -> {}", shown(before), shown(after));
        if path.is_empty() { arrow } else { format!("{path} {arrow}") }
    });
    texts.collect::<Vec<_>>().join(", ")
}

/// The same after this, if there are any.
pub fn after(before: &str, all: &[Change]) -> String {
    if all.is_empty() {
        String::new()
    } else {
        before.to_string() + &changes(all)
    }
}

/// What is simple in a value, after this: `: sees out 1, closed false`.
pub fn seen(value: &Value, before: &str) -> String {
    let simple = |(name, value): &(String, Value)| match value {
        Value::Atom(text) => Some(format!("{name} {text}")),
        _ => None,
    };
    let texts: Vec<_> = match value {
        Value::Atom(text) => vec![text.clone()],
        Value::Struct(_, fields) => fields.iter().filter_map(simple).collect(),
        _ => Vec::new(),
    };
    let texts = texts[..texts.len().min(MOST)].join(", ");
    if texts.is_empty() { texts } else { before.to_string() + &texts }
}

/// A value, cut if it is long.
pub fn short(value: &Value) -> String {
    cut(&value.to_string(), LONGEST)
}

/// Cuts the text to this length.
pub fn cut(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return text.into();
    }
    let kept: String = text.chars().take(most.saturating_sub(3)).collect();
    format!("{}...", kept.trim_end())
}

/// The line of the source, on a line of its own.
pub fn quoted(at: At) -> String {
    let Some(line) = source::line(at) else { return String::new() };
    format!("\n      {}  {}", source::short(at), cut(&line, 52))
}

/// ` (row 3)`.
pub fn in_row(row: Option<usize>) -> String {
    row.map(|row| format!(" (row {row})")).unwrap_or_default()
}
