//! What each worker does.
//!
//! Twin: `mutex-poller/src/poller.rs`. Next: [`monitor`](crate::monitor).

use shared::sync::channel::{Receiver, Sender};
use shared::{HttpClient, Log, Resource};

use crate::monitor::Update;
use crate::dispatcher::Message;

/// Polls what it is sent, until the dispatcher hangs up.
pub fn poller(
    pending: &Receiver<Resource>,
    dispatcher: &Sender<Message>,
    monitor: &Sender<Update>,
    http: &impl HttpClient,
    log: &impl Log,
) {
    for mut resource in pending {
        // Only this worker has it: a slow site delays no other.
        let state = resource.poll(http, log);
        // The board first: once the resource is back, another
        // worker can poll it, and its newer state must stay.
        let sent = monitor.send(Update::State(state));
        sent.expect("the monitor ends last");
        // The send moves it: this worker no longer has it.
        let sent = dispatcher.send(Message::Complete(resource));
        sent.expect("the inbox outlives the workers");
    }
}
