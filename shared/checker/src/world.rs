//! The state of every thread, lock, condition variable and channel: which
//! threads can go on, and why the others cannot.
//!
//! It knows neither what runs the threads nor what they are for: an engine
//! tells it what happens.
//!
//! Next: [`event`](crate::event).

use std::hash::{Hash, Hasher};

use crate::value::Value;

pub use crate::place::{At, Place};

/// All threads and all objects of a run.
#[derive(Debug, Default, Clone)]
pub struct World {
    /// By number; the first is the one on which the program began.
    pub threads: Vec<Thread>,
    /// In the order in which they were made.
    pub objects: Vec<Object>,
}

/// A thread.
#[derive(Debug, Clone)]
pub struct Thread {
    /// The name with which it was spawned.
    pub name: String,
    /// What it is about to do, or waits to do, and where.
    pub doing: Option<(Op, At)>,
    /// It has done all its work, or has panicked.
    pub ended: bool,
    /// How often the condition variable on which it sleeps, or slept last, had
    /// been notified when it went to sleep.
    pub slept: usize,
    /// The threads whose end it waits for, if there are several.
    pub joins: Vec<usize>,
    /// What the test's own code in it is about to do, in words.
    pub says: Option<String>,
}

impl Thread {
    /// A thread that has not begun.
    pub fn new(name: String) -> Self {
        let (doing, says, joins) = Default::default();
        Thread { name, doing, ended: false, slept: 0, joins, says }
    }
}

/// What a thread is about to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Op {
    /// Locks this object.
    Lock(usize),
    /// Unlocks this object.
    Unlock(usize),
    /// Goes to sleep on this condition variable.
    Sleep(usize),
    /// Waits to be woken on this object, and then locks this one again.
    Wait(usize, usize),
    /// The same, but it may wake by itself when its time is up.
    WaitUntil(usize, usize),
    /// Notifies this condition variable: all that sleep on it, or one.
    Notify(usize, bool),
    /// Sends to this channel.
    Send(usize),
    /// Receives from this channel.
    Receive(usize),
    /// The same, until its time is up.
    ReceiveUntil(usize),
    /// Takes the message that was handed to it over this channel, which has no
    /// buffer.
    Take(usize),
    /// Drops a sender of this channel.
    DropSender(usize),
    /// Drops a receiver of this channel.
    DropReceiver(usize),
    /// Waits for the end of this thread, or of all that it joins.
    Join(usize),
    /// Something that belongs to the test.
    Test,
    /// Something else that never waits.
    Go,
}

/// A step that is possible now: a thread, and a choice that is not its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Choice {
    /// Which thread goes on.
    pub thread: usize,
    /// What else is chosen.
    pub how: How,
}

/// The choice that a step leaves to the scheduler, besides the thread.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum How {
    /// There is none.
    Plainly,
    /// It hands over a message: this thread gets it.
    To(usize),
    /// It wakes although no thread has woken it.
    Spuriously,
}

/// Why a thread cannot go on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Blocked {
    /// This lock is held.
    Held {
        /// The lock.
        lock: usize,
        /// The thread that holds it.
        by: usize,
        /// Where that thread locked it.
        since: At,
    },
    /// Nothing has woken it on this condition variable.
    Asleep(usize),
    /// This channel is empty, and has senders.
    Empty(usize),
    /// This channel is full, and has receivers.
    Full(usize),
    /// This thread has not ended.
    Unfinished(usize),
}

/// A lock, a condition variable or a channel.
#[derive(Debug, Clone)]
pub struct Object {
    /// What the source calls it.
    pub name: String,
    /// Where it was made.
    pub made: At,
    /// It belongs to the test, not to what is tested.
    pub of_the_test: bool,
    /// What it is, and its state.
    pub kind: Kind,
}

/// What an object is, and its state.
#[derive(Debug, Clone)]
pub enum Kind {
    /// Not made, or not yet.
    Absent,
    /// A lock.
    Lock {
        /// The thread that holds it, and where that thread locked it.
        holder: Option<(usize, At)>,
        /// The value it guards, as of the last unlock.
        value: Option<Value>,
    },
    /// A condition variable.
    Condvar {
        /// The threads that sleep on it, the longest asleep first.
        asleep: Vec<usize>,
        /// Each notification so far.
        notified: Vec<Notified>,
    },
    /// A channel.
    Channel {
        /// The messages in it, the oldest first.
        queue: Vec<Value>,
        /// Without a buffer: the threads to which they were handed.
        taken: Vec<usize>,
        /// How many messages it has room for; `None` is any number.
        capacity: Option<usize>,
        /// The senders that are alive: the thread that made each, and where.
        senders: Vec<(usize, At)>,
        /// The receivers that are alive.
        receivers: Vec<(usize, At)>,
    },
}

impl Object {
    /// The place of an object that is not made, or not yet.
    pub fn absent() -> Self {
        let name = String::new();
        let made = Place::here();
        Object { name, made, of_the_test: true, kind: Kind::Absent }
    }
}

impl Kind {
    /// Hashes everything in it that the program could notice.
    pub fn hash_state(&self, hasher: &mut impl Hasher) {
        std::mem::discriminant(self).hash(hasher);
        match self {
            Kind::Absent => {}
            Kind::Lock { holder, value } => {
                holder.map(|(by, _)| by).hash(hasher);
                value.hash(hasher);
            }
            Kind::Condvar { asleep, .. } => asleep.hash(hasher),
            Kind::Channel { queue, taken, senders, receivers, .. } => {
                (queue, taken).hash(hasher);
                (senders.len(), receivers.len()).hash(hasher);
            }
        }
    }
}

/// A notification.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notified {
    /// The thread that notified.
    pub by: usize,
    /// The threads that it woke.
    pub woken: Vec<usize>,
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
    /// Why this thread cannot go on; `None` if it can, or has ended.
    pub fn blocked(&self, thread: usize) -> Option<Blocked> {
        let Thread { doing, ended, joins, .. } = &self.threads[thread];
        let (op, _) = doing.filter(|_| !ended)?;
        match op {
            Op::Lock(lock) => self.held(lock),
            Op::Wait(condvar, _) if self.sleeps(thread, condvar) => {
                Some(Blocked::Asleep(condvar))
            }
            // Its time may be up at any moment.
            Op::WaitUntil(condvar, _) if self.sleeps(thread, condvar) => None,
            Op::Wait(_, lock) | Op::WaitUntil(_, lock) => self.held(lock),
            Op::Send(channel) => self.full(channel),
            // Without a buffer, each message inside belongs to the thread that
            // it was handed to, which is about to take it.
            Op::Receive(channel) => match &self.objects[channel].kind {
                Kind::Channel { queue, capacity, senders, .. }
                    if (queue.is_empty() || *capacity == Some(0))
                        && !senders.is_empty() =>
                {
                    Some(Blocked::Empty(channel))
                }
                _ => None,
            },
            Op::Join(other) => {
                let mut all = joins.iter().copied().chain([other]);
                let left = all.find(|other| !self.threads[*other].ended);
                left.map(Blocked::Unfinished)
            }
            _ => None,
        }
    }

    fn held(&self, lock: usize) -> Option<Blocked> {
        match self.objects[lock].kind {
            Kind::Lock { holder: Some((by, since)), .. } => {
                Some(Blocked::Held { lock, by, since })
            }
            _ => None,
        }
    }

    /// Whether it sleeps on this condition variable.
    pub fn sleeps(&self, thread: usize, condvar: usize) -> bool {
        match &self.objects[condvar].kind {
            Kind::Condvar { asleep, .. } => asleep.contains(&thread),
            _ => false,
        }
    }

    fn full(&self, channel: usize) -> Option<Blocked> {
        match &self.objects[channel].kind {
            Kind::Channel {
                queue,
                capacity: Some(capacity),
                receivers,
                ..
            } if !receivers.is_empty() => {
                // Without a buffer a message goes from hand to hand.
                let full = match capacity {
                    0 => self.receiving(channel).next().is_none(),
                    room => queue.len() >= *room,
                };
                full.then_some(Blocked::Full(channel))
            }
            _ => None,
        }
    }

    /// The threads that wait for a message of this channel.
    fn receiving(&self, channel: usize) -> impl Iterator<Item = usize> {
        let waits = move |thread: &usize| {
            let Thread { doing, ended, .. } = &self.threads[*thread];
            let op = doing.filter(|_| !ended).map(|(op, _)| op);
            op == Some(Op::Receive(channel))
                || op == Some(Op::ReceiveUntil(channel))
        };
        (0..self.threads.len()).filter(waits)
    }

    /// Every step that could be made now; spurious wake-ups if asked for.
    pub fn choices(&self, spurious: bool) -> Vec<Choice> {
        let threads = 0..self.threads.len();
        threads.flat_map(|thread| self.choices_of(thread, spurious)).collect()
    }

    fn choices_of(&self, thread: usize, spurious: bool) -> Vec<Choice> {
        let Some((op, _)) = self.threads[thread].doing else {
            return Vec::new();
        };
        let go = |how| Choice { thread, how };
        if let (Op::Wait(condvar, _) | Op::WaitUntil(condvar, _), true) =
            (op, spurious)
            && self.sleeps(thread, condvar)
        {
            let timed = matches!(op, Op::WaitUntil(..));
            let mut all = vec![go(How::Spuriously)];
            all.extend(timed.then_some(go(How::Plainly)));
            return all;
        }
        if !self.can_go_on(thread) {
            return Vec::new();
        }
        let to: Vec<_> = match op {
            Op::Send(channel) if self.is_by_hand(channel) => {
                self.receiving(channel).collect()
            }
            _ => Vec::new(),
        };
        // There is a choice only if it can reach several threads.
        if to.len() < 2 {
            return vec![go(How::Plainly)];
        }
        to.into_iter().map(|to| go(How::To(to))).collect()
    }

    /// Whether it is a channel without a buffer.
    pub fn is_by_hand(&self, channel: usize) -> bool {
        matches!(
            self.objects[channel].kind,
            Kind::Channel { capacity: Some(0), .. }
        )
    }

    /// The thread that a step reaches, if it reaches one: by choice, or the
    /// one that has waited longest.
    pub fn reached_by(&self, thread: usize, op: Op, how: How) -> Option<usize> {
        match (op, how) {
            (_, How::To(other)) => Some(other),
            (Op::Send(channel), _) if self.is_by_hand(channel) => {
                self.receiving(channel).find(|other| *other != thread)
            }
            _ => None,
        }
    }

    /// Whether it has not ended, and can do what it is about to do.
    pub fn can_go_on(&self, thread: usize) -> bool {
        !self.threads[thread].ended && self.blocked(thread).is_none()
    }

    /// The locks that a thread holds, and where it locked them.
    pub fn held_by(&self, thread: usize) -> Vec<(usize, At)> {
        let locks = self.objects.iter().enumerate();
        let held = locks.filter_map(|(id, object)| match object.kind {
            Kind::Lock { holder: Some((by, at)), .. } if by == thread => {
                Some((id, at))
            }
            _ => None,
        });
        held.collect()
    }

    /// The state of every thread.
    pub fn marks(&self) -> Vec<Mark> {
        (0..self.threads.len()).map(|thread| self.mark(thread)).collect()
    }

    fn mark(&self, thread: usize) -> Mark {
        let holds = !self.held_by(thread).is_empty();
        let can = self.can_go_on(thread) && !self.falls_asleep(thread);
        match (can, holds) {
            _ if self.threads[thread].ended => Mark::Absent,
            (true, false) => Mark::Runs,
            (true, true) => Mark::Holds,
            (false, false) => Mark::Waits,
            (false, true) => Mark::HoldsAndWaits,
        }
    }

    /// It sleeps on a condition variable, though it has not come back from
    /// saying so.
    fn falls_asleep(&self, thread: usize) -> bool {
        let just = self.threads[thread].doing.is_none();
        just && self.objects.iter().any(|object| match &object.kind {
            Kind::Condvar { asleep, .. } => asleep.contains(&thread),
            _ => false,
        })
    }
}
