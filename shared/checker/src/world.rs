//! The state of a run: what every thread is about to do, what every object
//! holds, and so which threads can go on.
//!
//! It knows no kind of object. What a lock is, and when a thread waits for it,
//! is in [`object`](crate::object): each kind has a [`State`], and the
//! operations on it are [`Verb`]s.
//!
//! Next: [`event`](crate::event), what happens in it.

use std::any::Any;
use std::fmt::Debug;
use std::hash::{Hash, Hasher};
use std::ptr;
use std::sync::Arc;

use crate::event::Run;

pub use crate::choice::{Choice, How};
pub use crate::place::{At, Place};

/// All threads and all objects of a run.
#[derive(Debug, Default, Clone)]
pub struct World {
    /// By number; the first is the one on which the program began.
    pub threads: Vec<Thread>,
    /// By number.
    pub objects: Vec<Object>,
}

/// A thread.
#[derive(Debug, Default, Clone)]
pub struct Thread {
    /// The name with which it was spawned; empty if it is not yet.
    pub name: String,
    /// What it is about to do, or waits to do, and where.
    pub doing: Option<(Op, At)>,
    /// It has done all its work, or has panicked.
    pub ended: bool,
    /// What the test's own code in it is about to do, in words.
    pub says: Option<String>,
}

/// A lock, a condition variable, a channel.
#[derive(Debug, Clone)]
pub struct Object {
    /// What the source calls it.
    pub name: String,
    /// Where it was made; `None` if it is not yet.
    pub made: Option<At>,
    /// It belongs to the test, not to what is tested.
    pub of_the_test: bool,
    /// What it is, and holds. States of the world share what did not change.
    pub state: Arc<dyn State>,
}

/// What an object holds.
pub trait State: Any + Debug + Send + Sync {
    /// Hashes all that the program could notice.
    fn key(&self, hasher: &mut dyn Hasher);

    /// The threads that keep others from it, and since where.
    fn holders(&self) -> Vec<(usize, At)> {
        Vec::new()
    }

    /// Whether this thread sleeps on it, whatever it said that it would do.
    fn sleeps(&self, _thread: usize) -> bool {
        false
    }

    /// How it is left at the end of a run, if that is worth a line.
    fn at_the_end(&self, _id: usize, _run: &Run) -> Option<String> {
        None
    }
}

/// The place of an object that is not made, or not yet.
#[derive(Debug)]
struct Absent;

impl State for Absent {
    fn key(&self, _: &mut dyn Hasher) {}
}

impl Object {
    /// The place of an object that is not made, or not yet.
    pub fn absent() -> Self {
        let (name, made) = Default::default();
        Object { name, made, of_the_test: true, state: Arc::new(Absent) }
    }

    /// What it holds, if it is of this kind.
    pub fn state<S: State>(&self) -> Option<&S> {
        (&*self.state as &dyn Any).downcast_ref()
    }
}

/// What a thread is about to do.
#[derive(Debug, Clone, Copy)]
pub struct Op {
    /// What.
    pub verb: &'static dyn Verb,
    /// To which object.
    pub on: usize,
    /// What else belongs to it: see the verb.
    pub with: usize,
}

/// A kind of operation. Most never wait: these need no more than a name and
/// [`next`](Verb::next).
pub trait Verb: Debug + Sync {
    /// Tells verbs apart.
    fn name(&self) -> &'static str;

    /// What the thread would do next, if it had the turn.
    fn next(&self, now: Now<'_>) -> String;

    /// Whether it has to wait.
    fn waits(&self, _now: Now<'_>) -> bool {
        false
    }

    /// Whether its time may be up, so that it need not wait.
    fn is_timed(&self) -> bool {
        false
    }

    /// In which ways it can be done if it need not wait.
    fn ways(&self, _now: Now<'_>, _spurious: bool) -> Vec<How> {
        vec![How::Plainly]
    }

    /// What it waits for, in a few words: `wants items`.
    fn wants(&self, _now: Now<'_>) -> String {
        String::new()
    }

    /// Why it has to wait: `waits for items, held by main since main.rs:3`.
    fn why_not(&self, _now: Now<'_>) -> String {
        String::new()
    }

    /// Why it waits forever, at the end of this run; `None` if that needs no
    /// sentence, because it waits for a thread that has one.
    fn stuck(&self, now: Now<'_>, _run: &Run) -> Option<String> {
        Some(format!("{} {}", now.me(), self.why_not(now)))
    }

    /// The thread that has what it waits for.
    fn holder(&self, _now: Now<'_>) -> Option<usize> {
        None
    }
}

impl Op {
    /// This operation on this object.
    pub fn new(verb: &'static dyn Verb, on: usize) -> Self {
        Op { verb, on, with: 0 }
    }

    /// The same, and what else belongs to it.
    pub fn with(self, with: usize) -> Self {
        Op { with, ..self }
    }

    /// Whether it is this operation.
    pub fn is(self, verb: &dyn Verb) -> bool {
        self.verb.name() == verb.name()
    }
}

impl PartialEq for Op {
    fn eq(&self, other: &Self) -> bool {
        self.is(other.verb) && (self.on, self.with) == (other.on, other.with)
    }
}

impl Eq for Op {}

impl Hash for Op {
    fn hash<H: Hasher>(&self, hasher: &mut H) {
        (self.verb.name(), self.on, self.with).hash(hasher);
    }
}

/// An operation that does not wait, and is told by what it is called.
#[derive(Debug)]
pub struct Plain(pub &'static str);

impl Verb for Plain {
    fn name(&self) -> &'static str {
        self.0
    }

    fn next(&self, now: Now<'_>) -> String {
        format!("{} {}", self.0, now.name()).trim_end().into()
    }
}

/// A thread that is about to do something, and all around it.
#[derive(Clone, Copy)]
pub struct Now<'a> {
    /// All threads and objects.
    pub world: &'a World,
    /// The thread.
    pub thread: usize,
    /// What it is about to do.
    pub op: Op,
    /// Where.
    pub at: At,
}

impl<'a> Now<'a> {
    /// What the thread is called.
    pub fn me(self) -> &'a str {
        &self.world.threads[self.thread].name
    }

    /// What the object is called.
    pub fn name(self) -> &'a str {
        self.world.objects.get(self.op.on).map_or("", |o| o.name.as_str())
    }

    /// What the object holds.
    pub fn state<S: State>(self) -> &'a S {
        let state = self.world.objects[self.op.on].state();
        state.expect("a verb is used on its own kind of object")
    }
}

/// The state of a thread, as it is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mark {
    /// It has not begun, or has ended.
    Absent,
    /// It runs, or could.
    Runs,
    /// The same, and it holds a lock.
    Holds,
    /// It cannot go on.
    Waits,
    /// It holds a lock and cannot go on.
    HoldsAndWaits,
}

impl World {
    /// What a thread is about to do; `None` if it does something, or has ended.
    pub fn now(&self, thread: usize) -> Option<Now<'_>> {
        let it = &self.threads[thread];
        let (op, at) = it.doing.filter(|_| !it.ended)?;
        Some(Now { world: self, thread, op, at })
    }

    /// The same, if it has to wait.
    pub fn blocked(&self, thread: usize) -> Option<Now<'_>> {
        self.now(thread).filter(|now| now.op.verb.waits(*now))
    }

    /// Whether it has not ended, and can do what it is about to do.
    pub fn can_go_on(&self, thread: usize) -> bool {
        !self.threads[thread].ended && self.blocked(thread).is_none()
    }

    /// Every step that could be made now; spurious wake-ups if asked for.
    pub fn choices(&self, spurious: bool) -> Vec<Choice> {
        let all = (0..self.threads.len()).filter_map(|t| self.now(t));
        let ways = all.flat_map(|now| {
            let waits = now.op.verb.waits(now);
            let ways = now.op.verb.ways(now, spurious).into_iter();
            ways.filter(move |how| !waits || *how == How::Spuriously)
                .map(move |how| Choice { thread: now.thread, how })
        });
        ways.collect()
    }

    /// The threads that are about to do this.
    pub fn doing(&self, op: Op) -> impl Iterator<Item = usize> {
        let all = (0..self.threads.len()).filter_map(|t| self.now(t));
        all.filter(move |now| now.op == op).map(|now| now.thread)
    }

    /// Whether a thread holds a lock.
    pub fn holds(&self, thread: usize) -> bool {
        let held = self.objects.iter().flat_map(|o| o.state.holders());
        held.into_iter().any(|(by, _)| by == thread)
    }

    /// The state of every thread.
    pub fn marks(&self) -> Vec<Mark> {
        (0..self.threads.len()).map(|thread| self.mark(thread)).collect()
    }

    fn mark(&self, thread: usize) -> Mark {
        let it = &self.threads[thread];
        let sleeps = it.doing.is_none()
            && self.objects.iter().any(|o| o.state.sleeps(thread));
        match (self.can_go_on(thread) && !sleeps, self.holds(thread)) {
            _ if it.ended => Mark::Absent,
            (true, false) => Mark::Runs,
            (true, true) => Mark::Holds,
            (false, false) => Mark::Waits,
            (false, true) => Mark::HoldsAndWaits,
        }
    }

    /// Hashes all that the program could notice.
    pub fn key(&self, mut hasher: &mut dyn Hasher) {
        for Thread { doing, ended, .. } in &self.threads {
            // There is one place for each line and column.
            let doing = doing.map(|(op, at)| (op, ptr::from_ref(at).addr()));
            (doing, ended).hash(&mut hasher);
        }
        self.objects.iter().for_each(|object| object.state.key(hasher));
    }
}
