//! What has happened in a run, step by step, as data: nothing that draws it or
//! explains it has to read a text.
//!
//! Next: [`lanes`](crate::lanes).

use std::time::Duration;

use crate::value::{Change, Value};
use crate::world::{At, Mark, World};

/// A run: what was done, and how it ended.
#[derive(Debug, Default, Clone)]
pub struct Run {
    /// Threads and objects at the end.
    pub world: World,
    /// What was done, in order.
    pub events: Vec<Event>,
}

/// One step, and one row.
#[derive(Debug, Clone)]
pub struct Event {
    /// Which thread.
    pub thread: usize,
    /// What it did.
    pub what: What,
    /// Where; a drop does not know its line.
    pub at: Option<At>,
    /// Another thread ran before, and could have gone on.
    pub switched: bool,
    /// The state of every thread after it.
    pub marks: Vec<Mark>,
}

/// What a thread did. Numbers are those of objects and threads in the
/// [`World`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum What {
    /// Spawned this thread.
    Spawn(usize),
    /// Was refused a thread of this name.
    NoThread(String),
    /// Returned.
    End,
    /// Panicked, and has ended.
    Panic,
    /// Locked this, and saw this value.
    Lock(usize, Value),
    /// Unlocked this, after these changes.
    Unlock(usize, Vec<Change>),
    /// Locked and unlocked this, with nothing in between.
    Visit {
        /// The lock.
        lock: usize,
        /// What it saw.
        saw: Value,
        /// What it changed.
        changes: Vec<Change>,
    },
    /// Went to sleep, unlocking the lock.
    Wait {
        /// The condition variable.
        condvar: usize,
        /// The lock.
        lock: usize,
        /// What it had changed under the lock.
        changes: Vec<Change>,
        /// How long it is ready to sleep.
        limit: Limit,
    },
    /// Has the lock again.
    Awake {
        /// The lock.
        lock: usize,
        /// If it was not woken: the time that has come, since the start.
        time_is_up: Option<Duration>,
        /// What it sees.
        saw: Value,
    },
    /// Notified those that sleep on a condition variable.
    Notify {
        /// The condition variable.
        condvar: usize,
        /// All of them, or one.
        all: bool,
        /// Whom it woke.
        woken: Vec<usize>,
    },
    /// Sent a message; so many are in the channel then.
    Send(usize, Value, usize),
    /// Found no receiver.
    SendToNobody(usize, Value),
    /// Received a message; so many are left.
    Receive(usize, Value, usize),
    /// Received nothing until this time, since the start.
    ReceiveInVain(usize, Duration),
    /// Heard that no sender is left.
    HearHangUp(usize),
    /// Dropped a sender; so many are left.
    DropSender(usize, usize),
    /// Dropped a receiver; so many are left, and these messages were dropped
    /// with the last.
    DropReceiver(usize, usize, Vec<Value>),
    /// Something that the program itself says it does: a row of the test.
    Note(String),
    /// Slept on this until this time, since the start, and sleeps no more.
    TimeUp(usize, Duration),
    /// Slept on this, and sleeps no more, though no thread has woken it.
    WakeUp(usize),
    /// Has seen these threads end.
    Join(Vec<usize>),
}

impl What {
    /// Whether no other thread can notice it.
    pub fn is_a_look(&self) -> bool {
        match self {
            What::Lock(..) | What::Awake { .. } | What::ReceiveInVain(..) => {
                true
            }
            What::TimeUp(..) | What::WakeUp(_) => true,
            What::Unlock(_, changes) | What::Wait { changes, .. } => {
                changes.is_empty()
            }
            What::Notify { woken, .. } => woken.is_empty(),
            _ => false,
        }
    }
}

/// How long a thread is ready to sleep.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Limit {
    /// Until it is woken.
    None,
    /// Until this time, since the start.
    Until(Duration),
    /// Until a time so far away that it never comes.
    Never,
}

impl Run {
    /// How many switches were forced.
    pub fn switches(&self) -> usize {
        self.events.iter().filter(|event| event.switched).count()
    }

    /// Puts steps together that are one to a reader: a lock, and its unlock
    /// right after; and what the test says, one thing after another.
    pub fn fold(&mut self) {
        self.events.dedup_by(|next, before| before.absorb(next));
    }
}

impl Event {
    /// Makes one step of the two, if they are one to a reader.
    fn absorb(&mut self, next: &Event) -> bool {
        if self.thread != next.thread || next.switched {
            return false;
        }
        self.what = match (&self.what, &next.what) {
            (What::Note(first), What::Note(then)) => {
                What::Note(format!("{first}, {then}"))
            }
            (What::Lock(lock, saw), What::Unlock(unlocked, changes))
                if lock == unlocked =>
            {
                let (lock, saw) = (*lock, saw.clone());
                What::Visit { lock, saw, changes: changes.clone() }
            }
            _ => return false,
        };
        self.marks.clone_from(&next.marks);
        true
    }

    /// What it changed under a lock, and under which.
    pub fn changed(&self) -> Option<(usize, &[Change])> {
        match &self.what {
            What::Unlock(lock, changes)
            | What::Visit { lock, changes, .. }
            | What::Wait { lock, changes, .. } => Some((*lock, changes)),
            _ => None,
        }
    }
}
