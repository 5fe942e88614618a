//! What is known of a channel: its state, what a thread can do with it, when
//! that waits, and the words for all of it.
//!
//! Next: [`thread`](super::super::thread).

use std::collections::VecDeque;
use std::hash::{Hash, Hasher};
use std::sync::Arc;
use std::time::Duration;

use super::super::lock::Locking;
use super::super::thread;
use crate::event::{Event, Fact, Run};
use crate::source;
use crate::value::{NUMBERED, Seen};
use crate::words::{self, many};
use crate::world::{At, How, Now, Op, Plain, State, Verb};

/// What is known of a channel.
#[derive(Debug, Clone)]
pub struct Queue {
    /// The messages in it, the oldest first.
    pub messages: Vec<Message>,
    /// How many messages it has room for; `None` is any number.
    pub capacity: Option<usize>,
    /// The senders that are alive: the thread that made each, and where.
    pub senders: Vec<Made>,
    /// The receivers that are alive.
    pub receivers: Vec<Made>,
    /// The thread that was the last to receive, or to try. It only explains.
    pub receives: Option<usize>,
    // When its last sender was dropped, or its last receiver.
    pub(super) hung_up: Duration,
    // Of a channel with a limit: when each slot became free that is free now,
    // in the order in which they are used.
    pub(super) freed: VecDeque<Duration>,
}

/// An end: the thread that made it, and where.
pub(super) type Made = (usize, At);

/// A message in a channel.
#[derive(Debug, Clone)]
pub struct Message {
    /// What it is, if that is asked for.
    pub what: Option<Arc<Seen>>,
    // When it was sent.
    pub(super) sent: Duration,
    // Without a buffer: the thread that gets it.
    pub(super) to: Option<usize>,
}

impl Message {
    fn has_a_sender_of(&self, channel: usize) -> bool {
        let text = self.what.as_ref().map_or("", |what| what.text());
        let sender = format!("Sender{NUMBERED}{channel}");
        let mut after = text.split(&sender).skip(1);
        after.any(|rest| !rest.starts_with(|c: char| c.is_ascii_digit()))
    }
}

impl Queue {
    /// An empty one, with these two ends.
    pub(super) fn new(capacity: Option<usize>, made: Made) -> Self {
        Queue {
            messages: Vec::new(),
            capacity,
            senders: vec![made],
            receivers: vec![made],
            receives: None,
            hung_up: Duration::ZERO,
            freed: vec![Duration::ZERO; capacity.unwrap_or(0)].into(),
        }
    }

    pub(super) fn is_by_hand(&self) -> bool {
        self.capacity == Some(0)
    }
}

impl State for Queue {
    fn key(&self, mut hasher: &mut dyn Hasher) {
        for Message { what, sent, to } in &self.messages {
            let text = what.as_ref().map(|what| what.text());
            (text, sent, to).hash(&mut hasher);
        }
        let ends = (self.senders.len(), self.receivers.len());
        (ends, self.hung_up, &self.freed).hash(&mut hasher);
    }

    fn at_the_end(&self, id: usize, run: &Run) -> Option<String> {
        let message = |message: &Message| {
            let what = message.what.as_ref()?.value();
            let sent = |event: &Event| match &event.did.fact {
                Fact::Sends(to, it) => *to == id && it.value() == what,
                _ => false,
            };
            let row = words::in_row(run.row(sent));
            Some(format!("{}{row}", words::short(what)))
        };
        let all: Vec<_> = self.messages.iter().filter_map(message).collect();
        let all = if all.is_empty() { "empty".into() } else { all.join(", ") };
        let senders = many(self.senders.len(), "sender");
        let receivers = many(self.receivers.len(), "receiver");
        Some(format!("{all}; {senders}, {receivers}"))
    }
}

/// Sends to it.
#[derive(Debug)]
pub(super) struct Sending;

/// The threads that wait for a message of this channel.
pub(super) fn receiving(now: Now<'_>) -> impl Iterator<Item = usize> {
    let [until, forever] = [true, false].map(|timed| receive(now.op.on, timed));
    let all = 0..now.world.threads.len();
    all.filter(move |thread| {
        let op = now.world.now(*thread).map(|now| now.op);
        op == Some(until) || op == Some(forever)
    })
}

impl Verb for Sending {
    fn name(&self) -> &'static str {
        "send"
    }

    fn next(&self, now: Now<'_>) -> String {
        format!("send to {}", now.name())
    }

    fn waits(&self, now: Now<'_>) -> bool {
        let queue = now.state::<Queue>();
        // Without a buffer a message goes from hand to hand.
        let full = match queue.capacity {
            Some(0) => receiving(now).next().is_none(),
            Some(room) => queue.messages.len() >= room,
            None => false,
        };
        full && !queue.receivers.is_empty()
    }

    fn ways(&self, now: Now<'_>, _: bool) -> Vec<How> {
        let by_hand = now.state::<Queue>().is_by_hand();
        let to: Vec<_> = receiving(now).filter(|_| by_hand).collect();
        // There is a choice only if it can reach several threads.
        if to.len() < 2 {
            return vec![How::Plainly];
        }
        to.into_iter().map(How::To).collect()
    }

    fn wants(&self, now: Now<'_>) -> String {
        format!("{} is full", now.name())
    }

    fn why_not(&self, now: Now<'_>) -> String {
        let by_hand = now.state::<Queue>().is_by_hand();
        let why = if by_hand { "no thread is receiving" } else { "full" };
        format!("waits for {}: {why}", now.name())
    }

    fn stuck(&self, now: Now<'_>, _: &Run) -> Option<String> {
        let queue = now.state::<Queue>();
        let full = match queue.messages.len() {
            _ if queue.is_by_hand() => "has no buffer".into(),
            len => format!("is full ({len})"),
        };
        let (me, name, by) = (now.me(), now.name(), receiver(now));
        Some(format!("{me} waits to send to {name}, which {full}: {by}"))
    }

    fn holder(&self, now: Now<'_>) -> Option<usize> {
        now.state::<Queue>().receives.filter(|by| *by != now.thread)
    }
}

/// Why no thread receives from it: the thread that did so last is stuck, too.
fn receiver(now: Now<'_>) -> String {
    let Some(by) = Sending.holder(now) else {
        return "no thread receives".into();
    };
    let does = match now.world.blocked(by) {
        Some(other) => other.op.verb.why_not(other),
        None => "has ended, though a receiver is alive".into(),
    };
    let by = &now.world.threads[by].name;
    format!("{by}, the last to ask for a message, {does}")
}

/// Receives from it, until its time is up or forever.
#[derive(Debug)]
struct Receiving {
    timed: bool,
}

pub(super) fn receive(channel: usize, timed: bool) -> Op {
    if timed {
        Op::new(&Receiving { timed: true }, channel)
    } else {
        Op::new(&Receiving { timed: false }, channel)
    }
}

impl Verb for Receiving {
    fn name(&self) -> &'static str {
        if self.timed { "recv_deadline" } else { "recv" }
    }

    fn is_timed(&self) -> bool {
        self.timed
    }

    fn next(&self, now: Now<'_>) -> String {
        let (queue, name) = (now.state::<Queue>(), now.name());
        if !queue.messages.is_empty() {
            format!("receive from {name}")
        } else if queue.senders.is_empty() {
            format!("hear that {name} has hung up")
        } else if self.timed {
            format!("its time is up: {name} is empty")
        } else {
            format!("receive from {name}")
        }
    }

    fn waits(&self, now: Now<'_>) -> bool {
        let queue = now.state::<Queue>();
        // Without a buffer, each message inside belongs to the thread that it
        // was handed to, which is about to take it.
        let empty = queue.messages.is_empty() || queue.is_by_hand();
        !self.timed && empty && !queue.senders.is_empty()
    }

    fn wants(&self, now: Now<'_>) -> String {
        format!("{} is empty", now.name())
    }

    fn why_not(&self, now: Now<'_>) -> String {
        let (queue, name) = (now.state::<Queue>(), now.name());
        if queue.is_by_hand() {
            return format!("waits for {name}: no thread is sending");
        }
        let senders = many(queue.senders.len(), "sender");
        format!("waits for {name}: empty, with {senders}")
    }

    fn stuck(&self, now: Now<'_>, run: &Run) -> Option<String> {
        let (me, name, kept) = (now.me(), now.name(), kept(now));
        let has = unsent(run, now.thread).filter(|_| kept.is_none());
        let has = holding(now) + &has.unwrap_or_default();
        let text = format!("{me} waits for {name}, which is empty{has}");
        // The hang-up matters if another thread waits for this one's end.
        let joins = thread::joining(now.world, now.thread).next();
        if kept.is_none() && joins.is_none() {
            return Some(text);
        }
        let senders = now.state::<Queue>().senders.iter();
        let made = senders.map(|(by, at)| {
            let line = source::line(at).unwrap_or_default();
            let by = &now.world.threads[*by].name;
            let (at, line) = (source::short(at), words::cut(&line, 48));
            format!("\n      made by {by} at {at}: {line}")
        });
        let made: String = made.collect();
        let until = match kept {
            Some(kept) => format!("it will not hang up, for {kept}"),
            None => "it will not hang up while a sender is alive".into(),
        };
        Some(format!("{text}; {until}:{made}"))
    }
}

/// The locks that it holds meanwhile, if another thread wants them.
fn holding(now: Now<'_>) -> String {
    let all = now.world.objects.iter().enumerate();
    let all = all.filter_map(|(id, lock)| {
        let holders = lock.state.holders();
        holders.iter().find(|(by, _)| *by == now.thread)?;
        let other = now.world.doing(Op::new(&Locking, id)).next()?;
        let (lock, other) = (&lock.name, &now.world.threads[other].name);
        Some(format!(", and holds {lock}, which {other} wants"))
    });
    all.collect()
}

/// Where a sender is that keeps a channel open for the thread that waits for
/// it, if that is certain: in a message that no thread receives, or with the
/// thread itself.
fn kept(now: Now<'_>) -> Option<String> {
    let queues = now.world.objects.iter();
    let queues = queues.filter_map(|o| Some((&o.name, o.state::<Queue>()?)));
    let inside = queues.flat_map(|(name, queue)| {
        let messages = queue.messages.iter().enumerate();
        let with = messages.filter(|(_, m)| m.has_a_sender_of(now.op.on));
        with.map(move |(n, _)| format!("message {} of {name}", n + 1))
    });
    let inside: Vec<_> = inside.collect();
    if !inside.is_empty() {
        return Some(format!("a sender of it is in {}", inside.join(", ")));
    }
    let mut others = now.world.threads.iter().enumerate();
    let alone = others.all(|(n, thread)| n == now.thread || thread.ended);
    alone.then(|| format!("{} still has a sender itself", now.me()))
}

/// The last message that a thread received and did not send on, in any form.
fn unsent(run: &Run, thread: usize) -> Option<String> {
    let rows = run.events.iter().enumerate();
    let mine = rows.filter(|(_, event)| event.thread == thread);
    // A thread that sends nothing keeps all that it receives.
    mine.clone().find(|(_, event)| event.sent().is_some())?;
    let received = |(row, event): (usize, &Event)| match &event.did.fact {
        Fact::Receives(message) => Some((row, message.clone())),
        _ => None,
    };
    let (row, message) = mine.clone().rev().find_map(received)?;
    let message = message.value();
    // A message that it sent to itself need go no further.
    let to_itself = mine.clone().any(|(_, e)| e.sent() == Some(message));
    let on = mine.skip_while(|(r, _)| *r <= row).any(|(_, event)| {
        event.sent().is_some_and(|sent| sent.contains(message))
    });
    let row = row + 1;
    let text = format!("; {message}, received in row {row}, went no further");
    (!to_itself && !on).then_some(text)
}

pub(super) static TAKING: Plain = Plain("take what came over");
pub(super) static DROPPING_A_RECEIVER: Plain = Plain("drop a receiver of");

/// Drops a sender.
#[derive(Debug)]
pub(super) struct DroppingASender;

impl Verb for DroppingASender {
    fn name(&self) -> &'static str {
        "drop a sender of"
    }

    fn next(&self, now: Now<'_>) -> String {
        let last = now.state::<Queue>().senders.len() == 1;
        let what = if last { "hang up" } else { self.name() };
        format!("{what} {}", now.name())
    }
}
