//! The status board: one thread owns the states and is told what changes;
//! another asks it for a snapshot, and lists that.
//!
//! Twin: `mutex-poller/src/monitor.rs`. Next: [`program`](crate::program).

use std::time::Duration;

use shared::settings::after;
use shared::sync::channel::RecvTimeoutError::Timeout;
use shared::sync::channel::{Receiver, Sender, bounded};
use shared::sync::now;
use shared::{Log, State, States};

/// A message to the monitor.
#[derive(Debug)]
pub enum Update {
    /// A poll found this.
    State(State),
    /// Send a snapshot of the states here.
    List(Sender<States>),
}

/// How many updates the channel holds unread. A worker that sends one more
/// waits, but only for the monitor, which itself waits for no other thread.
pub const MOST_UNREAD: usize = 1024;

/// Records each update, until all senders have hung up.
pub fn state_monitor(mut states: States, updates_rx: &Receiver<Update>) {
    for update in updates_rx {
        match update {
            Update::State(state) => states.update(state),
            Update::List(reply_tx) => {
                let sent = reply_tx.send(states.clone());
                sent.expect("`snapshot` waits for the answer");
            }
        }
    }
}

/// The states, with every update in them that was sent before this call.
pub fn snapshot(updates_tx: &Sender<Update>) -> States {
    // A channel is a value like any other: it can be sent, too.
    let (reply_tx, reply_rx) = bounded(1);
    let asked = updates_tx.send(Update::List(reply_tx));
    asked.expect("the monitor ends last");
    reply_rx.recv().expect("the monitor answers it")
}

/// Lists the states to `log` at every interval, until `running_rx` hangs up.
pub fn lister(
    updates_tx: &Sender<Update>,
    running_rx: &Receiver<()>,
    interval: Duration,
    log: &impl Log,
) {
    let tick = || after(now(), interval);
    while running_rx.recv_deadline(tick()) == Err(Timeout) {
        // A snapshot: no update waits for a slow terminal.
        log.listing(&snapshot(updates_tx));
    }
}
