//! What the case wants to happen at a place, and who lives.

use std::cell::OnceCell;
use std::panic::resume_unwind;
use std::sync::Arc;
use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering::Relaxed;
use std::thread;
use std::time::Instant;

use super::{Stage, Thrown};
use crate::case::{Place, Stop};

/// Counts a thread for as long as it lives.
struct Lives(Arc<AtomicUsize>);

impl Drop for Lives {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Relaxed);
    }
}

thread_local! {
    static LIVES: OnceCell<Lives> = const { OnceCell::new() };
}

impl Stage {
    /// A thread asks or writes: counts it, if it is new here.
    pub(super) fn enter(&self) {
        if self.over.load(Relaxed) {
            self.wrong(|| "it went on after `run` had returned".into());
        }
        LIVES.with(|lives| {
            lives.get_or_init(|| {
                self.live.fetch_add(1, Relaxed);
                Lives(self.live.clone())
            });
        });
        while self.abandoned.load(Relaxed) {
            thread::park();
        }
    }

    /// The n-th time at this place: stops the program if it is to be stopped
    /// here, and panics if the log is to panic here.
    pub(super) fn reach(&self, place: Place, n: u64) {
        let here = Stop::At(place, n);
        let stops = self.case.stops.iter().filter(|stop| **stop == here);
        stops.for_each(|stop| self.stop(*stop));
        if self.case.log_panics.is_some_and(|(p, from)| p == place && n >= from)
        {
            self.throw(place);
        }
    }

    fn throw(&self, place: Place) {
        self.tally.log_panic(place);
        self.thrown.fetch_add(1, Relaxed);
        self.told.get_or_init(Instant::now);
        // Past the hook that would print it.
        resume_unwind(Box::new(Thrown));
    }
}
