//! What has happened in a run, step by step, as data: code that draws or
//! explains it need not parse any text.
//!
//! Next: [`lanes`](crate::lanes).

use std::time::Duration;

use crate::value::{Change, Value};
use crate::world::{At, Mark, World};

/// A run: its steps, and the state in which it ended.
#[derive(Debug, Default, Clone)]
pub struct Run {
    /// Threads and objects at the end.
    pub world: World,
    /// What was done, in order.
    pub events: Vec<Event>,
}

/// One step, which is one row of the diagram.
#[derive(Debug, Clone)]
pub struct Event {
    /// Which thread.
    pub thread: usize,
    /// What it did.
    pub what: What,
    /// Where; `None` for a drop, which does not know its line.
    pub at: Option<At>,
    /// A forced switch: another thread ran before, and could have gone on.
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
        /// How long it may sleep.
        limit: Limit,
    },
    /// Has the lock again.
    Awake {
        /// The lock.
        lock: usize,
        /// If its deadline has passed: that time, since the start.
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
        /// The threads that it woke.
        woken: Vec<usize>,
    },
    /// Sent a message; the number of messages in the channel then.
    Send(usize, Value, usize),
    /// Could not send this message: no receiver is left.
    SendToNobody(usize, Value),
    /// Received a message; the number of messages left.
    Receive(usize, Value, usize),
    /// Received nothing until this deadline, as time since the start.
    ReceiveInVain(usize, Duration),
    /// Heard that no sender is left.
    HearHangUp(usize),
    /// Dropped a sender; the number of senders left.
    DropSender(usize, usize),
    /// Dropped a receiver; the number of receivers left, and the messages that
    /// were dropped with the last one.
    DropReceiver(usize, usize, Vec<Value>),
    /// A row that the test's own part (its web or log) has written.
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

/// How long a thread may sleep.
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
    /// How many of its switches were forced (preemptions).
    pub fn switches(&self) -> usize {
        self.events.iter().filter(|event| event.switched).count()
    }

    /// Merges steps that a reader sees as one: a lock and the unlock right
    /// after it; and notes of the test that follow each other.
    pub fn fold(&mut self) {
        self.events.dedup_by(|next, before| before.absorb(next));
    }
}

impl Event {
    /// Merges the next step into this one, if a reader sees them as one.
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
