//! What each worker does.
//!
//! Twin: `mutex-poller/src/poller.rs`. Next: [`monitor`](crate::monitor).

use shared::sync::channel::{Receiver, Sender};
use shared::{HttpClient, Log, Resource};

use crate::monitor::Update;
use crate::scheduler::Message;

/// Polls what it is sent, until the scheduler hangs up.
pub fn poller(
    pending: &Receiver<Resource>,
    scheduler: &Sender<Message>,
    monitor: &Sender<Update>,
    http: &impl HttpClient,
    log: &impl Log,
) {
    for mut resource in pending {
        // It is ours alone: nobody else can even name it.
        let state = resource.poll(http, log);
        // Before sending it back: another may poll it at once,
        // and its newer state must not be followed by this one.
        let sent = monitor.send(Update::State(state));
        sent.expect("the monitor ends last");
        // With this send it moves: from here on it is not ours.
        let sent = scheduler.send(Message::Complete(resource));
        sent.expect("the inbox outlives the workers");
    }
}
