//! What every thread, lock, condition variable and channel is doing: who can
//! go on, and why the others cannot.
//!
//! It knows neither what runs the threads nor what they are for: an engine
//! tells it what happens.
//!
//! Next: [`event`](crate::event).

use std::panic::Location;

use crate::value::Value;

/// A place in the source.
pub type At = &'static Location<'static>;

/// All threads and all objects of a run.
#[derive(Debug, Default, Clone)]
pub struct World {
    /// By number; the first is the one that the program began on.
    pub threads: Vec<Thread>,
    /// In the order in which they were made.
    pub objects: Vec<Object>,
}

/// A thread.
#[derive(Debug, Clone)]
pub struct Thread {
    /// As it was spawned.
    pub name: String,
    /// What it is about to do, or waits to do, and where.
    pub doing: Option<(Op, At)>,
    /// It has done all its work, or has panicked.
    pub ended: bool,
    /// How often the condition variable it sleeps on, or slept on last, had
    /// been notified when it went to sleep.
    pub slept: usize,
}

/// What a thread does that may have to wait, or lets another one go on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Op {
    /// Locks this object.
    Lock(usize),
    /// Waits to be woken on this object.
    Wait(usize),
    /// Sends to this channel.
    Send(usize),
    /// Receives from this channel.
    Receive(usize),
    /// Waits for the end of this thread.
    Join(usize),
    /// Something that never waits.
    Go,
}

/// Why a thread cannot go on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Blocked {
    /// This lock is held: by whom, and since where.
    Held {
        /// The lock.
        lock: usize,
        /// The thread that holds it.
        by: usize,
        /// Where that one locked it.
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
    /// A lock.
    Lock {
        /// The thread that holds it, and where that one locked it.
        holder: Option<(usize, At)>,
        /// What it guards, when it was unlocked last.
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
        /// How many may be in it.
        capacity: Option<usize>,
        /// The senders that are alive: who made each, and where.
        senders: Vec<(usize, At)>,
        /// The receivers that are alive.
        receivers: Vec<(usize, At)>,
    },
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
        let Thread { doing, ended, .. } = &self.threads[thread];
        let (op, _) = doing.filter(|_| !ended)?;
        match op {
            Op::Lock(lock) => match self.objects[lock].kind {
                Kind::Lock { holder: Some((by, since)), .. } => {
                    Some(Blocked::Held { lock, by, since })
                }
                _ => None,
            },
            Op::Wait(condvar) => match &self.objects[condvar].kind {
                Kind::Condvar { asleep, .. } if asleep.contains(&thread) => {
                    Some(Blocked::Asleep(condvar))
                }
                _ => None,
            },
            Op::Send(channel) => match &self.objects[channel].kind {
                Kind::Channel { queue, capacity, receivers, .. }
                    if *capacity == Some(queue.len())
                        && !receivers.is_empty() =>
                {
                    Some(Blocked::Full(channel))
                }
                _ => None,
            },
            Op::Receive(channel) => match &self.objects[channel].kind {
                Kind::Channel { queue, senders, .. }
                    if queue.is_empty() && !senders.is_empty() =>
                {
                    Some(Blocked::Empty(channel))
                }
                _ => None,
            },
            Op::Join(other) if !self.threads[other].ended => {
                Some(Blocked::Unfinished(other))
            }
            Op::Join(_) | Op::Go => None,
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
