//! What ends a run early: Ctrl-C, or the end of its time.
//!
//! Next: [`progress`](crate::progress).

use std::io;
use std::process;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::RecvTimeoutError::Timeout;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, mpsc};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use crate::out::{Failure, complain, set_line};
use crate::signals;

/// What stops a run.
pub type Stop = Arc<dyn Fn() + Send + Sync>;

/// Ctrl-C: the first ends the run gracefully, the second at once.
pub struct Interrupt(Arc<Pending>);

#[derive(Default)]
struct Pending {
    came: AtomicBool,
    stop: Mutex<Option<Stop>>,
}

impl Pending {
    fn stop(&self) -> MutexGuard<'_, Option<Stop>> {
        self.stop.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn pressed(&self) {
        if self.came.swap(true, Ordering::SeqCst) {
            set_line(None);
            process::exit(130);
        }
        let stop = self.stop().clone();
        if let Some(stop) = stop {
            stop();
        }
        // Only now, because other threads rely on it.
        complain(
            "Waiting for the requests that have begun. Ctrl-C again: stop at \
             once.",
        );
    }
}

impl Interrupt {
    /// Handles Ctrl-C from now on.
    ///
    /// # Errors
    /// If the system does not allow it.
    pub fn install() -> Result<Self, Failure> {
        let pending = Arc::new(Pending::default());
        let handler = pending.clone();
        signals::listen(move || handler.pressed()).map_err(|error| {
            Failure::Failed(format!("cannot listen for Ctrl-C: {error}"))
        })?;
        Ok(Interrupt(pending))
    }

    /// Whether it was pressed.
    pub fn came(&self) -> bool {
        self.0.came.load(Ordering::SeqCst)
    }

    /// Lets Ctrl-C, or the time given, stop a run, until the result is dropped.
    ///
    /// # Errors
    /// If there is no thread to watch the time.
    pub fn arm(
        &self,
        stop: Stop,
        after: Option<Duration>,
    ) -> io::Result<Armed<'_>> {
        let timer = after.map(|after| timer(stop.clone(), after));
        let timer = timer.transpose()?;
        *self.0.stop() = Some(stop.clone());
        // It may have come before there was anything to stop.
        if self.came() {
            stop();
        }
        Ok(Armed { interrupt: self, timer })
    }
}

type Timer = (mpsc::Sender<()>, JoinHandle<()>);

/// Stops after this long, unless the sender is dropped before.
fn timer(stop: Stop, after: Duration) -> io::Result<Timer> {
    let (over, ended) = mpsc::channel::<()>();
    let wait = move || {
        if ended.recv_timeout(after) == Err(Timeout) {
            stop();
        }
    };
    let thread = thread::Builder::new().name("timer".into()).spawn(wait)?;
    Ok((over, thread))
}

/// A run that can be stopped.
pub struct Armed<'a> {
    interrupt: &'a Interrupt,
    timer: Option<Timer>,
}

impl Drop for Armed<'_> {
    fn drop(&mut self) {
        *self.interrupt.0.stop() = None;
        if let Some((over, timer)) = self.timer.take() {
            drop(over);
            let _ = timer.join();
        }
    }
}
