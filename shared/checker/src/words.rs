//! The text of a step in a row: short, and in the words of the source.
//!
//! Next: [`lanes`](crate::lanes).

use crate::event::{Event, Limit, What};
use crate::value::{Change, Value};
use crate::world::World;

/// How many changes, or fields, a row shows at most.
pub(crate) const MOST: usize = 2;

/// The text of this step.
pub fn of(world: &World, event: &Event) -> String {
    let name = |object: &usize| world.objects[*object].name.as_str();
    match &event.what {
        What::Spawn(thread) => format!("spawn {}", world.threads[*thread].name),
        What::NoThread(name) => format!("cannot spawn {name}"),
        What::End => "ends".into(),
        What::Panic => "panics, and ends".into(),
        What::Lock(lock, _) => format!("lock {}", name(lock)),
        What::Unlock(lock, changes) => {
            format!("unlock {}{}", name(lock), after_colon(changes))
        }
        What::Visit { lock, saw, changes } if changes.is_empty() => {
            format!("[{}{}]", name(lock), seen(saw))
        }
        What::Visit { lock, changes, .. } => {
            format!("[{}{}]", name(lock), after_colon(changes))
        }
        What::Wait { condvar, lock, changes, limit } => {
            let limit = match limit {
                Limit::None => String::new(),
                Limit::Until(time) => format!(" until {time:?}"),
                Limit::Never => " until never".into(),
            };
            let (condvar, lock) = (name(condvar), name(lock));
            let changes = after_colon(changes);
            format!("wait {condvar}{limit} (frees {lock}{changes})")
        }
        What::Awake { lock, time_is_up, .. } => {
            let how = match time_is_up {
                Some(time) => format!("it is {time:?}"),
                None => "awake".into(),
            };
            format!("{how}, lock {}", name(lock))
        }
        What::Notify { condvar, all, woken } => {
            let how = if *all { "notify_all" } else { "notify_one" };
            let woken = match woken.as_slice() {
                [] => "no thread waits".to_string(),
                threads => format!("wakes {}", names(world, threads)),
            };
            format!("{how} {}: {woken}", name(condvar))
        }
        What::Send(channel, message, len) => {
            format!("send {} <- {message} ({len})", name(channel))
        }
        What::SendToNobody(channel, message) => {
            format!("send {} <- {message}: no receiver", name(channel))
        }
        What::Receive(channel, message, len) => {
            format!("recv {} -> {message} ({len})", name(channel))
        }
        What::ReceiveInVain(channel, time) => {
            format!("recv {}: none, it is {time:?}", name(channel))
        }
        What::HearHangUp(channel) => format!("recv {}: hung up", name(channel)),
        What::DropSender(channel, 0) => format!("hang up {}", name(channel)),
        What::DropSender(channel, left) => {
            format!("drop a sender of {} ({left} left)", name(channel))
        }
        What::DropReceiver(channel, left, unread) => {
            let unread = match unread.as_slice() {
                [] => String::new(),
                all => format!(", with {} in it", Value::List(all.to_vec())),
            };
            format!(
                "drop a receiver of {} ({left} left){unread}",
                name(channel)
            )
        }
        What::Note(text) => format!("~ {text}"),
        What::TimeUp(condvar, time) => {
            format!("sleeps no more on {}: it is {time:?}", name(condvar))
        }
        What::WakeUp(condvar) => {
            format!("wakes on {}, spuriously", name(condvar))
        }
        What::Join(threads) => format!("join {}", names(world, threads)),
    }
}

/// `worker 1, worker 2`.
pub fn names(world: &World, threads: &[usize]) -> String {
    let names = threads.iter().map(|t| world.threads[*t].name.as_str());
    names.collect::<Vec<_>>().join(", ")
}

/// `out 0 -> 1, closed false -> true`: changes of outer fields come first.
pub fn changes(changes: &[Change]) -> String {
    let mut changes: Vec<_> = changes.iter().collect();
    changes.sort_by_key(|change| change.path.matches(['.', '[']).count());
    let shown = |value: &Option<Value>| match value {
        Some(value) => value.to_string(),
        None => "-".into(),
    };
    let texts = changes.iter().take(MOST).map(|change| {
        let Change { path, before, after } = change;
        let arrow = format!("{} -> {}", shown(before), shown(after));
        if path.is_empty() { arrow } else { format!("{path} {arrow}") }
    });
    texts.collect::<Vec<_>>().join(", ")
}

fn after_colon(all: &[Change]) -> String {
    if all.is_empty() { String::new() } else { format!(": {}", changes(all)) }
}

/// `: sees out 1, closed false`: what is simple in a value.
fn seen(value: &Value) -> String {
    let fields = fields(value);
    let texts = fields.iter().take(MOST).map(|(n, v)| format!("{n} {v}"));
    let texts: Vec<_> = texts.collect();
    if texts.is_empty() {
        return String::new();
    }
    format!(": sees {}", texts.join(", ").trim_start())
}

/// The simple parts of a value, with their names.
pub fn fields(value: &Value) -> Vec<(&str, &str)> {
    match value {
        Value::Atom(text) => vec![("", text)],
        Value::Struct(_, fields) => {
            let simple =
                fields.iter().filter_map(|(name, value)| match value {
                    Value::Atom(text) => Some((name.as_str(), text.as_str())),
                    _ => None,
                });
            simple.collect()
        }
        _ => Vec::new(),
    }
}
