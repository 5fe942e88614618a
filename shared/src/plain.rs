//! All that a channel is: a queue under a lock, and two condition variables.
//!
//! It is here to be read. One suite of small programs holds on it, on
//! crossbeam's, and, in every interleaving, on the model checker's own
//! (`shared/suite/tests/small/channels.rs`). The pollers use crossbeam's, which
//! is faster.
//!
//! Next: [`sync`](crate::sync).

use std::collections::VecDeque;
use std::fmt::Debug;
use std::sync::Arc;

use crate::sync::channel::{RecvError, SendError};
use crate::sync::{Condvar, Mutex};

struct Channel<T> {
    state: Mutex<State<T>>,
    capacity: usize,
    // Two condition variables: after a send a receiver can go on, after a
    // receive a sender.
    not_empty: Condvar,
    not_full: Condvar,
}

#[derive(Debug)]
struct State<T> {
    queue: VecDeque<T>,
    senders: usize,
    receivers: usize,
}

/// The sending end of a channel.
pub struct Sender<T: Debug>(Arc<Channel<T>>);

/// The receiving end of a channel.
pub struct Receiver<T: Debug>(Arc<Channel<T>>);

/// A channel with room for `capacity` messages.
///
/// # Panics
/// If `capacity` is 0.
#[track_caller]
pub fn bounded<T: Debug>(capacity: usize) -> (Sender<T>, Receiver<T>) {
    assert!(capacity > 0, "this channel needs room for a message");
    let queue = VecDeque::new();
    let state = Mutex::new(State { queue, senders: 1, receivers: 1 });
    let (not_empty, not_full) = (Condvar::new(), Condvar::new());
    let channel = Channel { state, capacity, not_empty, not_full };
    let channel = Arc::new(channel);
    (Sender(channel.clone()), Receiver(channel))
}

/// A channel with room for any number of messages.
#[track_caller]
pub fn unbounded<T: Debug>() -> (Sender<T>, Receiver<T>) {
    bounded(usize::MAX)
}

impl<T: Debug> Sender<T> {
    /// Moves a message into the channel, sleeping while it is full.
    ///
    /// # Errors
    /// If no receiver is left. The error holds the message.
    pub fn send(&self, message: T) -> Result<(), SendError<T>> {
        let channel = &*self.0;
        let mut state = channel.state.lock();
        // `while`: the free slot may be taken before this thread wakes up.
        while state.queue.len() == channel.capacity && state.receivers > 0 {
            channel.not_full.wait(&mut state);
        }
        if state.receivers == 0 {
            return Err(SendError(message));
        }
        state.queue.push_back(message);
        channel.not_empty.notify_one();
        Ok(())
    }
}

impl<T: Debug> Receiver<T> {
    /// Takes the oldest message, sleeping while there is none.
    ///
    /// # Errors
    /// If there is none and no sender is left: the channel has hung up.
    pub fn recv(&self) -> Result<T, RecvError> {
        let channel = &*self.0;
        let mut state = channel.state.lock();
        while state.queue.is_empty() && state.senders > 0 {
            channel.not_empty.wait(&mut state);
        }
        // What was sent before the hang-up still arrives.
        let message = state.queue.pop_front().ok_or(RecvError)?;
        channel.not_full.notify_one();
        Ok(message)
    }

    /// Messages, until no sender is left.
    pub fn iter(&self) -> impl Iterator<Item = T> {
        std::iter::from_fn(|| self.recv().ok())
    }
}

impl<T: Debug> Clone for Sender<T> {
    fn clone(&self) -> Self {
        self.0.state.lock().senders += 1;
        Sender(self.0.clone())
    }
}

impl<T: Debug> Clone for Receiver<T> {
    fn clone(&self) -> Self {
        self.0.state.lock().receivers += 1;
        Receiver(self.0.clone())
    }
}

/// Dropping the last sender hangs up: all sleeping receivers wake up.
impl<T: Debug> Drop for Sender<T> {
    fn drop(&mut self) {
        let mut state = self.0.state.lock();
        state.senders -= 1;
        if state.senders == 0 {
            self.0.not_empty.notify_all();
        }
    }
}

impl<T: Debug> Drop for Receiver<T> {
    fn drop(&mut self) {
        let mut state = self.0.state.lock();
        state.receivers -= 1;
        if state.receivers == 0 {
            self.0.not_full.notify_all();
            // Nothing will receive these. Drop them without the lock: the
            // `Drop` of a message may be any code.
            let unread = std::mem::take(&mut state.queue);
            drop(state);
            drop(unread);
        }
    }
}
