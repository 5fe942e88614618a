//! Why nobody can go on: one sentence for each who is stuck.
//!
//! Next: [`suite`](super::suite).

use super::run::{Kind, Object, Op, Run};
use super::source;

/// What each thread that is left waits for, and why it will wait for ever.
pub fn why(run: &Run) -> Vec<String> {
    let stuck = |thread: usize| {
        let (op, _) = run.threads[thread].doing?;
        let stuck = !run.threads[thread].ended && !run.can_go_on(thread);
        stuck.then(|| sentence(run, thread, op))?
    };
    let mut sentences: Vec<_> =
        (0..run.threads.len()).filter_map(stuck).collect();
    if let Some(ring) = ring(run) {
        sentences.push(ring);
    }
    sentences
}

fn sentence(run: &Run, thread: usize, op: Op) -> Option<String> {
    let me = &run.threads[thread].name;
    let object = |id: usize| &run.objects[id];
    Some(match op {
        Op::Lock(id) => {
            let Kind::Lock(Some((holder, at))) = object(id).kind else {
                return None;
            };
            let (name, holder) = (&object(id).name, &run.threads[holder].name);
            let since = source::short(at);
            format!("{me} waits for {name}, held by {holder} since {since}")
        }
        Op::Wait(id) => asleep(run, thread, id),
        Op::Receive(id) => empty(run, me, object(id)),
        Op::Send(id) => full(me, object(id)),
        // Who waits for a thread that is stuck itself needs no sentence, as
        // long as another has one.
        Op::Join(_) | Op::Go => return None,
    })
}

fn asleep(run: &Run, thread: usize, id: usize) -> String {
    let me = &run.threads[thread].name;
    let object = &run.objects[id];
    let name = &object.name;
    let Kind::Condvar(_, notified) = &object.kind else { unreachable!() };
    let after = notified.get(run.threads[thread].slept);
    let because = match (notified.is_empty(), after) {
        (true, _) => "and nobody ever notified it".to_string(),
        (false, None) => "and every notify came before this wait".into(),
        (false, Some((by, woken))) => {
            let by = &run.threads[*by].name;
            let woken: Vec<_> =
                woken.iter().map(|t| run.threads[*t].name.as_str()).collect();
            format!("and {by} woke only {}", woken.join(", "))
        }
    };
    format!("{me} sleeps on {name}, {because}")
}

fn empty(run: &Run, me: &str, object: &Object) -> String {
    let Kind::Channel { senders, .. } = &object.kind else { unreachable!() };
    let name = &object.name;
    let ends = |(by, at): &(usize, super::run::At)| {
        let line = source::line(at).unwrap_or_default();
        let (by, at) = (&run.threads[*by].name, source::short(at));
        format!("one made by {by} at {at}: {line}")
    };
    let ends: Vec<_> = senders.iter().map(ends).collect();
    let ends = ends.join("\n      ");
    format!(
        "{me} waits for {name}, which is empty; it will not hang up while a \
         sender is alive:\n      {ends}"
    )
}

fn full(me: &str, object: &Object) -> String {
    let Kind::Channel { len, .. } = &object.kind else { unreachable!() };
    let name = &object.name;
    format!(
        "{me} waits to send to {name}, which is full ({len}): nobody receives"
    )
}

/// Threads of which each holds what the next one wants.
fn ring(run: &Run) -> Option<String> {
    let wants = |thread: usize| match run.threads[thread].doing {
        Some((Op::Lock(id), _)) => match run.objects[id].kind {
            Kind::Lock(Some((holder, _))) => Some(holder),
            _ => None,
        },
        _ => None,
    };
    let both: Vec<_> = (0..run.threads.len())
        .filter(|t| wants(*t).is_some_and(|h| h != *t && wants(h) == Some(*t)))
        .map(|t| run.threads[t].name.as_str())
        .collect();
    let stuck_sends = |thread: usize| {
        let (op, _) = run.threads[thread].doing?;
        matches!(op, Op::Send(_)).then_some(run.threads[thread].name.as_str())
    };
    let senders: Vec<_> =
        (0..run.threads.len()).filter_map(stuck_sends).collect();
    match (both.len() > 1, senders.len() > 1) {
        (true, _) => Some(format!(
            "{}: each holds what the other wants",
            both.join(", ")
        )),
        (_, true) => {
            let all = senders.join(", ");
            Some(format!("{all}: each sends, and none of them receives"))
        }
        _ => None,
    }
}
