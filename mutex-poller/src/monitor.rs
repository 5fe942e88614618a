//! The status board, under a lock of its own, and a thread that lists it.
//!
//! Twin: `channel-poller/src/monitor.rs`. Next: [`program`](crate::program).

use std::time::Duration;

use shared::sync::{Condvar, Mutex, now};
use shared::{Log, State, States};

/// The last state of every URL, for all workers to update.
pub struct StateMonitor {
    board: Mutex<Board>,
    closed: Condvar,
}

#[derive(Debug)]
struct Board {
    states: States,
    closed: bool,
}

impl StateMonitor {
    /// Puts the states under a lock.
    pub fn new(states: States) -> Self {
        let board = Board { states, closed: false };
        StateMonitor { board: Mutex::new(board), closed: Condvar::new() }
    }

    /// Notes what a poll found.
    pub fn update(&self, state: State) {
        self.board.lock().states.update(state);
    }

    /// Lists the states to `log` at every interval, until closed.
    pub fn run(&self, interval: Duration, log: &impl Log) {
        let mut tick = now() + interval;
        let mut board = self.board.lock();
        while !board.closed {
            if now() < tick {
                self.closed.wait_until(&mut board, tick);
                continue;
            }
            // A copy: a slow terminal must not hold the lock.
            let states = board.states.clone();
            drop(board);
            log.listing(&states);
            tick = now() + interval;
            board = self.board.lock();
        }
    }

    /// Ends [`run`](Self::run).
    pub fn close(&self) {
        self.board.lock().closed = true;
        self.closed.notify_all();
    }

    /// The states, when all who updated them have ended.
    pub fn into_states(self) -> States {
        self.board.into_inner().states
    }
}
