//! The resources that all workers share: one timetable, under one lock.
//!
//! Twin: `channel-poller/src/dispatcher.rs`. Next: [`poller`](crate::poller).

use shared::sync::{Condvar, Mutex, now};
use shared::{Next, Resource, Timetable};

/// The timetable, its lock, and the condition variable on which
/// workers sleep while nothing is due.
pub struct Resources {
    timetable: Mutex<Timetable>,
    changed: Condvar,
}

impl Resources {
    /// Puts the timetable under a lock.
    pub fn new(timetable: Timetable) -> Self {
        Resources { timetable: Mutex::new(timetable), changed: Condvar::new() }
    }

    /// Starts the timetable, and wakes the workers that sleep
    /// because nothing has been due yet.
    pub fn open(&self) {
        let mut timetable = self.timetable.lock();
        timetable.start(now());
        self.changed.notify_all();
    }

    /// Gives back the resource that is done, if any, and takes
    /// the next, sleeping until one is due. `None` at the end.
    ///
    /// Locking once for both is cheaper than twice. Giving back
    /// needs no notify. If this worker finds nothing due, it
    /// sleeps until the first is due, so it wakes for the one
    /// that it gave back. If it takes another one instead, the
    /// worker that slept for that one still wakes in time, finds
    /// it gone, and sleeps until the next.
    pub fn next(&self, done: Option<Resource>) -> Option<Resource> {
        // Before locking: no other worker waits for the clock.
        let mut time = now();
        let mut timetable = self.timetable.lock();
        if let Some(resource) = done {
            timetable.put_back(resource, time);
            if timetable.is_finished() {
                self.changed.notify_all();
            }
        }
        // A loop: several workers may wake for one resource, and
        // all but the first find it gone.
        loop {
            let changed = &self.changed;
            match timetable.take(time) {
                Next::Ready(resource) => return Some(resource),
                Next::Finished => return None,
                // Waiting releases the lock until woken.
                Next::AllOut => changed.wait(&mut timetable),
                Next::Wait(due) => {
                    changed.wait_until(&mut timetable, due);
                }
            }
            time = now();
        }
    }

    /// Ends the run: nothing more is handed out, and the workers
    /// that sleep wake up to see that.
    pub fn close(&self) {
        let mut timetable = self.timetable.lock();
        timetable.close();
        // Not before the lock: a worker that has found nothing
        // due and is not asleep yet would miss the notify.
        self.changed.notify_all();
    }
}
