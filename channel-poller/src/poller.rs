//! What each worker does.
//!
//! Twin: `mutex-poller/src/poller.rs`. Next: [`monitor`](crate::monitor).

use shared::sync::channel::{Receiver, Sender};
use shared::{HttpClient, Log, Resource};

use crate::dispatcher::Message;
use crate::monitor::Update;

/// Polls what it is sent, until the dispatcher hangs up.
pub fn poller(
    pending_rx: &Receiver<Resource>,
    inbox_tx: &Sender<Message>,
    updates_tx: &Sender<Update>,
    http: &impl HttpClient,
    log: &impl Log,
) {
    for mut resource in pending_rx {
        // Only this worker has it: a slow site delays no other.
        let state = resource.poll(http, log);
        // The board first: once the resource is back, another
        // worker can poll it, and its newer state must stay.
        let sent = updates_tx.send(Update::State(state));
        sent.expect("the monitor ends last");
        // The send moves it: this worker no longer has it.
        let sent = inbox_tx.send(Message::Complete(resource));
        sent.expect("the inbox outlives the workers");
    }
}
