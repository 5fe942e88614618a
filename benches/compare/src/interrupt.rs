//! What ends a run early: Ctrl-C, another signal, or the end of its time.
//!
//! Ctrl-C, `kill` or a closed terminal asks the run to end, and its result is
//! printed. **A Ctrl-C after any of these ends the process at once**; a second
//! signal of another kind does not, because `timeout` sends two.
//!
//! If the output is a pipe that is full and not read, threads hang in writing
//! to it. So the handlers of the signals write nothing and wait for nothing:
//! they set a flag, or end the process.
//!
//! Next: [`progress`](crate::progress).

use std::fs;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::RecvTimeoutError::Timeout;
use std::sync::mpsc::{self, Receiver, Sender};
use std::thread;
use std::time::{Duration, Instant};

use indicatif::ProgressBar;
use shared::NotStarted;
use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::flag::{register, register_conditional_shutdown};

use crate::out::complain;
use crate::progress::clear_of;

/// The terminal was closed. Windows has no such signal.
const SIGHUP: i32 = 1;

/// What stops a run.
pub type Stop = Arc<dyn Fn() + Send + Sync>;

/// How soon a run hears that it was asked to end.
const TICK: Duration = Duration::from_millis(50);

/// Whether the process was asked to end.
pub struct Interrupt(Arc<AtomicBool>);

impl Interrupt {
    /// Handles signals from now on, but not those that were ignored when the
    /// program started: that is how `nohup` protects a program, and how a shell
    /// protects one that it runs in the background.
    ///
    /// # Panics
    /// If the system does not know these signals.
    pub fn install() -> Self {
        let asked = Arc::new(AtomicBool::new(false));
        for signal in [SIGINT, SIGTERM, SIGHUP] {
            // Where it cannot be known, the system handles SIGHUP.
            if is_ignored(signal).unwrap_or(signal == SIGHUP) {
                continue;
            }
            let (known, asked) = ("the system knows it", asked.clone());
            if signal == SIGINT {
                // Before the flag is set, so that it takes two.
                register_conditional_shutdown(signal, 130, asked.clone())
                    .expect(known);
            }
            register(signal, asked).expect(known);
        }
        Interrupt(asked)
    }

    /// Whether a signal came.
    pub fn came(&self) -> bool {
        self.0.load(Ordering::SeqCst)
    }

    /// Lets a signal, or the time given, stop a run, until the result is
    /// dropped.
    ///
    /// # Errors
    /// If there is no thread to watch them.
    pub fn arm(
        &self,
        stop: Stop,
        after: Option<Duration>,
        bar: &ProgressBar,
    ) -> Result<Sender<()>, NotStarted> {
        let asked = self.0.clone();
        let until = after.and_then(|after| Instant::now().checked_add(after));
        let (over, ended) = mpsc::channel();
        let bar = bar.clone();
        let watch = move || {
            if !watch(&asked, until, &ended) {
                return;
            }
            stop();
            if asked.load(Ordering::SeqCst) {
                // This thread may hang here, and no other waits for it.
                clear_of(&bar, || complain(WAITING));
            }
        };
        let thread = String::from("watch");
        match thread::Builder::new().name(thread.clone()).spawn(watch) {
            Ok(_) => Ok(over),
            Err(source) => Err(NotStarted { thread, source }),
        }
    }
}

const WAITING: &str =
    "Waiting for the requests that have begun. Ctrl-C ends it at once.";

/// Returns when it is time to stop the run, or, with `false`, when the run has
/// ended.
fn watch(
    asked: &AtomicBool,
    until: Option<Instant>,
    ended: &Receiver<()>,
) -> bool {
    loop {
        let left = until.map(|u| u.saturating_duration_since(Instant::now()));
        let tick = left.map_or(TICK, |left| left.min(TICK));
        if tick.is_zero() || asked.load(Ordering::SeqCst) {
            return true;
        }
        if ended.recv_timeout(tick) != Err(Timeout) {
            return false;
        }
    }
}

/// Whether this process ignores a signal, if that is known: without unsafe
/// code, only Linux tells.
pub fn is_ignored(signal: i32) -> Option<bool> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"))?;
    let mask = u64::from_str_radix(mask.trim(), 16).ok()?;
    Some(mask >> (signal - 1) & 1 == 1)
}
