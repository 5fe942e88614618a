//! A step in a sentence, and what a thread would do next, or why it cannot.
//!
//! Next: [`story`](crate::story), one schedule in such sentences.

use crate::event::Event;
use crate::words::{have, names};
use crate::world::World;

/// What this thread would do next, if it had the turn.
pub fn next(world: &World, thread: usize) -> String {
    world.now(thread).map_or(String::new(), |now| now.op.verb.next(now))
}

/// Why this thread cannot go on; `None` if it can, or has ended.
pub fn why_not(world: &World, thread: usize) -> Option<String> {
    world.blocked(thread).map(|now| now.op.verb.why_not(now))
}

/// What has happened in a step, and what that means for the other threads.
pub fn step(before: &World, events: &[Event], after: &World) -> String {
    let Some(first) = events.first() else {
        return "Nothing that another thread could notice.".into();
    };
    let told = events.iter().map(|event| {
        let name = &after.threads[event.thread].name;
        let told = &event.did.told;
        let blank = if told.starts_with(':') { "" } else { " " };
        format!("{name}{blank}{told}.")
    });
    let mut sentences: Vec<_> = told.collect();
    // A thread that was just spawned says so already.
    let is_new = |thread: usize| {
        before.threads.get(thread).is_none_or(|thread| thread.ended)
    };
    let was = |thread: usize| !is_new(thread) && before.can_go_on(thread);
    let others = || (0..after.threads.len()).filter(|t| *t != first.thread);
    let stuck = others().filter(|t| was(*t) && after.blocked(*t).is_some());
    let free = others().filter(|t| !is_new(*t) && !was(*t));
    let free: Vec<_> = free.filter(|t| after.can_go_on(*t)).collect();
    let stuck: Vec<_> = stuck.collect();
    if !stuck.is_empty() {
        sentences.push(format!("{} to wait now.", have(after, &stuck)));
    }
    if !free.is_empty() {
        sentences.push(format!("{} can go on now.", names(after, &free)));
    }
    sentences.join(" ")
}
