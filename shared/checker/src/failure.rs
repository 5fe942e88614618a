//! A property that is broken, and the text that explains it.
//!
//! Next: [`lanes`](crate::lanes).

use crate::event::Run;
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
        if others.all(|(n, thread)| n == self.by || thread.ended) {
            let found = format!("{name} finds it when all others have ended");
            return vec![found];
        }
        let row = self.run.row(|event| event.thread == self.by);
        vec![format!("{name} finds it after row {}", row.unwrap_or(0))]
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

/// A cycle of threads, each of which waits for what the next one holds.
fn ring(all: &[Now<'_>]) -> Option<String> {
    let world = all.first()?.world;
    let holder = |thread: usize| {
        let now = all.iter().find(|now| now.thread == thread)?;
        now.op.verb.holder(*now).filter(|by| *by != thread)
    };
    let threads = || all.iter().map(|now| now.thread);
    let both: Vec<_> =
        threads().filter(|t| holder(*t).and_then(holder) == Some(*t)).collect();
    let sends = |now: &&Now<'_>| now.op.verb.name() == "send";
    let senders: Vec<_> =
        all.iter().filter(sends).map(|now| now.thread).collect();
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
