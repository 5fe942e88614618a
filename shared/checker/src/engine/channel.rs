//! crossbeam's channels, as the pollers use them, built so that going through
//! every interleaving is feasible.
//!
//! A channel is two counters on which threads may wait (semaphores): messages,
//! and, if it is bounded, free slots. Sends then depend on sends and receives
//! on receives, but not one on the other, and an empty receive is not tried
//! again and again: that saves five orders of magnitude over a lock, a
//! condition variable and a queue ([`plain`](crate::plain), which it is proven
//! to agree with). It has no `try_recv` and no `len`, which would depend on
//! both, and no channel without a buffer.
//!
//! Next: [`thread`](super::thread).
#![allow(unsafe_code)]

use std::collections::VecDeque;
use std::fmt::Debug;
use std::mem::ManuallyDrop;
use std::panic::Location;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::{Duration, Instant};

pub use crossbeam::channel::{RecvError, RecvTimeoutError, SendError};

use super::run::{self, switching};
use super::{check, time};
use crate::event::What;
use crate::value::Value;
use crate::world::{At, Kind, Op};

/// A counter: `down` waits while it is 0.
struct Semaphore {
    up: loom::sync::mpsc::Sender<()>,
    // loom's receiver empties itself when dropped, and asks loom for leave:
    // not while a failed model is unwound.
    down: ManuallyDrop<loom::sync::mpsc::Receiver<()>>,
}

// SAFETY: loom runs all threads of a model on one thread of the system. On
// another one, where no model runs, each of loom's calls panics before it
// touches anything; and its messages are `()`, so none can be torn.
unsafe impl Sync for Semaphore {}
// SAFETY: the same.
unsafe impl Send for Semaphore {}

impl Semaphore {
    fn new(count: usize) -> Self {
        let (up, down) = loom::sync::mpsc::channel();
        let semaphore = Semaphore { up, down: ManuallyDrop::new(down) };
        (0..count).for_each(|_| semaphore.up());
        semaphore
    }

    // After it there is no switch: what follows at once is one step with it.
    fn up(&self) {
        self.up.send(()).expect("both ends are here");
    }

    fn down(&self) {
        self.down.recv().expect("both ends are here");
    }
}

impl Drop for Semaphore {
    fn drop(&mut self) {
        if !check::has_failed() {
            // SAFETY: it is dropped here, and nowhere else.
            unsafe { ManuallyDrop::drop(&mut self.down) }
        }
    }
}

struct Channel<T> {
    messages: Semaphore,
    slots: Option<Semaphore>,
    // Never locked across a switch.
    state: Mutex<State<T>>,
    // Drops of senders meet here, and those of receivers there; only the
    // last of them must meet the other side. A clone needs neither: who
    // clones has one, so none is the last.
    sender_drops: loom::sync::Mutex<()>,
    receiver_drops: loom::sync::Mutex<()>,
    id: usize,
}

struct State<T> {
    // Each with the time of its sender.
    queue: VecDeque<(T, Duration)>,
    senders: usize,
    receivers: usize,
    // When the last sender was dropped.
    no_senders: Option<Duration>,
    no_receivers: bool,
    // When a slot became free last.
    freed: Duration,
}

/// Gives messages to a channel.
pub struct Sender<T: Debug> {
    channel: Arc<Channel<T>>,
    made: (usize, At),
}

/// Takes messages from a channel.
pub struct Receiver<T: Debug> {
    channel: Arc<Channel<T>>,
    made: (usize, At),
}

/// A channel with room for any number of messages.
#[track_caller]
pub fn unbounded<T: Debug>() -> (Sender<T>, Receiver<T>) {
    channel(None)
}

/// A channel with room for so many messages. More than a model ever sends
/// costs no more than room for any number.
///
/// # Panics
/// If there is no room: that is not modelled.
#[track_caller]
pub fn bounded<T: Debug>(capacity: usize) -> (Sender<T>, Receiver<T>) {
    assert!(capacity > 0, "a channel without a buffer is not modelled");
    channel((capacity <= MOST_SENT).then_some(capacity))
}

/// So many messages lie in a channel of a model at most, or it fails.
const MOST_SENT: usize = 100;

#[track_caller]
fn channel<T: Debug>(capacity: Option<usize>) -> (Sender<T>, Receiver<T>) {
    let made = (run::me(), Location::caller());
    let kind = Kind::Channel {
        queue: Vec::new(),
        capacity,
        senders: vec![made],
        receivers: vec![made],
    };
    let state = State {
        queue: VecDeque::new(),
        senders: 1,
        receivers: 1,
        no_senders: None,
        no_receivers: false,
        freed: Duration::ZERO,
    };
    let channel = Arc::new(Channel {
        messages: Semaphore::new(0),
        slots: capacity.map(Semaphore::new),
        state: Mutex::new(state),
        sender_drops: loom::sync::Mutex::new(()),
        receiver_drops: loom::sync::Mutex::new(()),
        id: run::object(made.1, "channel", kind),
    });
    let receiver = Receiver { channel: channel.clone(), made };
    (Sender { channel, made }, receiver)
}

impl<T: Debug> Channel<T> {
    fn state(&self) -> MutexGuard<'_, State<T>> {
        self.state.lock().expect("nothing panics under it")
    }

    /// Changes what the world knows of the messages in it.
    fn queue(&self, f: impl FnOnce(&mut Vec<Value>)) {
        run::update(self.id, |kind| {
            if let Kind::Channel { queue, .. } = kind {
                f(queue);
            }
        });
    }

    fn send(&self, value: T, at: At) -> Result<(), SendError<T>> {
        if check::has_failed() {
            // In a destructor: no thread can receive it any more.
            return Err(SendError(value));
        }
        if let Some(slots) = &self.slots {
            switching(Op::Send(self.id), at, || slots.down());
            let freed = self.state().freed;
            run::hear(freed);
        }
        switching(Op::Go, at, || self.messages.up());
        let mut state = self.state();
        if state.no_receivers {
            drop(state);
            if let Some(slots) = &self.slots {
                switching(Op::Go, at, || slots.up());
            }
            let shown = run::value(&value).unwrap_or(NOT_SEEN);
            run::record(Some(at), || What::SendToNobody(self.id, shown));
            return Err(SendError(value));
        }
        let shown = run::value(&value).unwrap_or(NOT_SEEN);
        state.queue.push_back((value, run::time()));
        let len = state.queue.len();
        assert!(len <= MOST_SENT, "more messages than a model may send");
        drop(state);
        self.queue(|queue| queue.push(shown.clone()));
        run::record(Some(at), || What::Send(self.id, shown, len));
        Ok(())
    }

    fn recv(&self, at: At) -> Result<T, RecvError> {
        switching(Op::Receive(self.id), at, || self.messages.down());
        match self.pop(at) {
            Some(value) => Ok(value),
            // What was drawn says that no sender is left: put it back, for
            // the next to see.
            None => {
                switching(Op::Go, at, || self.messages.up());
                self.hung_up(at);
                Err(RecvError)
            }
        }
    }

    /// A timed receive: the timer is one more sender, whose message is that
    /// time is up, and loom may put it before or after any other.
    fn recv_until(
        &self,
        deadline: Duration,
        at: At,
    ) -> Result<T, RecvTimeoutError> {
        let receivers = self.state().receivers;
        assert_eq!(receivers, 1, "a timed receive has no rivals");
        switching(Op::Go, at, || self.messages.up());
        let closed = self.state().no_senders.is_some();
        let popped = self.pop(at);
        // The timer's own message, and the one that was received.
        let drawn = if popped.is_some() { 2 } else { 1 };
        switching(Op::Go, at, || {
            (0..drawn).for_each(|_| self.messages.down());
        });
        match popped {
            Some(value) => Ok(value),
            None if closed => {
                self.hung_up(at);
                Err(RecvTimeoutError::Disconnected)
            }
            None => {
                run::hear(deadline);
                run::record(Some(at), || {
                    What::ReceiveInVain(self.id, deadline)
                });
                Err(RecvTimeoutError::Timeout)
            }
        }
    }

    fn pop(&self, at: At) -> Option<T> {
        let mut state = self.state();
        let (value, sent) = state.queue.pop_front()?;
        let len = state.queue.len();
        run::hear(sent);
        state.freed = run::time();
        drop(state);
        self.queue(|queue| drop(queue.remove(0)));
        let shown = run::value(&value).unwrap_or(NOT_SEEN);
        run::record(Some(at), || What::Receive(self.id, shown, len));
        if let Some(slots) = &self.slots {
            switching(Op::Go, at, || slots.up());
        }
        Some(value)
    }

    fn hung_up(&self, at: At) {
        let when = self.state().no_senders.unwrap_or_default();
        run::hear(when);
        run::record(Some(at), || What::HearHangUp(self.id));
    }
}

impl<T: Debug> Sender<T> {
    /// Moves the message into the channel, waiting while it is full.
    ///
    /// # Errors
    /// If no receiver is left; then the message comes back.
    #[track_caller]
    pub fn send(&self, message: T) -> Result<(), SendError<T>> {
        self.channel.send(message, Location::caller())
    }
}

impl<T: Debug> Receiver<T> {
    /// Waits for a message.
    ///
    /// # Errors
    /// If there is none and no sender is left.
    #[track_caller]
    pub fn recv(&self) -> Result<T, RecvError> {
        self.channel.recv(Location::caller())
    }

    /// Waits for a message, but not for ever.
    ///
    /// # Errors
    /// If none came in time, or there is none and no sender is left.
    #[track_caller]
    pub fn recv_deadline(
        &self,
        deadline: Instant,
    ) -> Result<T, RecvTimeoutError> {
        let at = Location::caller();
        match time::comes(deadline) {
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
        let made = (run::me(), Location::caller());
        self.channel.state().senders += 1;
        run::update(self.channel.id, |kind| {
            if let Kind::Channel { senders, .. } = kind {
                senders.push(made);
            }
        });
        Sender { channel: self.channel.clone(), made }
    }
}

impl<T: Debug> Clone for Receiver<T> {
    #[track_caller]
    fn clone(&self) -> Self {
        let made = (run::me(), Location::caller());
        self.channel.state().receivers += 1;
        run::update(self.channel.id, |kind| {
            if let Kind::Channel { receivers, .. } = kind {
                receivers.push(made);
            }
        });
        Receiver { channel: self.channel.clone(), made }
    }
}

impl<T: Debug> Debug for Sender<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Sender")
    }
}

impl<T: Debug> Debug for Receiver<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Receiver")
    }
}

/// In a run that is not recorded.
const NOT_SEEN: Value = Value::Atom(String::new());

const OURS: &str = "a panic fails a model";

impl<T: Debug> Drop for Sender<T> {
    fn drop(&mut self) {
        if check::has_failed() {
            return;
        }
        let (channel, at) = (&self.channel, self.made.1);
        let turn =
            switching(Op::Go, at, || channel.sender_drops.lock().expect(OURS));
        let left = {
            let mut state = channel.state();
            state.senders -= 1;
            state.senders
        };
        if left == 0 {
            switching(Op::Go, at, || channel.messages.up());
            channel.state().no_senders = Some(run::time());
        }
        drop(turn);
        run::update(channel.id, |kind| {
            if let Kind::Channel { senders, .. } = kind {
                let dropped = senders.iter().position(|s| *s == self.made);
                senders.remove(dropped.expect("it was made"));
            }
        });
        run::record(None, || What::DropSender(channel.id, left));
    }
}

impl<T: Debug> Drop for Receiver<T> {
    fn drop(&mut self) {
        if check::has_failed() {
            return;
        }
        let (channel, at) = (&self.channel, self.made.1);
        let turn = switching(Op::Go, at, || {
            channel.receiver_drops.lock().expect(OURS)
        });
        let left = {
            let mut state = channel.state();
            state.receivers -= 1;
            state.receivers
        };
        let mut unread = VecDeque::new();
        if left == 0 {
            // First, which puts it before or after every send.
            switching(Op::Go, at, || channel.messages.up());
            let mut state = channel.state();
            state.no_receivers = true;
            unread = std::mem::take(&mut state.queue);
            drop(state);
            if let Some(slots) = &channel.slots {
                switching(Op::Go, at, || slots.up());
            }
        }
        drop(turn);
        run::update(channel.id, |kind| {
            if let Kind::Channel { receivers, queue, .. } = kind {
                let dropped = receivers.iter().position(|r| *r == self.made);
                receivers.remove(dropped.expect("it was made"));
                if left == 0 {
                    queue.clear();
                }
            }
        });
        let shown = unread.iter().filter_map(|(value, _)| run::value(value));
        let shown = shown.collect();
        run::record(None, || What::DropReceiver(channel.id, left, shown));
        // What nobody will receive is dropped here and now, as crossbeam does.
        drop(unread);
    }
}
