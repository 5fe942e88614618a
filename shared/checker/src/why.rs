//! Why no thread can go on: a sentence for each that is stuck.
//!
//! Next: [`lanes`](crate::lanes).

use crate::event::{Event, Run, What};
use crate::world::{At, Blocked, Kind, Op, Thread};
use crate::{source, words};

/// What each thread that is left waits for, and why it will wait forever.
/// Rows are counted from 1.
pub fn why(run: &Run) -> Vec<String> {
    let threads = 0..run.world.threads.len();
    let mut sentences: Vec<_> =
        threads.filter_map(|thread| sentence(run, thread)).collect();
    sentences.extend(ring(run));
    sentences
}

fn sentence(run: &Run, thread: usize) -> Option<String> {
    let world = &run.world;
    let (_, at) = world.threads[thread].doing?;
    let name = |object: usize| &world.objects[object].name;
    let me = &world.threads[thread].name;
    let text = match world.blocked(thread)? {
        Blocked::Held { lock, by, since } => {
            let (lock, since) = (name(lock), source::short(since));
            let by = if by == thread {
                format!("{me} itself")
            } else {
                world.threads[by].name.clone()
            };
            format!("{me} waits for {lock}, held by {by} since {since}")
        }
        Blocked::Asleep(condvar) => asleep(run, thread, condvar),
        Blocked::Empty(channel) => empty(run, thread, channel),
        Blocked::Full(channel) => {
            let name = name(channel);
            let Kind::Channel { queue, .. } = &world.objects[channel].kind
            else {
                return None;
            };
            let len = queue.len();
            format!(
                "{me} waits to send to {name}, which is full ({len}): \
                 no thread receives"
            )
        }
        // A thread that waits for one that is stuck needs no sentence, as
        // long as that one has one.
        Blocked::Unfinished(_) => return None,
    };
    Some(text + &quoted(at))
}

/// The line of the source, on a line of its own.
fn quoted(at: At) -> String {
    let Some(line) = source::line(at) else { return String::new() };
    let short = source::short(at);
    format!("\n      {short}  {}", cut(&line, 52))
}

/// Cuts the text to this length.
pub fn cut(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return text.into();
    }
    let kept: String = text.chars().take(most.saturating_sub(3)).collect();
    format!("{}...", kept.trim_end())
}

fn asleep(run: &Run, thread: usize, id: usize) -> String {
    let world = &run.world;
    let Kind::Condvar { notified, .. } = &world.objects[id].kind else {
        unreachable!("it sleeps on it")
    };
    let me = &world.threads[thread].name;
    let name = &world.objects[id].name;
    let after = notified.get(world.threads[thread].slept);
    let because = match after {
        _ if notified.is_empty() => "and no notify ever came".to_string(),
        None => {
            let last = notified_in(run, id);
            let last = last.map(|n| format!(", the last in row {}", n + 1));
            let last = last.unwrap_or_default();
            format!("and every notify came before this wait{last}")
        }
        Some(notified) => {
            let by = &world.threads[notified.by].name;
            let woken = words::names(world, &notified.woken);
            format!("and {by} woke only {woken}")
        }
    };
    let since = slept_in(run, thread, id);
    let since = since.map(|row| format!(" since row {}", row + 1));
    let since = since.unwrap_or_default();
    format!(
        "{me} sleeps on {name}{since}, {because}{}",
        missed(run, thread, id)
    )
}

/// The row in which this thread went to sleep.
fn slept_in(run: &Run, thread: usize, id: usize) -> Option<usize> {
    let sleeps = |what: &What| match what {
        What::Wait { condvar, .. } => *condvar == id,
        _ => false,
    };
    let mut rows = run.events.iter().enumerate().rev();
    let row = rows.find(|(_, e)| e.thread == thread && sleeps(&e.what));
    row.map(|(row, _)| row)
}

/// The row of the last notification.
fn notified_in(run: &Run, id: usize) -> Option<usize> {
    run.events.iter().rposition(|event| match event.what {
        What::Notify { condvar, .. } => condvar == id,
        _ => false,
    })
}

/// What has changed under the lock since this thread went to sleep, so that it
/// does not know.
fn missed(run: &Run, thread: usize, id: usize) -> String {
    let Some(row) = slept_in(run, thread, id) else { return String::new() };
    let What::Wait { lock, .. } = run.events[row].what else {
        unreachable!("it went to sleep there")
    };
    let later = run.events.iter().enumerate().skip(row + 1);
    let mut changed = later.filter_map(|(row, event)| {
        let (changed, changes) = event.changed()?;
        let news = changed == lock && !changes.is_empty();
        news.then(|| (row, words::changes(changes)))
    });

    match changed.next_back() {
        Some((row, changes)) => {
            let name = &run.world.objects[lock].name;
            format!("; {name}: {changes} in row {}", row + 1)
        }
        None => String::new(),
    }
}

fn empty(run: &Run, thread: usize, id: usize) -> String {
    let world = &run.world;
    let object = &world.objects[id];
    let Kind::Channel { senders, .. } = &object.kind else {
        unreachable!("it receives from it")
    };
    let me = &world.threads[thread].name;
    let name = &object.name;
    let has = holds(run, thread);
    // The hang-up matters if another thread waits for this one's end.
    let joins = |other: &Thread| match other.doing {
        Some((Op::Join(joined), _)) => joined == thread,
        _ => false,
    };
    if !world.threads.iter().any(joins) {
        return format!("{me} waits for {name}, which is empty{has}");
    }
    let ends = senders.iter().map(|(by, at)| {
        let line = source::line(at).unwrap_or_default();
        let (by, at) = (&world.threads[*by].name, source::short(at));
        format!("\n      made by {by} at {at}: {}", cut(&line, 48))
    });
    let ends: String = ends.collect();
    format!(
        "{me} waits for {name}, which is empty{has}; it will not hang up \
         while a sender is alive:{ends}"
    )
}

/// The last message that it received and did not send on, in any form.
fn holds(run: &Run, thread: usize) -> String {
    let rows = run.events.iter().enumerate();
    let mine = rows.filter(|(_, event)| event.thread == thread);
    // A thread that sends nothing keeps all that it receives.
    let sends = |(_, event): (_, &Event)| matches!(event.what, What::Send(..));
    if !mine.clone().any(sends) {
        return String::new();
    }
    let last = mine.clone().rev().find_map(|(row, event)| match &event.what {
        What::Receive(_, message, _) => Some((row, message)),
        _ => None,
    });
    let Some((row, message)) = last else { return String::new() };
    // A message that it sent to itself need go no further.
    let sent = |(_, event): (_, &Event)| match &event.what {
        What::Send(_, sent, _) => sent == message,
        _ => false,
    };
    if mine.clone().any(sent) {
        return String::new();
    }
    let sent_on = |(_, event): (_, &Event)| match &event.what {
        What::Send(_, sent, _) => sent.contains(message),
        _ => false,
    };
    if mine.skip_while(|(r, _)| *r <= row).any(sent_on) {
        return String::new();
    }
    format!("; {message}, received in row {}, went no further", row + 1)
}

/// A cycle of threads, each of which waits for what the next one holds.
fn ring(run: &Run) -> Option<String> {
    let world = &run.world;
    let holder = |thread: usize| match world.blocked(thread) {
        Some(Blocked::Held { by, .. }) => Some(by),
        _ => None,
    };
    let all = || 0..world.threads.len();
    let both: Vec<_> = all()
        .filter(|t| holder(*t).is_some_and(|h| h != *t))
        .filter(|t| holder(*t).and_then(holder) == Some(*t))
        .collect();
    let full = |t: &usize| matches!(world.blocked(*t), Some(Blocked::Full(_)));
    let senders: Vec<_> = all().filter(full).collect();
    if both.len() > 1 {
        let names = words::names(world, &both);
        return Some(format!("{names}: each holds what the other wants"));
    }
    if senders.len() > 1 {
        let names = words::names(world, &senders);
        return Some(format!("{names}: each sends, and none of them receives"));
    }
    None
}
