//! A property that is broken, and the text that explains it.
//!
//! Next: [`lanes`](crate::lanes).

use crate::event::{Event, Run, What};
use crate::value::Value;
use crate::world::{Kind, World};
use crate::{why, words};

/// How the headline begins if a model never sees what it looks for.
pub const NOT_SEEN: &str = "seen in none of the ";

/// The message of `assert_eq`, in one line: `polls of each URL: expected [2,
/// 2], got [1, 2]`. The first argument of `assert_eq` is the value it got.
pub fn reworded(panic: &str) -> String {
    let words = || {
        let rest = panic.strip_prefix("assertion `left == right` failed")?;
        let (what, rest) = rest.split_once("\n  left: ")?;
        let (got, expected) = rest.split_once("\n right: ")?;
        let what = what.strip_prefix(": ").unwrap_or("a value");
        Some(format!("{what}: expected {expected}, got {got}"))
    };
    words().unwrap_or_else(|| panic.into())
}

/// A property that is broken, and the run that breaks it.
#[derive(Debug, Clone)]
pub struct Failure {
    /// What is wrong.
    pub headline: String,
    /// No thread can go on.
    pub deadlock: bool,
    /// Which thread noticed.
    pub by: usize,
    /// The run with the fewest forced switches.
    pub run: Run,
    /// The same, with each step on its own.
    pub unfolded: Vec<Event>,
}

impl Failure {
    /// Whether it is the failure of a panic with this message.
    pub fn is(&self, what: &str) -> bool {
        !self.deadlock && self.headline == reworded(what)
    }

    /// Whether the only failure is that the model never sees what it looks
    /// for.
    pub fn is_not_seen(&self) -> bool {
        !self.deadlock && self.headline.starts_with(NOT_SEEN)
    }

    /// Why it failed: a sentence for each thread that is involved.
    pub fn why(&self) -> Vec<String> {
        if self.deadlock {
            return why::why(&self.run);
        }
        let threads = &self.run.world.threads;
        let Some(thread) = threads.get(self.by) else { return Vec::new() };
        let name = &thread.name;
        let mut others = threads.iter().enumerate();
        if others.all(|(n, thread)| n == self.by || thread.ended) {
            let found = format!("{name} finds it when all others have ended");
            return vec![found];
        }
        let row = self.broken_in().map_or(0, |row| row + 1);
        vec![format!("{name} finds it after row {row}")]
    }

    /// The last row of the thread that noticed.
    pub fn broken_in(&self) -> Option<usize> {
        let mut events = self.run.events.iter();
        events.rposition(|event| event.thread == self.by)
    }

    /// The state of every lock and every channel at the end, each with the row
    /// that made it so.
    pub fn at_the_end(&self) -> Vec<String> {
        let Run { world, events } = &self.run;
        let objects = world.objects.iter().enumerate();
        let objects = objects.filter(|(_, object)| !object.of_the_test);
        let state = objects.filter_map(|(id, object)| {
            let state = match &object.kind {
                Kind::Lock { holder, value } => {
                    let rows = |path: &str| {
                        events.iter().rposition(|event| {
                            event.changed().is_some_and(|(lock, changes)| {
                                lock == id
                                    && changes
                                        .iter()
                                        .any(|change| change.path == path)
                            })
                        })
                    };
                    let value = value.as_ref()?;
                    guarded(world, *holder, value, rows)
                }
                Kind::Channel { queue, senders, receivers, .. } => {
                    let sent = |message: &Value| {
                        events.iter().rposition(|event| {
                            matches!(&event.what, What::Send(channel, m, _)
                                if *channel == id && m == message)
                        })
                    };
                    channel(queue, senders.len(), receivers.len(), sent)
                }
                Kind::Condvar { asleep, .. } if !asleep.is_empty() => {
                    format!("{} on it", words::names(world, asleep))
                }
                Kind::Condvar { .. } | Kind::Absent => return None,
            };
            Some(format!("{}: {state}", object.name))
        });
        state.collect()
    }
}

fn in_row(row: Option<usize>) -> String {
    row.map(|row| format!(" (row {})", row + 1)).unwrap_or_default()
}

fn guarded(
    world: &World,
    holder: Option<(usize, crate::world::At)>,
    value: &Value,
    row_of: impl Fn(&str) -> Option<usize>,
) -> String {
    let whole = vec![(String::new(), value.clone())];
    let fields = match value {
        Value::Struct(_, fields) => fields,
        _ => &whole,
    };
    let told = |value: &Value| match value {
        Value::Atom(_) => true,
        Value::List(items) => value.is_simple_list() && !items.is_empty(),
        _ => false,
    };
    let fields = fields.iter().filter(|(_, value)| told(value));
    let fields = fields.map(|(name, value)| {
        let space = if name.is_empty() { "" } else { " " };
        format!("{name}{space}{value}{}", in_row(row_of(name)))
    });
    let mut parts: Vec<_> = fields.collect();
    if let Some((thread, _)) = holder {
        parts.insert(0, format!("held by {}", world.threads[thread].name));
    }
    if parts.is_empty() { "free".into() } else { parts.join(", ") }
}

fn channel(
    queue: &[Value],
    senders: usize,
    receivers: usize,
    row_of: impl Fn(&Value) -> Option<usize>,
) -> String {
    let messages = queue.iter().map(|m| format!("{m}{}", in_row(row_of(m))));
    let messages: Vec<_> = messages.collect();
    let inside = if messages.is_empty() {
        "empty".to_string()
    } else {
        messages.join(", ")
    };
    let many = |n: usize, what| match n {
        0 => format!("no {what}"),
        1 => format!("1 {what}"),
        n => format!("{n} {what}s"),
    };
    let ends = [many(senders, "sender"), many(receivers, "receiver")];
    format!("{inside}; {}", ends.join(", "))
}
