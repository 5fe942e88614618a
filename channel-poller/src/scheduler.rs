//! The resources belong to one thread, which hands them out and gets them
//! back: one schedule, one owner.
//!
//! Twin: `mutex-poller/src/resources.rs`. Next: [`poller`](crate::poller).

use shared::sync::channel::{Receiver, Sender};
use shared::sync::now;
use shared::{Next, Resource, Schedule};

/// What the scheduler is told.
#[derive(Debug)]
pub enum Inbox {
    /// This resource has been polled.
    Complete(Resource),
    /// Hand out nothing more.
    Stop,
}

/// How many resources may be out for each worker: one to poll,
/// and a few pending, so that it seldom waits for the scheduler.
const AHEAD: usize = 4;

/// Sends out what is due and takes back what is complete, until
/// nothing will ever be due and nothing is out. Then `pending`,
/// the only sender, is dropped: so the workers hear of the end.
pub fn scheduler(
    mut schedule: Schedule,
    pollers: usize,
    pending: Sender<Resource>,
    inbox: &Receiver<Inbox>,
) {
    let mut time = now();
    loop {
        let next = match schedule.out() < pollers * AHEAD {
            true => schedule.take(time),
            // With more pending, a stop would take longer.
            false => Next::AllOut,
        };
        let message = match next {
            Next::Ready(resource) => {
                let sent = pending.send(resource);
                sent.expect("the workers outlive pending");
                continue;
            }
            Next::Finished if schedule.out() == 0 => return,
            Next::AllOut | Next::Finished => inbox.recv().ok(),
            // Go would `select` on the inbox and a timer: a
            // receive with a deadline says the same.
            Next::Wait(due) => inbox.recv_deadline(due).ok(),
        };
        time = now();
        match message {
            Some(Inbox::Complete(resource)) => {
                schedule.put_back(resource, time);
            }
            Some(Inbox::Stop) => schedule.close(),
            None => {}
        }
    }
}
