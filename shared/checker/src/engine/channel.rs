//! crossbeam's channels, as the pollers use them, built so that going through
//! every interleaving is feasible.
//!
//! A channel is two counters on which threads may wait (semaphores): messages,
//! and, if it is bounded, free slots. Sends then depend on sends and receives
//! on receives, but not one on the other, and an empty receive is not tried
//! again and again: that saves five orders of magnitude over a lock, a
//! condition variable and a queue (`plain.rs` of the lesson, which it is held
//! equal to by tests). It has no `try_recv` and no `len`, which would depend on
//! both, and no channel without a buffer.
//!
//! Next: [`thread`](super::thread).
#![allow(unsafe_code)]

use std::collections::VecDeque;
use std::fmt::Debug;
use std::mem::ManuallyDrop;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::{Duration, Instant};

pub use crossbeam::channel::{RecvError, RecvTimeoutError, SendError};

use super::locks::{let_others_go, own};
use super::run::{self, Home, Patience, switching};
use super::{check, time};
use crate::event::What;
use crate::value::{NUMBERED, Value};
use crate::world::{At, Kind, Op, Place};

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
    // With turns the world says which threads can send and receive.
    loom: Option<Loom>,
    // Never locked across a switch.
    state: Mutex<State<T>>,
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
}

impl Loom {
    fn new(capacity: Option<usize>) -> Self {
        Loom {
            messages: Semaphore::new(0),
            slots: capacity.map(Semaphore::new),
            sender_drops: loom::sync::Mutex::new(()),
            receiver_drops: loom::sync::Mutex::new(()),
        }
    }

    fn message(&self, at: At) {
        switching(Op::Go, at, || self.messages.up());
    }

    fn free_slot(&self, at: At) {
        if let Some(slots) = &self.slots {
            switching(Op::Go, at, || slots.up());
        }
    }
}

struct State<T> {
    // Each with the time of its sender.
    queue: VecDeque<(T, Duration)>,
    // Without a buffer: the thread that gets each of them.
    taken: VecDeque<usize>,
    senders: usize,
    receivers: usize,
    // When the last sender was dropped.
    no_senders: Option<Duration>,
    no_receivers: bool,
    // When a slot became free last.
    freed: Duration,
    // Of the thread that waits until a deadline.
    patience: Patience,
    by_hand: bool,
}

/// The sending end of a channel.
pub struct Sender<T: Debug> {
    channel: Arc<Channel<T>>,
    made: (usize, At),
}

/// The receiving end of a channel.
pub struct Receiver<T: Debug> {
    channel: Arc<Channel<T>>,
    made: (usize, At),
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
    let kind = Kind::Channel {
        queue: Vec::new(),
        taken: Vec::new(),
        capacity,
        senders: vec![made],
        receivers: vec![made],
    };
    let state = State {
        queue: VecDeque::new(),
        taken: VecDeque::new(),
        senders: 1,
        receivers: 1,
        no_senders: None,
        no_receivers: false,
        freed: Duration::ZERO,
        patience: Patience::default(),
        by_hand: capacity == Some(0),
    };
    let channel = Arc::new(Channel {
        loom: (!run::has_turns()).then(|| Loom::new(capacity)),
        state: Mutex::new(state),
        id: run::object(made.1, "channel", kind),
        home: Home::here(),
    });
    let receiver = Receiver { channel: channel.clone(), made };
    (Sender { channel, made }, receiver)
}

impl<T: Debug> Channel<T> {
    fn state(&self) -> MutexGuard<'_, State<T>> {
        self.state.lock().expect("nothing panics under it")
    }

    /// Changes what the world knows of the messages in it.
    fn queue(&self, f: impl FnOnce(&mut Vec<Value>, &mut Vec<usize>)) {
        run::update(self.id, |kind| {
            if let Kind::Channel { queue, taken, .. } = kind {
                f(queue, taken);
            }
        });
    }

    fn send(&self, value: T, at: At) -> Result<(), SendError<T>> {
        self.home.check();
        if check::has_failed() {
            // In a destructor: no thread can receive it any more.
            return Err(SendError(value));
        }
        let to = self.room(at);
        if check::has_failed() {
            return Err(SendError(value));
        }
        let mut state = self.state();
        if state.no_receivers {
            drop(state);
            if let Some(loom) = &self.loom {
                loom.free_slot(at);
            }
            let shown = run::value(&value).unwrap_or(NOT_SEEN);
            run::record(Some(at), || What::SendToNobody(self.id, shown));
            run::saw(&"no receiver");
            return Err(SendError(value));
        }
        let shown = run::value(&value).unwrap_or(NOT_SEEN);
        let time = run::clock();
        state.queue.push_back((value, time));
        state.taken.extend(to);
        let len = state.queue.len();
        assert!(len <= MOST_SENT, "more messages than a model may send");
        state.patience = Patience::default();
        drop(state);
        run::changed();
        run::inside::<T>(len);
        run::stamp(self.id, |stamps| stamps.sent.push_back(time));
        self.queue(|queue, taken| {
            queue.push(shown.clone());
            taken.extend(to);
        });
        if let Some(to) = to {
            run::hand_over(to, self.id);
        }
        run::record(Some(at), || What::Send(self.id, shown, len));
        Ok(())
    }

    /// Waits until a message may be sent; without a buffer, returns the thread
    /// that gets it.
    fn room(&self, at: At) -> Option<usize> {
        let Some(loom) = &self.loom else {
            let to = run::announce_to(Op::Send(self.id), at);
            run::hear(self.state().freed);
            return to;
        };
        if let Some(slots) = &loom.slots {
            switching(Op::Send(self.id), at, || slots.down());
            run::hear(self.state().freed);
        }
        loom.message(at);
        None
    }

    fn recv(&self, at: At) -> Result<T, RecvError> {
        self.home.check();
        switching(Op::Receive(self.id), at, || {
            if let Some(loom) = &self.loom {
                loom.messages.down();
            }
        });
        match self.pop(at) {
            Some(value) => Ok(value),
            // This token says that no sender is left: put it back, for the
            // next receiver to see.
            None => {
                if let Some(loom) = &self.loom {
                    loom.message(at);
                }
                self.hung_up(at);
                Err(RecvError)
            }
        }
    }

    fn recv_until(
        &self,
        deadline: Duration,
        at: At,
    ) -> Result<T, RecvTimeoutError> {
        self.home.check();
        let (closed, popped) = match &self.loom {
            Some(loom) => self.pop_or_time_out(loom, at),
            None => {
                run::announce(Op::ReceiveUntil(self.id), at);
                let closed = self.state().no_senders.is_some();
                (closed, self.pop(at))
            }
        };
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
                run::saw(&("the time is up", deadline));
                run::timed_out();
                Err(RecvTimeoutError::Timeout)
            }
        }
    }

    /// A timed receive under loom. The timer is one more sender: its message
    /// says that the time is up, and loom may put it before or after any
    /// other.
    fn pop_or_time_out(&self, loom: &Loom, at: At) -> (bool, Option<T>) {
        let receivers = self.state().receivers;
        assert_eq!(receivers, 1, "a timed receive needs the only receiver");
        if self.state().patience.looks() {
            let_others_go(at);
        }
        loom.message(at);
        let closed = self.state().no_senders.is_some();
        let popped = self.pop(at);
        // The timer's own message, and the one that was received.
        let drawn = if popped.is_some() { 2 } else { 1 };
        switching(Op::Go, at, || {
            (0..drawn).for_each(|_| loom.messages.down());
        });
        (closed, popped)
    }

    fn pop(&self, at: At) -> Option<T> {
        if check::has_failed() {
            return None;
        }
        let mut state = self.state();
        let mine = state.taken.iter().position(|to| *to == run::me());
        // Without a buffer each message belongs to the thread that it was
        // handed to.
        let first = if state.by_hand { mine? } else { 0 };
        let (value, sent) = state.queue.remove(first)?;
        state.taken.remove(first);
        let len = state.queue.len();
        run::changed();
        run::hear(sent);
        state.freed = run::clock();
        run::stamp(self.id, |stamps| {
            stamps.left = state.freed;
            stamps.sent.remove(first);
        });
        drop(state);
        self.queue(|queue, taken| {
            queue.remove(first);
            taken.retain(|to| *to != run::me());
        });
        let shown = run::value(&value).unwrap_or(NOT_SEEN);
        run::record(Some(at), || What::Receive(self.id, shown, len));
        if let Some(loom) = &self.loom {
            loom.free_slot(at);
        }
        Some(value)
    }

    fn hung_up(&self, at: At) {
        let when = self.state().no_senders.unwrap_or_default();
        run::hear(when);
        run::record(Some(at), || What::HearHangUp(self.id));
        run::saw(&"hung up");
    }

    /// Takes a sender, or a receiver, out of the world's list.
    fn forget(
        &self,
        made: (usize, At),
        of: fn(&mut Kind) -> &mut Vec<(usize, At)>,
    ) {
        run::update(self.id, |kind| {
            let ends = of(kind);
            let dropped = ends.iter().position(|end| *end == made);
            ends.remove(dropped.expect("it was made"));
        });
    }
}

fn senders(kind: &mut Kind) -> &mut Vec<(usize, At)> {
    match kind {
        Kind::Channel { senders, .. } => senders,
        _ => unreachable!("it is a channel"),
    }
}

fn receivers(kind: &mut Kind) -> &mut Vec<(usize, At)> {
    match kind {
        Kind::Channel { receivers, .. } => receivers,
        _ => unreachable!("it is a channel"),
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
        let made = (run::me(), Place::here());
        self.channel.state().senders += 1;
        run::update(self.channel.id, |kind| senders(kind).push(made));
        Sender { channel: self.channel.clone(), made }
    }
}

impl<T: Debug> Clone for Receiver<T> {
    #[track_caller]
    fn clone(&self) -> Self {
        let made = (run::me(), Place::here());
        self.channel.state().receivers += 1;
        run::update(self.channel.id, |kind| receivers(kind).push(made));
        Receiver { channel: self.channel.clone(), made }
    }
}

impl<T: Debug> Debug for Sender<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        end(f, "Sender", self.channel.id)
    }
}

impl<T: Debug> Debug for Receiver<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        end(f, "Receiver", self.channel.id)
    }
}

/// An end is not shown with its number, which the program does not know; but
/// states in which another channel's end is in its place are not the same.
fn end(
    f: &mut std::fmt::Formatter<'_>,
    name: &str,
    channel: usize,
) -> std::fmt::Result {
    f.write_str(name)?;
    if run::is_keyed() { write!(f, "{NUMBERED}{channel}") } else { Ok(()) }
}

/// In a run that is not recorded.
const NOT_SEEN: Value = Value::Atom(String::new());

impl<T: Debug> Drop for Sender<T> {
    fn drop(&mut self) {
        let (channel, at) = (&self.channel, self.made.1);
        if !check::has_failed() {
            run::announce(Op::DropSender(channel.id), at);
        }
        if check::has_failed() {
            return;
        }
        let loom = channel.loom.as_ref();
        let turn =
            loom.map(|loom| switching(Op::Go, at, || own(&loom.sender_drops)));
        let left = {
            let mut state = channel.state();
            state.senders -= 1;
            state.senders
        };
        if left == 0 {
            if let Some(loom) = loom {
                loom.message(at);
            }
            let time = run::clock();
            channel.state().no_senders = Some(time);
            run::stamp(channel.id, |stamps| stamps.hung_up = time);
        }
        drop(turn);
        channel.forget(self.made, senders);
        run::record(None, || What::DropSender(channel.id, left));
    }
}

impl<T: Debug> Drop for Receiver<T> {
    fn drop(&mut self) {
        let (channel, at) = (&self.channel, self.made.1);
        if !check::has_failed() {
            run::announce(Op::DropReceiver(channel.id), at);
        }
        if check::has_failed() {
            return;
        }
        let loom = channel.loom.as_ref();
        let turn = loom
            .map(|loom| switching(Op::Go, at, || own(&loom.receiver_drops)));
        let left = {
            let mut state = channel.state();
            state.receivers -= 1;
            state.receivers
        };
        let mut unread = VecDeque::new();
        if left == 0 {
            // First, which puts it before or after every send.
            if let Some(loom) = loom {
                loom.message(at);
            }
            let mut state = channel.state();
            state.no_receivers = true;
            unread = std::mem::take(&mut state.queue);
            state.taken.clear();
            drop(state);
            if let Some(loom) = loom {
                loom.free_slot(at);
            }
        }
        drop(turn);
        channel.forget(self.made, receivers);
        if left == 0 {
            channel.queue(|queue, taken| {
                queue.clear();
                taken.clear();
            });
            run::stamp(channel.id, |stamps| stamps.sent.clear());
        }
        let shown = unread.iter().filter_map(|(value, _)| run::value(value));
        let shown = shown.collect();
        run::record(None, || What::DropReceiver(channel.id, left, shown));
        // Messages that no receiver can take are dropped now, as in crossbeam.
        drop(unread);
    }
}
