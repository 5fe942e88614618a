//! What has happened in a run, step by step. A step is told where it is made,
//! in `object`: as a row of the diagram, as a sentence, and as
//! the one fact that other explanations need, so that no text is ever parsed.
//!
//! Next: `words`.

use std::sync::Arc;

use crate::value::{Change, Seen, Value};
use crate::words;
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
    pub did: Did,
    /// Where; `None` for a drop, which does not know its line.
    pub at: Option<At>,
    /// A forced switch: another thread ran before, and could have gone on.
    pub switched: bool,
    /// The state of every thread after it.
    pub marks: Vec<Mark>,
}

/// What a thread did.
#[derive(Debug, Clone, PartialEq)]
pub struct Did {
    /// The text of its row: short, and in the words of the source.
    pub row: String,
    /// A sentence, without the thread that it begins with.
    pub told: String,
    /// What else is known of it.
    pub fact: Fact,
}

/// What explanations ask of a step. Numbers are those of objects and threads
/// in the [`World`].
#[derive(Debug, Clone, PartialEq)]
pub enum Fact {
    /// Nothing.
    Plain,
    /// It is no row of the diagram: another row, of the same thread, says so.
    Silent,
    /// It was written by the test's own part: its web or log.
    Note,
    /// The thread has ended.
    Ends,
    /// It has locked this, and sees this value.
    Locks(usize, Arc<Seen>),
    /// It has slept, has this again, and sees this value.
    Relocks(usize, Arc<Seen>),
    /// It has changed this under a lock, and goes to sleep on a condition
    /// variable if one is named.
    Unlocks(usize, Vec<Change>, Option<usize>),
    /// Its time is up on this condition variable. No row.
    TimeUp(usize),
    /// It has notified this, and woken these threads.
    Notifies(usize, Vec<usize>),
    /// It has sent this message to this channel.
    Sends(usize, Arc<Seen>),
    /// It has received this message.
    Receives(Arc<Seen>),
    /// These messages are gone with the channel that they were in.
    Drops(Vec<Arc<Seen>>),
}

impl Did {
    /// What its row and its sentence say.
    pub fn new(row: String, told: String, fact: Fact) -> Self {
        Did { row, told, fact }
    }
}

impl Run {
    /// How many of its switches were forced (preemptions).
    pub fn switches(&self) -> usize {
        self.events.iter().filter(|event| event.switched).count()
    }

    /// Merges steps that a reader sees as one: a lock and the unlock right
    /// after it, and notes of the test that follow each other; leaves out what
    /// is no row.
    pub fn fold(&mut self) {
        let silent =
            |e: &Event| matches!(e.did.fact, Fact::Silent | Fact::TimeUp(_));
        self.events.retain(|event| !silent(event));
        let names = self.world.objects.iter().map(|o| o.name.clone());
        let names: Vec<_> = names.collect();
        self.events.dedup_by(|next, before| before.absorb(next, &names));
    }

    /// The last row for which this is true, from 1.
    pub fn row(&self, is: impl Fn(&Event) -> bool) -> Option<usize> {
        self.events.iter().rposition(is).map(|row| row + 1)
    }
}

impl Event {
    /// Merges the next step into this one, if a reader sees them as one.
    fn absorb(&mut self, next: &Event, names: &[String]) -> bool {
        if self.thread != next.thread || next.switched {
            return false;
        }
        match (&self.did.fact, &next.did.fact) {
            (Fact::Note, Fact::Note) => {
                let then = next.did.row.trim_start_matches("~ ");
                self.did.row = format!("{}, {then}", self.did.row);
            }
            (
                Fact::Locks(lock, saw),
                Fact::Unlocks(unlocked, changes, None),
            ) if lock == unlocked => {
                let inside = match changes.as_slice() {
                    [] => words::seen(saw.value(), ": sees "),
                    changes => format!(": {}", words::changes(changes)),
                };
                self.did.row = format!("[{}{inside}]", names[*lock]);
                self.did.fact = next.did.fact.clone();
            }
            _ => return false,
        }
        self.marks.clone_from(&next.marks);
        true
    }

    /// What it changed under a lock, and under which.
    pub fn changed(&self) -> Option<(usize, &[Change])> {
        match &self.did.fact {
            Fact::Unlocks(lock, changes, _) => Some((*lock, changes)),
            _ => None,
        }
    }

    /// The message that it sent.
    pub fn sent(&self) -> Option<&Value> {
        match &self.did.fact {
            Fact::Sends(_, message) => Some(message.value()),
            _ => None,
        }
    }
}
