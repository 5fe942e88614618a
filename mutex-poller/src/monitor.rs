//! The status board, under a lock of its own, and the loop that lists it.
//!
//! Twin: `channel-poller/src/monitor.rs`. Next: [`program`](crate::program).

use std::time::Duration;

use shared::settings::after;
use shared::sync::{Condvar, Mutex, now};
use shared::{Log, State, States};

/// The last state of every URL, for all workers to update.
pub struct StateMonitor {
    board: Mutex<Board>,
    closing: Condvar,
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
        StateMonitor { board: Mutex::new(board), closing: Condvar::new() }
    }

    /// Records what a poll found.
    pub fn update(&self, state: State) {
        self.board.lock().states.update(state);
    }

    /// Lists the states to `log` at every interval, until closed.
    pub fn list(&self, interval: Duration, log: &impl Log) {
        let mut tick = after(now(), interval);
        let mut board = self.board.lock();
        while !board.closed {
            if now() < tick {
                self.closing.wait_until(&mut board, tick);
                continue;
            }
            // A snapshot: no update waits for a slow terminal.
            let states = board.states.clone();
            drop(board);
            log.listing(&states);
            tick = after(now(), interval);
            board = self.board.lock();
        }
    }

    /// Ends [`list`](Self::list), after the listing under way.
    pub fn close(&self) {
        self.board.lock().closed = true;
        self.closing.notify_all();
    }

    /// Takes the states out, when all workers have ended.
    pub fn into_states(self) -> States {
        self.board.into_inner().states
    }
}
