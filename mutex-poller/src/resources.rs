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

    /// Starts the schedule, and wakes the workers that sleep
    /// because nothing has been due yet.
    pub fn open(&self) {
        let mut schedule = self.schedule.lock();
        schedule.start(now());
        self.changed.notify_all();
    }

    /// Gives back the resource that is done, if any, and takes
    /// the next, sleeping until one is due. `None`: it is over.
    ///
    /// Both under one lock: that is cheaper than two, and nobody
    /// need be notified of what is given back. Whoever gives it
    /// back goes to sleep only until the first is due; or takes
    /// one that is due, and then the sleeper who was to wake for
    /// that one wakes for nothing, looks, and watches over this.
    pub fn next(&self, done: Option<Resource>) -> Option<Resource> {
        // Not under the lock: others would wait for the clock.
        let mut time = now();
        let mut schedule = self.schedule.lock();
        if let Some(resource) = done {
            schedule.put_back(resource, time);
            if schedule.is_finished() {
                self.changed.notify_all();
            }
        }
        // Again and again: several may wake for one resource,
        // and all but the first find it gone.
        loop {
            let changed = &self.changed;
            match schedule.take(time) {
                Next::Ready(resource) => return Some(resource),
                Next::Finished => return None,
                // To wait is to give up the lock until woken.
                Next::AllOut => changed.wait(&mut schedule),
                Next::Wait(due) => {
                    changed.wait_until(&mut schedule, due);
                }
            }
            time = now();
        }
    }

    /// Ends it: nothing more is handed out, and all who sleep
    /// wake up to see that.
    pub fn close(&self) {
        // In this order: who wakes must find it closed, for
        // nobody will wake it again.
        let mut schedule = self.schedule.lock();
        schedule.close();
        self.changed.notify_all();
    }
}
