//! The resources belong to one thread, which hands them out and gets them
//! back: one schedule, one owner.
//!
//! Twin: `mutex-poller/src/resources.rs`. Next: [`poller`](crate::poller).

use std::num::NonZeroUsize;

use shared::sync::channel::{Receiver, Sender};
use shared::sync::now;
use shared::{Next, Resource, Schedule};

/// What the scheduler is told.
#[derive(Debug)]
pub enum Message {
    /// All workers are there.
    Start,
    /// This resource has been polled.
    Complete(Resource),
    /// Hand out nothing more.
    Stop,
}

/// How many resources may be out beside one for each worker: so
/// many that no worker often waits for the scheduler. There is a
/// limit, because a channel with a million resources in it takes
/// memory, and a stop lies in the inbox behind what was out.
const AHEAD: usize = 1024;

/// Sends out what is due and takes back what is complete, until
/// nothing will ever be due again or it is told to stop. Then
/// `pending`, the only sender, is dropped: so the workers hear
/// of the end.
pub fn scheduler(
    mut schedule: Schedule,
    pollers: NonZeroUsize,
    pending: Sender<Resource>,
    not_begun: &Receiver<Resource>,
    inbox: &Receiver<Message>,
) {
    let most_out = pollers.get().saturating_add(AHEAD);
    let mut time = now();
    loop {
        let next = if schedule.out() < most_out {
            schedule.take(time)
        } else {
            Next::AllOut // As if: wait for a message.
        };
        let message = match next {
            Next::Ready(resource) => {
                let sent = pending.send(resource);
                sent.expect("the scheduler holds a receiver");
                continue;
            }
            Next::Finished => return,
            Next::AllOut => inbox.recv().ok(),
            // Go would `select` on the inbox and a timer: a
            // receive with a deadline says the same.
            Next::Wait(due) => inbox.recv_deadline(due).ok(),
        };
        time = now();
        match message {
            Some(Message::Start) => schedule.start(time),
            Some(Message::Complete(resource)) => {
                schedule.put_back(resource, time);
            }
            Some(Message::Stop) => {
                // Hang up first: so this takes what is left in
                // the channel, and ends without waiting.
                drop(pending);
                return not_begun.iter().for_each(drop);
            }
            None => {} // The deadline: no hang-up comes here.
        }
    }
}
