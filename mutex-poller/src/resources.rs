//! The resources that all workers share: one schedule, under one lock.
//!
//! Twin: `channel-poller/src/scheduler.rs`. Next: [`poller`](crate::poller).

use shared::sync::{Condvar, Mutex, now};
use shared::{Next, Resource, Schedule};

/// The schedule, its lock, and where workers sleep while nothing is due.
pub struct Resources {
    schedule: Mutex<Schedule>,
    changed: Condvar,
}

impl Resources {
    /// Puts the schedule under a lock.
    pub fn new(schedule: Schedule) -> Self {
        Resources { schedule: Mutex::new(schedule), changed: Condvar::new() }
    }

    /// Gives back the resource that is done, if any, and takes the next,
    /// sleeping until one is due. `None`: it is over.
    ///
    /// Both happen under one lock, which saves a lock in every round, and
    /// nearly all wake-ups: whoever gives back either takes over a resource
    /// that another was to wake for, who then watches over this one, or goes
    /// to sleep itself until the first is due. So nobody has to be notified,
    /// but at the end.
    pub fn next(&self, done: Option<Resource>) -> Option<Resource> {
        // Before the lock: reading the clock takes as long as locking does.
        let mut time = now();
        let mut schedule = self.schedule.lock();
        if let Some(resource) = done {
            schedule.put_back(resource, time);
            if schedule.is_finished() {
                self.changed.notify_all();
            }
        }
        // `loop`, not `if`: several may wake for one resource, and all but
        // the first find it gone.
        loop {
            match schedule.take(time) {
                Next::Ready(resource) => return Some(resource),
                // To wait is to give up the lock until woken.
                Next::Wait(until) => {
                    self.changed.wait_until(&mut schedule, until);
                }
                Next::AllOut => self.changed.wait(&mut schedule),
                Next::Finished => return None,
            }
            time = now();
        }
    }

    /// Ends it: nothing more is handed out, and all who sleep wake to see.
    pub fn close(&self) {
        // Both under the lock, or a worker could look before the first, fall
        // asleep after the second, and never wake.
        let mut schedule = self.schedule.lock();
        schedule.close();
        self.changed.notify_all();
    }
}
