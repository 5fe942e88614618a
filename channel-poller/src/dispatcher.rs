//! All resources belong to one thread, which hands them out and gets them
//! back: one timetable, one owner.
//!
//! Twin: `mutex-poller/src/resources.rs`. Next: [`poller`](crate::poller).

use std::num::NonZeroUsize;

use shared::sync::channel::{Receiver, Sender};
use shared::sync::now;
use shared::{Next, Resource, Timetable};

/// A message to the dispatcher.
#[derive(Debug)]
pub enum Message {
    /// All workers have been started. A message, so that a stop that
    /// was sent before it is received before it.
    Start,
    /// This resource has been polled.
    Complete(Resource),
    /// Hand out nothing more.
    Stop,
}

/// How many resources may be out, in addition to one for each
/// worker: enough that workers rarely wait for the dispatcher.
/// There is a limit, because a million resources in a channel
/// take memory, and a stop has to wait in the inbox behind the
/// resources that came back before it.
pub const AHEAD: usize = 1024;

/// Sends out what is due and takes back what is complete, until
/// nothing will ever be due again or it is told to stop. Then
/// `pending_tx`, the only sender, is dropped, which tells the
/// workers to end.
pub fn dispatcher(
    mut timetable: Timetable,
    pollers: NonZeroUsize,
    pending_tx: Sender<Resource>,
    pending_rx: &Receiver<Resource>,
    inbox_rx: &Receiver<Message>,
) {
    let most_out = pollers.get().saturating_add(AHEAD);
    let mut time = now();
    loop {
        let next = if timetable.out() < most_out {
            timetable.take(time)
        } else {
            Next::AllOut // Enough are out: wait for a message.
        };
        let message = match next {
            Next::Ready(resource) => {
                let sent = pending_tx.send(resource);
                sent.expect("the dispatcher holds a receiver");
                continue;
            }
            Next::Finished => return,
            Next::AllOut => inbox_rx.recv().ok(),
            // Go would `select` on the inbox and a timer: a
            // receive with a deadline does the same.
            Next::Wait(due) => inbox_rx.recv_deadline(due).ok(),
        };
        time = now();
        match message {
            Some(Message::Start) => timetable.start(time),
            Some(Message::Complete(resource)) => {
                timetable.put_back(resource, time);
            }
            Some(Message::Stop) => {
                // Hang up first: then taking back what is in
                // the channel ends without waiting.
                drop(pending_tx);
                return pending_rx.iter().for_each(drop);
            }
            None => {} // A timeout: the inbox never hangs up.
        }
    }
}
