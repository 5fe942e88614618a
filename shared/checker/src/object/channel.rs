//! crossbeam's channels, as the pollers use them, built so that going through
//! every interleaving is feasible.
//!
//! Under loom a channel is two counters on which threads may wait
//! (semaphores): messages, and, if it is bounded, free slots. Sends then depend
//! on sends and receives on receives, but not one on the other, and an empty
//! receive is not tried again and again: that saves five orders of magnitude
//! over a lock, a condition variable and a queue (`plain.rs` of the lesson,
//! which it is held equal to by tests). It has no `try_recv` and no `len`,
//! which would depend on both.
//!
//! Next: [`thread`](super::thread).

use std::collections::VecDeque;
use std::fmt::{self, Debug};
use std::hash::{Hash, Hasher};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::{Duration, Instant};

pub use crossbeam::channel::{RecvError, RecvTimeoutError, SendError};

use super::clock;
use super::lock::Locking;
use crate::engine::loom::{Patience, Semaphore, let_others_go, own};
use crate::event::{Did, Event, Fact, Run};
use crate::run::{self, Home};
use crate::source;
use crate::value::{NUMBERED, Seen};
use crate::words::{self, many};
use crate::world::{At, How, Now, Op, Place, Plain, State, Verb};

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
    // When its last sender was dropped, and when a slot became free last.
    hung_up: Duration,
    freed: Duration,
}

type Made = (usize, At);

/// A message in a channel.
#[derive(Debug, Clone)]
pub struct Message {
    /// What it is, if that is asked for.
    pub what: Option<Arc<Seen>>,
    // When it was sent.
    sent: Duration,
    // Without a buffer: the thread that gets it.
    to: Option<usize>,
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
    fn is_by_hand(&self) -> bool {
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
        (ends, self.hung_up, self.freed).hash(&mut hasher);
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
struct Sending;

/// The threads that wait for a message of this channel.
fn receiving(now: Now<'_>) -> impl Iterator<Item = usize> {
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

fn receive(channel: usize, timed: bool) -> Op {
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
        let joins = super::thread::joining(now.world, now.thread).next();
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

static TAKING: Plain = Plain("take what came over");
static DROPPING_A_RECEIVER: Plain = Plain("drop a receiver of");

/// Drops a sender.
#[derive(Debug)]
struct DroppingASender;

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

struct Channel<T> {
    // With turns the world says which threads can send and receive.
    loom: Option<Loom>,
    // Never locked across a switch.
    values: Mutex<VecDeque<T>>,
    id: usize,
    home: Home,
}

/// Where loom makes threads wait.
struct Loom {
    messages: Semaphore,
    slots: Option<Semaphore>,
    // Drops of senders synchronize here, and those of receivers there; only
    // the last of them must meet the other side. A clone needs neither: the
    // thread that clones has one, so it is not the last.
    sender_drops: loom::sync::Mutex<()>,
    receiver_drops: loom::sync::Mutex<()>,
    // Of the thread that waits until a deadline.
    patience: Mutex<Patience>,
}

impl Loom {
    fn new(capacity: Option<usize>) -> Self {
        Loom {
            messages: Semaphore::new(0),
            slots: capacity.map(Semaphore::new),
            sender_drops: loom::sync::Mutex::new(()),
            receiver_drops: loom::sync::Mutex::new(()),
            patience: Mutex::default(),
        }
    }

    fn message(&self) {
        run::switch(|| self.messages.up());
    }

    fn free_slot(&self) {
        if let Some(slots) = &self.slots {
            run::switch(|| slots.up());
        }
    }

    fn patience(&self) -> MutexGuard<'_, Patience> {
        self.patience.lock().expect("nothing panics under it")
    }
}

/// The sending end of a channel.
pub struct Sender<T: Debug> {
    channel: Arc<Channel<T>>,
    made: Made,
}

/// The receiving end of a channel.
pub struct Receiver<T: Debug> {
    channel: Arc<Channel<T>>,
    made: Made,
}

/// A channel with room for any number of messages.
#[track_caller]
pub fn unbounded<T: Debug>() -> (Sender<T>, Receiver<T>) {
    channel(None)
}

/// A channel with room for `capacity` messages. A capacity that a model never
/// uses up costs no more than an unbounded channel.
///
/// # Panics
/// If `capacity` is 0, under loom: only the engine with turns has that.
#[track_caller]
pub fn bounded<T: Debug>(capacity: usize) -> (Sender<T>, Receiver<T>) {
    let supported = capacity > 0 || run::has_turns();
    assert!(supported, "bounded(0) needs `Model::by_turns`: loom has no such");
    channel((capacity <= MOST_SENT).then_some(capacity))
}

/// A model fails if a channel holds more messages than this.
const MOST_SENT: usize = 100;

#[track_caller]
fn channel<T: Debug>(capacity: Option<usize>) -> (Sender<T>, Receiver<T>) {
    let made = (run::me(), Place::here());
    let (hung_up, freed, messages) = Default::default();
    let (senders, receivers) = (vec![made], vec![made]);
    let receives = None;
    let queue = Queue {
        messages,
        capacity,
        senders,
        receivers,
        receives,
        hung_up,
        freed,
    };
    let channel = Arc::new(Channel {
        loom: (!run::has_turns()).then(|| Loom::new(capacity)),
        values: Mutex::default(),
        id: run::object(made.1, "channel", queue),
        home: Home::here(),
    });
    let receiver = Receiver { channel: channel.clone(), made };
    (Sender { channel, made }, receiver)
}

impl<T: Debug> Channel<T> {
    fn values(&self) -> MutexGuard<'_, VecDeque<T>> {
        self.values.lock().expect("nothing panics under it")
    }

    fn queue<R>(&self, f: impl FnOnce(&mut Queue) -> R) -> R {
        run::update(self.id, f)
    }

    fn name(&self) -> String {
        run::name(self.id)
    }

    fn send(&self, value: T, at: At) -> Result<(), SendError<T>> {
        self.home.check();
        if run::is_over() {
            // In a destructor: no thread can receive it any more.
            return Err(SendError(value));
        }
        let to = self.room(at);
        if run::is_over() {
            return Err(SendError(value));
        }
        run::took(Op::new(&Sending, self.id));
        let what = run::look(&value);
        if self.queue(|queue| queue.receivers.is_empty()) {
            self.sends_to_nobody(what, at);
            return Err(SendError(value));
        }
        self.values().push_back(value);
        let sent = clock::read();
        let len = self.queue(|queue| {
            let what = what.clone();
            queue.messages.push(Message { what, sent, to });
            queue.messages.len()
        });
        assert!(len <= MOST_SENT, "more messages than a model may send");
        if let Some(loom) = &self.loom {
            *loom.patience() = Patience::default();
        }
        run::acted();
        run::inside::<T>(len);
        if let Some(to) = to {
            run::hands_over(to, Op::new(&TAKING, self.id));
        }
        run::record(Some(at), || {
            let (name, what) = (self.name(), run::told(what));
            let row = format!("send {name} <- {} ({len})", what.value());
            let told = format!("sends {} to {name}", what.value());
            Did::new(row, told, Fact::Sends(self.id, what))
        });
        Ok(())
    }

    fn sends_to_nobody(&self, what: Option<Arc<Seen>>, at: At) {
        if let Some(loom) = &self.loom {
            loom.free_slot();
        }
        run::acted();
        run::record(Some(at), || {
            let (name, what) = (self.name(), run::told(what));
            let what = what.value();
            let row = format!("send {name} <- {what}: no receiver");
            let told = "which has no receiver left";
            let told = format!("wants to send {what} to {name}, {told}");
            Did::new(row, told, Fact::Plain)
        });
        run::saw(&"no receiver");
    }

    /// Waits until a message may be sent; without a buffer, returns the thread
    /// that gets it.
    fn room(&self, at: At) -> Option<usize> {
        let op = Op::new(&Sending, self.id);
        let how = run::turn(op, at);
        if let Some(Loom { slots: Some(slots), .. }) = &self.loom {
            run::switch(|| slots.down());
        }
        clock::hear(self.queue(|queue| queue.freed));
        if let Some(loom) = &self.loom {
            loom.message();
            return None;
        }
        match how {
            How::To(other) => Some(other),
            _ => run::with(|run| {
                let (world, thread) = (&run.world, run::me());
                let now = Now { world, thread, op, at };
                let by_hand = now.state::<Queue>().is_by_hand();
                receiving(now).find(|other| by_hand && *other != thread)
            }),
        }
    }

    fn recv(&self, at: At) -> Result<T, RecvError> {
        self.home.check();
        let op = receive(self.id, false);
        run::turn(op, at);
        if let Some(loom) = &self.loom {
            run::switch(|| loom.messages.down());
        }
        run::took(op);
        if let Some(value) = self.pop(at) {
            return Ok(value);
        }
        // This token says that no sender is left: put it back, for the next
        // receiver to see.
        if let Some(loom) = &self.loom {
            loom.message();
        }
        self.hears_the_end(at);
        Err(RecvError)
    }

    fn recv_until(
        &self,
        deadline: Duration,
        at: At,
    ) -> Result<T, RecvTimeoutError> {
        self.home.check();
        let op = receive(self.id, true);
        run::turn(op, at);
        if let Some(loom) = &self.loom {
            self.starts_a_timer(loom);
        }
        run::took(op);
        let hung_up = self.queue(|queue| queue.senders.is_empty());
        let popped = self.pop(at);
        if let Some(loom) = &self.loom {
            // The timer's own message, and the one that was received.
            let drawn = if popped.is_some() { 2 } else { 1 };
            run::switch(|| (0..drawn).for_each(|_| loom.messages.down()));
        }
        if let Some(value) = popped {
            return Ok(value);
        }
        if hung_up {
            self.hears_the_end(at);
            return Err(RecvTimeoutError::Disconnected);
        }
        clock::hear(deadline);
        run::record(Some(at), || {
            let name = self.name();
            let row = format!("recv {name}: none, it is {deadline:?}");
            let told = "has received nothing from";
            let told = format!("{told} {name}: it is {deadline:?}");
            Did::new(row, told, Fact::Plain)
        });
        run::saw(&("the time is up", deadline));
        run::timed_out();
        Err(RecvTimeoutError::Timeout)
    }

    /// A timed receive under loom. The timer is one more sender: its message
    /// says that the time is up, and loom may put it before or after any
    /// other.
    fn starts_a_timer(&self, loom: &Loom) {
        let receivers = self.queue(|queue| queue.receivers.len());
        assert_eq!(receivers, 1, "a timed receive needs the only receiver");
        let looks = loom.patience().looks();
        if looks {
            let_others_go();
        }
        loom.message();
    }

    fn pop(&self, at: At) -> Option<T> {
        if run::is_over() {
            return None;
        }
        let me = run::me();
        let first = self.queue(|queue| {
            let by_hand = queue.is_by_hand();
            queue.receives = Some(me);
            let mut all = queue.messages.iter();
            all.position(|message| !by_hand || message.to == Some(me))
        })?;
        let value = self.values().remove(first)?;
        let message = self.queue(|queue| queue.messages.remove(first));
        clock::hear(message.sent);
        let (freed, what) = (clock::read(), run::look(&value));
        let len = self.queue(|queue| {
            queue.freed = freed;
            queue.messages.len()
        });
        run::acted();
        run::record(Some(at), || {
            let (name, what) = (self.name(), run::told(what));
            let row = format!("recv {name} -> {} ({len})", what.value());
            let told = format!("receives {} from {name}", what.value());
            Did::new(row, told, Fact::Receives(what))
        });
        if let Some(loom) = &self.loom {
            loom.free_slot();
        }
        Some(value)
    }

    fn hears_the_end(&self, at: At) {
        clock::hear(self.queue(|queue| queue.hung_up));
        run::acted();
        run::record(Some(at), || {
            let row = format!("recv {}: hung up", self.name());
            let told = format!("hears that {} has hung up", self.name());
            Did::new(row, told, Fact::Plain)
        });
        run::saw(&"hung up");
    }

    /// An end is dropped. Returns how many are left, or nothing if the run is
    /// over.
    fn drops(
        &self,
        made: Made,
        verb: &'static dyn Verb,
        turn: fn(&Loom) -> &loom::sync::Mutex<()>,
        ends: fn(&mut Queue) -> &mut Vec<Made>,
    ) -> Option<usize> {
        let op = Op::new(verb, self.id);
        if !run::is_over() {
            run::turn_on_the_stack(op, made.1);
        }
        if run::is_over() {
            return None;
        }
        let turn = self
            .loom
            .as_ref()
            .map(|loom| (loom, run::switch(|| own(turn(loom)))));
        let last = self.queue(|queue| ends(queue).len() == 1);
        // First, which puts it before or after every send and receive.
        if let Some((loom, _)) = turn.as_ref().filter(|_| last) {
            loom.message();
        }
        let left = self.queue(|queue| {
            let ends = ends(queue);
            let dropped = ends.iter().position(|end| *end == made);
            ends.remove(dropped.expect("it was made"));
            ends.len()
        });
        run::took(op);
        run::acted();
        Some(left)
    }
}

impl<T: Debug> Sender<T> {
    /// Moves the message into the channel, waiting while it is full.
    ///
    /// # Errors
    /// If no receiver is left. The error holds the message.
    #[track_caller]
    pub fn send(&self, message: T) -> Result<(), SendError<T>> {
        self.channel.send(message, Place::here())
    }
}

impl<T: Debug> Receiver<T> {
    /// Waits for a message.
    ///
    /// # Errors
    /// If there is none and no sender is left.
    #[track_caller]
    pub fn recv(&self) -> Result<T, RecvError> {
        self.channel.recv(Place::here())
    }

    /// Waits for a message until a deadline.
    ///
    /// # Errors
    /// If none came in time, or there is none and no sender is left.
    #[track_caller]
    pub fn recv_deadline(
        &self,
        deadline: Instant,
    ) -> Result<T, RecvTimeoutError> {
        let at = Place::here();
        match clock::comes(deadline) {
            Some(deadline) => self.channel.recv_until(deadline, at),
            None => Ok(self.channel.recv(at)?),
        }
    }

    /// Messages, until no sender is left.
    pub fn iter(&self) -> Iter<'_, T> {
        Iter(self)
    }
}

/// Messages, until no sender is left.
pub struct Iter<'a, T: Debug>(&'a Receiver<T>);

impl<T: Debug> Iterator for Iter<'_, T> {
    type Item = T;

    #[track_caller]
    fn next(&mut self) -> Option<T> {
        self.0.recv().ok()
    }
}

impl<'a, T: Debug> IntoIterator for &'a Receiver<T> {
    type Item = T;
    type IntoIter = Iter<'a, T>;

    fn into_iter(self) -> Iter<'a, T> {
        self.iter()
    }
}

impl<T: Debug> Clone for Sender<T> {
    #[track_caller]
    fn clone(&self) -> Self {
        let made = (run::me(), Place::here());
        self.channel.queue(|queue| queue.senders.push(made));
        Sender { channel: self.channel.clone(), made }
    }
}

impl<T: Debug> Clone for Receiver<T> {
    #[track_caller]
    fn clone(&self) -> Self {
        let made = (run::me(), Place::here());
        self.channel.queue(|queue| queue.receivers.push(made));
        Receiver { channel: self.channel.clone(), made }
    }
}

impl<T: Debug> Debug for Sender<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        end(f, "Sender", self.channel.id)
    }
}

impl<T: Debug> Debug for Receiver<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        end(f, "Receiver", self.channel.id)
    }
}

/// An end is not shown with its number, which the program does not know; but
/// states in which another channel's end is in its place are not the same.
fn end(f: &mut fmt::Formatter<'_>, name: &str, channel: usize) -> fmt::Result {
    f.write_str(name)?;
    if run::is_keyed() { write!(f, "{NUMBERED}{channel}") } else { Ok(()) }
}

impl<T: Debug> Drop for Sender<T> {
    fn drop(&mut self) {
        let channel = &self.channel;
        let left = channel.drops(
            self.made,
            &DroppingASender,
            |loom| &loom.sender_drops,
            |queue| &mut queue.senders,
        );
        let Some(left) = left else { return };
        if left == 0 {
            let time = clock::read();
            channel.queue(|queue| queue.hung_up = time);
        }
        run::record(None, || {
            let name = channel.name();
            let row = format!("drop a sender of {name} ({left} left)");
            let told = many(left, "sender");
            let told = format!("drops a sender of {name}: {told} left");
            let last = format!("drops the last sender of {name}");
            let (row, told) = match left {
                0 => (format!("hang up {name}"), last + ": it has hung up"),
                _ => (row, told),
            };
            Did::new(row, told, Fact::Plain)
        });
    }
}

impl<T: Debug> Drop for Receiver<T> {
    fn drop(&mut self) {
        let channel = &self.channel;
        let left = channel.drops(
            self.made,
            &DROPPING_A_RECEIVER,
            |loom| &loom.receiver_drops,
            |queue| &mut queue.receivers,
        );
        let Some(left) = left else { return };
        let mut unread = VecDeque::new();
        if left == 0 {
            unread = std::mem::take(&mut *channel.values());
            channel.queue(|queue| queue.messages.clear());
            if let Some(loom) = &channel.loom {
                loom.free_slot();
            }
        }
        let all: Vec<_> = unread.iter().filter_map(run::look).collect();
        run::record(None, || {
            let name = channel.name();
            let with = all.iter().map(|what| what.value().to_string());
            let with = with.collect::<Vec<_>>().join(", ");
            let with = match with.as_str() {
                "" => String::new(),
                with => format!(", with [{with}] in it"),
            };
            let row = format!("drop a receiver of {name} ({left} left){with}");
            let told = many(left, "receiver");
            let told = format!("drops a receiver of {name}: {told} left");
            Did::new(row, told, Fact::Drops(all))
        });
        // Messages that no receiver can take are dropped now, as in crossbeam.
        drop(unread);
    }
}
