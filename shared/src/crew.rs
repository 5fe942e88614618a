//! Threads that end together, by every way out.
//!
//! When a thread dies, no other thread is told: threads that wait for its work
//! wait forever, and so does the scope that joins them. So the code that starts
//! threads must say what ends all of them. (Erlang calls this a supervisor,
//! Trio a nursery.)
//!
//! Next: `mutex-poller` and `channel-poller`, side by side.

use std::any::Any;
use std::num::NonZeroUsize;
use std::panic::resume_unwind;
use std::sync::Arc;

use parking_lot::Mutex;

use crate::NotStarted;
use crate::sync::thread::{self, Scope};
use crate::sync::{catch_panic, drop_panic, spawn};

/// A group of threads, none of which outlives the call of [`crew`].
pub struct Crew<'scope, 'env: 'scope> {
    scope: &'scope Scope<'scope, 'env>,
    watch: Watch<'env>,
}

/// Catches the panic of a thread, and stops the other threads.
#[derive(Clone)]
struct Watch<'env> {
    stop: &'env (dyn Fn() + Sync),
    // Not a lock of `sync`: held only to put a panic in or take it out.
    first: Arc<Mutex<Option<Box<dyn Any + Send>>>>,
}

/// Runs `lead`, which starts the threads of a crew. When all of them have
/// ended, returns what `lead` returned.
///
/// If `lead` or a thread panics, or a thread cannot be started, `stop` is
/// called, perhaps more than once: it must make every thread end, and must
/// not panic itself, because the scope would raise that panic instead.
///
/// # Errors
/// If a thread could not be started.
///
/// # Panics
/// If `lead` or a thread panics: the first of these panics is raised again.
pub fn crew<'env, T>(
    stop: &'env (dyn Fn() + Sync),
    lead: impl for<'s> FnOnce(&Crew<'s, 'env>) -> Result<T, NotStarted>,
) -> Result<T, NotStarted> {
    let watch = Watch { stop, first: Arc::default() };
    let led = thread::scope(|scope| {
        let crew = Crew { scope, watch: watch.clone() };
        let led = watch.run(|| lead(&crew));
        // A thread could not be started: the others must not go on.
        if let Some(Err(_)) = led {
            stop();
        }
        led
    });
    let first = watch.first.lock().take();
    if let Some(panic) = first {
        resume_unwind(panic);
    }
    led.expect("`lead` returned, or its panic was raised again")
}

impl Watch<'_> {
    /// Does the work and returns its result, or `None` if it panics.
    fn run<T>(&self, work: impl FnOnce() -> T) -> Option<T> {
        let keep = |panic| {
            let mut first = self.first.lock();
            if first.is_none() {
                *first = Some(panic);
                drop(first);
            } else {
                // Drop it without the lock: its `Drop` may be any code.
                drop(first);
                drop_panic(panic);
            }
            (self.stop)();
        };
        catch_panic(work).map_err(keep).ok()
    }
}

impl<'scope> Crew<'scope, '_> {
    /// Starts a thread with this name.
    ///
    /// # Errors
    /// If the system cannot start one more thread.
    #[track_caller]
    pub fn start(
        &self,
        name: impl Into<String>,
        work: impl FnOnce() + Send + 'scope,
    ) -> Result<(), NotStarted> {
        let (thread, watch) = (name.into(), self.watch.clone());
        let watched = move || {
            watch.run(work);
        };
        match spawn(self.scope, thread.clone(), watched) {
            Ok(_) => Ok(()),
            Err(source) => Err(NotStarted { thread, source }),
        }
    }

    /// Starts `worker 1`, `worker 2` and so on, which all do the same work.
    ///
    /// # Errors
    /// If one of them cannot be started.
    #[track_caller]
    pub fn start_workers(
        &self,
        count: NonZeroUsize,
        work: impl Fn() + Copy + Send + 'scope,
    ) -> Result<(), NotStarted> {
        for n in 1..=count.get() {
            self.start(format!("worker {n}"), work)?;
        }
        Ok(())
    }
}
