//! What each worker does.
//!
//! Twin: `mutex-poller/src/poller.rs`. Next: [`monitor`](crate::monitor).

use shared::sync::channel::{Receiver, Sender};
use shared::{HttpClient, Log, Resource, State};

use crate::scheduler::Inbox;

/// Polls what it is sent, until the scheduler hangs up.
pub fn poller(
    pending: &Receiver<Resource>,
    complete: &Sender<Inbox>,
    updates: &Sender<State>,
    http: &impl HttpClient,
    log: &impl Log,
) {
    for mut resource in pending {
        // It is ours alone: nobody else can even name it.
        let state = resource.poll(http, log);
        // Before sending it back: another may poll it at once,
        // and its newer state must not be followed by this one.
        updates.send(state).expect("the monitor ends last");
        // With this send it moves: from here on it is not ours.
        let sent = complete.send(Inbox::Complete(resource));
        sent.expect("the scheduler waits for all it sent out");
    }
}
