//! A step in a sentence, and what a thread would do next, or why it cannot.
//!
//! Next: [`story`](crate::story), one schedule in such sentences.

use crate::event::{Event, Limit, What};
use crate::source;
use crate::value::Value;
use crate::words::{self, changes, fields, names};
use crate::world::{Blocked, Kind, Op, World};

/// What this thread would do next, if it had the turn.
pub fn next(world: &World, thread: usize) -> String {
    let Some((op, _)) = world.threads[thread].doing else {
        return String::new();
    };
    let name = |object: usize| world.objects[object].name.as_str();
    let says = world.threads[thread].says.as_deref();
    let asleep = |condvar| world.sleeps(thread, condvar);
    match op {
        Op::Lock(lock) => format!("lock {}", name(lock)),
        Op::Unlock(lock) => format!("unlock {}", name(lock)),
        Op::Sleep(condvar) => format!("wait on {}", name(condvar)),
        Op::WaitUntil(condvar, _) if asleep(condvar) => "its time is up".into(),
        Op::Wait(condvar, _) if asleep(condvar) => {
            format!("sleep on {}", name(condvar))
        }
        Op::Wait(_, lock) | Op::WaitUntil(_, lock) => {
            format!("awake: lock {} again", name(lock))
        }
        Op::Notify(condvar, true) => format!("notify_all {}", name(condvar)),
        Op::Notify(condvar, false) => format!("notify_one {}", name(condvar)),
        Op::Send(channel) => format!("send to {}", name(channel)),
        Op::Receive(channel) | Op::ReceiveUntil(channel) => {
            receive(world, channel, op)
        }
        Op::Take(channel) => format!("take what came over {}", name(channel)),
        Op::DropSender(channel) => match ends(world, channel) {
            (1, _) => format!("hang up {}", name(channel)),
            _ => format!("drop a sender of {}", name(channel)),
        },
        Op::DropReceiver(channel) => {
            format!("drop a receiver of {}", name(channel))
        }
        Op::Join(_) => "go on: they have ended".into(),
        Op::Test => says.unwrap_or("the test's own books").into(),
        Op::Go => "go on".into(),
    }
}

fn receive(world: &World, channel: usize, op: Op) -> String {
    let Kind::Channel { queue, senders, .. } = &world.objects[channel].kind
    else {
        return String::new();
    };
    let name = &world.objects[channel].name;
    if !queue.is_empty() {
        format!("receive from {name}")
    } else if senders.is_empty() {
        format!("hear that {name} has hung up")
    } else if matches!(op, Op::ReceiveUntil(_)) {
        format!("its time is up: {name} is empty")
    } else {
        format!("receive from {name}")
    }
}

/// How many senders and receivers a channel has.
fn ends(world: &World, channel: usize) -> (usize, usize) {
    match &world.objects[channel].kind {
        Kind::Channel { senders, receivers, .. } => {
            (senders.len(), receivers.len())
        }
        _ => (0, 0),
    }
}

/// Why this thread cannot go on; `None` if it can, or has ended.
pub fn why_not(world: &World, thread: usize) -> Option<String> {
    let name = |object: usize| world.objects[object].name.as_str();
    Some(match world.blocked(thread)? {
        Blocked::Held { lock, by, since } => {
            let since = source::short(since);
            let holder = if by == thread {
                "itself"
            } else {
                world.threads[by].name.as_str()
            };
            format!("waits for {}, held by {holder} since {since}", name(lock))
        }
        Blocked::Asleep(condvar) => {
            format!("sleeps on {}: no thread has woken it", name(condvar))
        }
        Blocked::Empty(channel) if world.is_by_hand(channel) => {
            format!("waits for {}: no thread is sending", name(channel))
        }
        Blocked::Empty(channel) => {
            let senders = many(ends(world, channel).0, "sender");
            format!("waits for {}: empty, with {senders}", name(channel))
        }
        Blocked::Full(channel) if world.is_by_hand(channel) => {
            format!("waits for {}: no thread is receiving", name(channel))
        }
        Blocked::Full(channel) => format!("waits for {}: full", name(channel)),
        Blocked::Unfinished(other) => {
            let joins = &world.threads[thread].joins;
            let last = match world.threads[thread].doing {
                Some((Op::Join(last), _)) => Some(last),
                _ => None,
            };
            let all = joins.iter().copied().chain(last);
            let left: Vec<_> =
                all.filter(|t| !world.threads[*t].ended).collect();
            if left.is_empty() {
                return Some(format!(
                    "waits for {}",
                    world.threads[other].name
                ));
            }
            format!("waits for the end of {}", names(world, &left))
        }
    })
}

fn many(n: usize, what: &str) -> String {
    match n {
        1 => format!("1 {what}"),
        n => format!("{n} {what}s"),
    }
}

/// What has happened in a step, and what that means for the other threads.
pub fn step(before: &World, events: &[Event], after: &World) -> String {
    let mut sentences: Vec<_> =
        events.iter().map(|event| sentence(after, event)).collect();
    let Some(first) = events.first() else {
        return "Nothing that another thread could notice.".into();
    };
    let all = 0..after.threads.len();
    let others = all.filter(|thread| *thread != first.thread);
    let was = |thread: usize| {
        thread < before.threads.len() && before.can_go_on(thread)
    };
    let free = others.clone().filter(|t| after.can_go_on(*t) && !was(*t));
    let stuck = others.filter(|t| was(*t) && after.blocked(*t).is_some());
    // A thread that was just spawned says so already.
    let new = |thread: &usize| {
        thread >= &before.threads.len() || before.threads[*thread].ended
    };
    let free: Vec<_> = free.filter(|thread| !new(thread)).collect();
    let stuck: Vec<_> = stuck.collect();
    if !stuck.is_empty() {
        let wait = if stuck.len() == 1 { "has" } else { "have" };
        let names = names(after, &stuck);
        sentences.push(format!("{names} {wait} to wait now."));
    }
    if !free.is_empty() {
        sentences.push(format!("{} can go on now.", names(after, &free)));
    }
    sentences.join(" ")
}

fn sentence(world: &World, event: &Event) -> String {
    let me = &world.threads[event.thread].name;
    let name = |object: &usize| world.objects[*object].name.as_str();
    match &event.what {
        What::Spawn(other) => {
            format!("{me} spawns {}.", world.threads[*other].name)
        }
        What::NoThread(other) => {
            format!("{me} wants to spawn {other}: there are no more threads.")
        }
        What::End => format!("{me} has ended."),
        What::Panic => format!("{me} has ended, with a panic."),
        What::Lock(lock, saw) => {
            format!("{me} locks {}{}.", name(lock), sees(saw))
        }
        What::Unlock(lock, all) if all.is_empty() => {
            format!("{me} unlocks {}, and has changed nothing.", name(lock))
        }
        What::Unlock(lock, all) => {
            format!("{me} unlocks {}: {}.", name(lock), changes(all))
        }
        What::Visit { lock, .. } => format!("{me} visits {}.", name(lock)),
        What::Wait { condvar, lock, changes: all, limit } => {
            let until = match limit {
                Limit::Until(time) => format!(" until {time:?}"),
                Limit::None | Limit::Never => String::new(),
            };
            let changed = match all.as_slice() {
                [] => String::new(),
                all => format!(" ({})", changes(all)),
            };
            format!(
                "{me} goes to sleep on {}{until} and unlocks {}{changed}, \
                 in one step.",
                name(condvar),
                name(lock)
            )
        }
        What::Awake { lock, saw, .. } => {
            format!("{me} is awake, and has {} again{}.", name(lock), sees(saw))
        }
        What::Notify { condvar, woken, .. } if woken.is_empty() => {
            format!(
                "{me} notifies {}, but no thread sleeps on it: that is lost.",
                name(condvar)
            )
        }
        What::Notify { condvar, woken, .. } => {
            let woken = names(world, woken);
            format!("{me} notifies {}, which wakes {woken}.", name(condvar))
        }
        What::Send(channel, message, _) => {
            format!("{me} sends {message} to {}.", name(channel))
        }
        What::SendToNobody(channel, message) => format!(
            "{me} wants to send {message} to {}, which has no receiver left.",
            name(channel)
        ),
        What::Receive(channel, message, _) => {
            format!("{me} receives {message} from {}.", name(channel))
        }
        What::ReceiveInVain(channel, time) => format!(
            "{me} has received nothing from {}: it is {time:?}.",
            name(channel)
        ),
        What::HearHangUp(channel) => {
            format!("{me} hears that {} has hung up.", name(channel))
        }
        What::DropSender(channel, 0) => format!(
            "{me} drops the last sender of {}: it has hung up.",
            name(channel)
        ),
        What::DropSender(channel, left) => format!(
            "{me} drops a sender of {}: {} left.",
            name(channel),
            many(*left, "sender")
        ),
        What::DropReceiver(channel, left, _) => format!(
            "{me} drops a receiver of {}: {} left.",
            name(channel),
            many(*left, "receiver")
        ),
        What::Note(text) => format!("{me}: {text}."),
        What::TimeUp(condvar, time) => format!(
            "{me} has slept on {} long enough: it is {time:?}.",
            name(condvar)
        ),
        What::WakeUp(condvar) => format!(
            "{me} wakes up on {}, though no thread has woken it.",
            name(condvar)
        ),
        What::Join(all) => format!("{me} goes on: {} ended.", has(world, all)),
    }
}

fn has(world: &World, threads: &[usize]) -> String {
    let has = if threads.len() == 1 { "has" } else { "have" };
    format!("{} {has}", names(world, threads))
}

/// `, and sees out 1, closed false`.
fn sees(value: &Value) -> String {
    let seen = fields(value);
    let texts = seen.iter().take(words::MOST).map(|(name, value)| {
        if name.is_empty() {
            value.to_string()
        } else {
            format!("{name} {value}")
        }
    });
    let texts: Vec<_> = texts.collect();
    if texts.is_empty() {
        return String::new();
    }
    format!(", and sees {}", texts.join(", "))
}
