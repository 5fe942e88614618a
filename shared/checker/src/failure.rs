//! A property that is broken, and the text that explains it.
//!
//! Next: [`lanes`](crate::lanes).

use crate::event::{Event, Fact, Run};
use crate::words;
use crate::world::{Choice, Now};

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
    /// Its schedule.
    pub schedule: Vec<Choice>,
}

impl Failure {
    /// This failure, in this run.
    pub fn new(
        headline: String,
        deadlock: bool,
        by: usize,
        (mut run, schedule): (Run, Vec<Choice>),
    ) -> Self {
        run.fold();
        Failure { headline, deadlock, by, run, schedule }
    }

    /// Whether it is the failure of a panic with this message.
    pub fn is(&self, what: &str) -> bool {
        !self.deadlock && self.headline == reworded(what)
    }

    /// Whether the only failure is that the model never sees what it looks
    /// for.
    pub fn is_not_seen(&self) -> bool {
        !self.deadlock && self.headline.starts_with(NOT_SEEN)
    }

    /// Why it failed: a sentence for each thread that is involved. Rows are
    /// counted from 1.
    pub fn why(&self) -> Vec<String> {
        if self.deadlock {
            return stuck(&self.run);
        }
        let threads = &self.run.world.threads;
        let Some(thread) = threads.get(self.by) else { return Vec::new() };
        let name = &thread.name;
        let mut others = threads.iter().enumerate();
        let last = others.all(|(n, thread)| n == self.by || thread.ended);
        let row = self.run.row(|event| event.thread == self.by);
        let found = match row.unwrap_or(0) {
            _ if last => "when all others have ended".into(),
            row => format!("after row {row}"),
        };
        let found = format!("{name} finds it {found}");
        // The place is that of a panic in the program, not of a property.
        let cause = read(&self.run, self.by);
        let cause = cause.filter(|_| self.headline.contains(".rs:"));
        [Some(found), cause].into_iter().flatten().collect()
    }

    /// The state of every object at the end that is worth a line, each with
    /// the row that made it so.
    pub fn at_the_end(&self) -> Vec<String> {
        let objects = self.run.world.objects.iter().enumerate();
        let objects = objects.filter(|(_, object)| !object.of_the_test);
        let state = objects.filter_map(|(id, object)| {
            let state = object.state.at_the_end(id, &self.run)?;
            Some(format!("{}: {state}", object.name))
        });
        state.collect()
    }
}

/// What this thread has read last under a lock, and which step of another one
/// has made it so.
fn read(run: &Run, thread: usize) -> Option<String> {
    let events = &run.events;
    let reads = |event: &Event| match &event.did.fact {
        Fact::Locks(lock, saw) | Fact::Relocks(lock, saw) => {
            (event.thread == thread).then(|| (*lock, saw.clone()))
        }
        _ => None,
    };
    let last = events.iter().rposition(|event| reads(event).is_some())?;
    let (lock, saw) = reads(&events[last])?;
    let changes = |event: &Event| {
        let (on, changes) = event.changed()?;
        (on == lock && !changes.is_empty()).then(|| words::changes(changes))
    };
    let row = events[..last].iter().rposition(|e| changes(e).is_some())?;
    let by = events[row].thread;
    let name = |thread: usize| &run.world.threads[thread].name;
    let (me, other) = (name(thread), name(by));
    let lock = &run.world.objects[lock].name;
    let (last, saw) = (last + 1, words::short(saw.value()));
    let (row, changes) = (row + 1, changes(&events[row])?);
    let text = format!(
        "{me} reads {saw} in row {last}, because {other} changed {lock} in \
         row {row}: {changes}"
    );
    (by != thread).then_some(text)
}

/// What each thread that is left waits for, and why it will wait forever.
fn stuck(run: &Run) -> Vec<String> {
    let threads = 0..run.world.threads.len();
    let all: Vec<_> = threads.filter_map(|t| run.world.blocked(t)).collect();
    let each = all.iter().filter_map(|now| {
        let why = now.op.verb.stuck(*now, run)?;
        Some(why + &words::quoted(now.at))
    });
    each.chain(ring(&all)).collect()
}

/// A cycle of threads, each of which waits for the next one.
fn ring(all: &[Now<'_>]) -> Option<String> {
    let world = all.first()?.world;
    let find = |thread: usize| all.iter().find(|now| now.thread == thread);
    let next = |thread: usize| {
        let now = find(thread)?;
        now.op.verb.holder(*now).filter(|by| *by != thread)
    };
    let way = |from: usize| {
        let mut way = vec![from];
        while let Some(by) = next(*way.last()?).filter(|by| *by != from) {
            if way.contains(&by) {
                return None;
            }
            way.push(by);
        }
        (next(*way.last()?) == Some(from)).then_some(way)
    };
    let sends = |now: &&Now<'_>| now.op.verb.name() == "send";
    let senders = all.iter().filter(sends).map(|now| now.thread);
    let senders: Vec<_> = senders.collect();
    let Some(ring) = all.iter().find_map(|now| way(now.thread)) else {
        let names = words::names(world, &senders);
        let text = format!("{names}: each sends, and none of them receives");
        return (senders.len() > 1).then_some(text);
    };
    let sending = ring.iter().filter(|t| senders.contains(t)).count();
    let first = &world.threads[ring[0]].name;
    let how = match ring.len() {
        n if n == sending => "each sends, and none of them receives".into(),
        2 if sending == 0 => "each holds what the other wants".into(),
        2 => "each waits for the other".into(),
        _ => format!("each waits for the next one, and the last for {first}"),
    };
    Some(format!("{}: {how}", words::names(world, &ring)))
}
