//! The seam: every channel, thread and clock of the pollers, and every lock but
//! a small one of `crew`, comes from this module, and from no other.
//!
//! They are parking_lot's locks, crossbeam's channels and the threads of the
//! standard library. With all of them in one module, the model checker loom can
//! take their place: `cargo loom` runs the very same source through every
//! interleaving of its threads.
//!
//! Next: [`crew`](mod@crate::crew), threads that end together.

use std::any::Any;
use std::mem;

#[cfg(not(loom))]
mod real {
    use std::io;
    use std::panic::{AssertUnwindSafe, catch_unwind};
    use std::time::Instant;

    pub use crossbeam::channel;
    pub use parking_lot::{Condvar, Mutex};
    pub use std::thread;

    /// The current time.
    pub fn now() -> Instant {
        Instant::now()
    }

    /// Starts a thread with a name, which debuggers and reports show.
    ///
    /// # Errors
    /// If the system cannot start one more thread.
    pub fn spawn<'scope, 'env, T: Send + 'scope>(
        scope: &'scope thread::Scope<'scope, 'env>,
        name: impl Into<String>,
        work: impl FnOnce() -> T + Send + 'scope,
    ) -> io::Result<thread::ScopedJoinHandle<'scope, T>> {
        #[cfg(feature = "testing")]
        super::limit::take_one()?;
        thread::Builder::new().name(name.into()).spawn_scoped(scope, work)
    }

    /// Does the work; if it panics, the error is the payload of the panic.
    pub(crate) fn catch_panic<T>(
        work: impl FnOnce() -> T,
    ) -> thread::Result<T> {
        catch_unwind(AssertUnwindSafe(work))
    }
}

/// Drops the payload of a panic. If that panics too, the second payload is
/// leaked: its drop could panic again, and so on without end.
pub(crate) fn drop_panic(panic: Box<dyn Any + Send>) {
    if let Err(again) = catch_panic(|| drop(panic)) {
        mem::forget(again);
    }
}

#[cfg(all(feature = "testing", not(loom)))]
mod limit;
#[cfg(all(feature = "testing", not(loom)))]
pub use limit::limit_threads;

#[cfg(not(loom))]
pub use real::*;

#[cfg(loom)]
pub(crate) use checker::catch_panic;
#[cfg(loom)]
pub use checker::thread::limit_threads;
#[cfg(loom)]
pub use checker::{Condvar, Mutex, channel, now, spawn, thread};
