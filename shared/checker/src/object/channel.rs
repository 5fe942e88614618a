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
//! Next: `queue`, what is known of one.

mod queue;

use std::collections::VecDeque;
use std::fmt::{self, Debug};
use std::sync::{Arc, Mutex, MutexGuard};
use std::thread::panicking;
use std::time::{Duration, Instant};

pub use crossbeam::channel::{RecvError, RecvTimeoutError, SendError};

use super::clock;
use crate::engine::loom::{Patience, Semaphore, let_others_go, own};
use crate::event::{Did, Fact};
use crate::run::{self, Home, NO_PANIC};
use crate::value::{NUMBERED, Seen};
use crate::words::many;
use crate::world::{At, How, Now, Op, Place, Verb};
use queue::{
    DROPPING_A_RECEIVER, DroppingASender, Made, Sending, TAKING, receive,
    receiving,
};

pub use queue::{Message, Queue};

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
    // How many receives are under way, and whether one is timed.
    receiving: Mutex<(usize, bool)>,
}

const ALONE: &str = "a timed receive needs the only receiver under loom: give \
    this model `Model::by_turns`";

impl Loom {
    fn new(capacity: Option<usize>) -> Self {
        Loom {
            messages: Semaphore::new(0),
            slots: capacity.map(Semaphore::new),
            sender_drops: loom::sync::Mutex::new(()),
            receiver_drops: loom::sync::Mutex::new(()),
            patience: Mutex::default(),
            receiving: Mutex::default(),
        }
    }

    /// A receive begins. The message of a timer is for the thread that set it:
    /// none may take it that shares the receiver.
    fn begins(&self, timed: bool) {
        let mut all = self.receiving.lock().expect(NO_PANIC);
        *all = (all.0 + 1, all.1 | timed);
        let alone = all.0 == 1 || !all.1;
        drop(all);
        assert!(alone, "{ALONE}");
    }

    fn ends(&self, timed: bool) {
        let mut all = self.receiving.lock().expect(NO_PANIC);
        *all = (all.0 - 1, all.1 & !timed);
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
        self.patience.lock().expect(NO_PANIC)
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
    let channel = Arc::new(Channel {
        loom: (!run::has_turns()).then(|| Loom::new(capacity)),
        values: Mutex::default(),
        id: run::object(made.1, "channel", Queue::new(capacity, made)),
        home: Home::here(),
    });
    let receiver = Receiver { channel: channel.clone(), made };
    (Sender { channel, made }, receiver)
}

impl<T: Debug> Channel<T> {
    fn values(&self) -> MutexGuard<'_, VecDeque<T>> {
        self.values.lock().expect(NO_PANIC)
    }

    fn queue<R>(&self, f: impl FnOnce(&mut Queue) -> R) -> R {
        run::update(self.id, f)
    }

    fn name(&self) -> String {
        run::name(self.id)
    }

    fn send(&self, value: T, at: At) -> Result<(), SendError<T>> {
        self.home.check();
        // In a destructor of a run that is over no thread can receive it any
        // more. That is no error of the program, which may insist on none.
        if run::is_over() {
            if !panicking() {
                run::go_on_failing();
            }
            return Ok(());
        }
        let to = self.room(at);
        if run::is_over() {
            return Ok(());
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
        clock::hear(self.queue(|queue| queue.hung_up));
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
        let freed = self.queue(|queue| queue.freed.pop_front());
        clock::hear(freed.unwrap_or_default());
        if let Some(loom) = &self.loom {
            loom.message();
            return None;
        }
        let to = match how {
            How::To(other) => Some(other),
            _ => run::with(|run| {
                let (world, thread) = (&run.world, run::me());
                let now = Now { world, thread, op, at };
                let by_hand = now.state::<Queue>().is_by_hand();
                receiving(now).find(|other| by_hand && *other != thread)
            }),
        };
        // It has waited until that one was there.
        to.into_iter().for_each(run::meets);
        to
    }

    fn recv(&self, at: At) -> Result<T, RecvError> {
        self.home.check();
        let op = receive(self.id, false);
        run::turn(op, at);
        if let Some(loom) = &self.loom {
            loom.begins(false);
            run::switch(|| loom.messages.down());
            loom.ends(false);
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
            loom.ends(true);
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
        assert_eq!(receivers, 1, "{ALONE}");
        loom.begins(true);
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
        let by_hand = self.queue(|queue| queue.is_by_hand());
        let first = self.queue(|queue| {
            queue.receives = Some(me);
            let mut all = queue.messages.iter();
            all.position(|message| !by_hand || message.to == Some(me))
        })?;
        let value = self.values().remove(first)?;
        let message = self.queue(|queue| queue.messages.remove(first));
        clock::hear(message.sent);
        let (freed, what) = (clock::read(), run::look(&value));
        let len = self.queue(|queue| {
            if queue.capacity.is_some() && !by_hand {
                queue.freed.push_back(freed);
            }
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
        run::check_not_gone();
        if !run::is_over() {
            self.home.check();
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
        self.channel.home.check();
        let made = (run::me(), Place::here());
        self.channel.queue(|queue| queue.senders.push(made));
        Sender { channel: self.channel.clone(), made }
    }
}

impl<T: Debug> Clone for Receiver<T> {
    #[track_caller]
    fn clone(&self) -> Self {
        self.channel.home.check();
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
            let time = clock::read();
            unread = std::mem::take(&mut *channel.values());
            channel.queue(|queue| {
                queue.messages.clear();
                queue.hung_up = time;
            });
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
