//! The status board: a thread that owns the states, is sent what changes, and
//! lists them.
//!
//! Twin: `mutex-poller/src/monitor.rs`. Next: [`program`](crate::program).

use std::time::Duration;

use shared::sync::channel::Receiver;
use shared::sync::channel::RecvTimeoutError::{Disconnected, Timeout};
use shared::sync::now;
use shared::{Log, State, States};

/// Notes each update, and lists the states to `log` at every interval, until
/// all who send updates have hung up. Then the states are final.
pub fn state_monitor(
    mut states: States,
    updates: Receiver<State>,
    interval: Duration,
    log: &impl Log,
) -> States {
    let mut tick = now() + interval;
    loop {
        match updates.recv_deadline(tick) {
            Ok(state) => states.update(state),
            Err(Timeout) => {}
            Err(Disconnected) => return states,
        }
        // Not only then: updates may come without a pause.
        if now() >= tick {
            log.listing(&states);
            tick = now() + interval;
        }
    }
}
