//! What else a machine may have to do: other programs that never rest, or one
//! core only. Both are set up, and looked at, before anything is timed.
//!
//! Next: [`verdict`](crate::verdict).

use std::env;
use std::hint;
use std::io::{self, Read, Write};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::thread;
use std::time::Duration;

use compare::measure::CpuClock;

/// The argument that makes a program [`be_busy`].
pub const BUSY: &str = "--be-busy";

/// Other programs that are always busy: processes of their own, so that their
/// CPU time is not taken for the poller's.
pub struct OtherPrograms(Vec<Child>);

impl OtherPrograms {
    /// Starts so many copies of this program, and waits until each is busy.
    ///
    /// # Errors
    /// If one cannot be started.
    pub fn start(count: usize) -> io::Result<Self> {
        let mut started = OtherPrograms(Vec::new());
        for _ in 0..count {
            let mut program = Command::new(env::current_exe()?);
            program.arg(BUSY).stdin(Stdio::piped()).stdout(Stdio::piped());
            started.0.push(program.spawn()?);
        }
        for program in &mut started.0 {
            let out = program.stdout.as_mut().expect("it is piped");
            out.read_exact(&mut [0])?;
        }
        Ok(started)
    }

    /// Ends them, and gives the CPU time that they took.
    pub fn end(mut self) -> Duration {
        let took = |program: Child| {
            // It ends when its input does, and then says what it took.
            let out = program.wait_with_output().ok()?;
            let ns = String::from_utf8(out.stdout).ok()?.trim().parse().ok()?;
            Some(Duration::from_nanos(ns))
        };
        self.0.drain(..).filter_map(took).sum()
    }
}

impl Drop for OtherPrograms {
    fn drop(&mut self) {
        for program in &mut self.0 {
            // If it has ended already, that is what is wanted.
            let _ = program.kill();
            let _ = program.wait();
        }
    }
}

/// What such a program does: says that it is there, works without a pause
/// until its input ends, and says how many ns of CPU time it took.
///
/// # Errors
/// If its output cannot be written, because its parent process is gone.
pub fn be_busy() -> io::Result<()> {
    let cpu = CpuClock::start();
    io::stdout().write_all(b"!")?;
    io::stdout().flush()?;
    let over = AtomicBool::new(false);
    thread::scope(|scope| {
        scope.spawn(|| {
            let _ = io::stdin().read(&mut [0]);
            over.store(true, Relaxed);
        });
        while !over.load(Relaxed) {
            hint::spin_loop();
        }
    });
    let took = cpu.elapsed().unwrap_or_default();
    writeln!(io::stdout(), "{}", took.as_nanos())
}

/// Runs `work` on a thread for which `pin` has found a core, and which sees
/// that one only, as do the threads that it starts. `None`, and nothing is
/// run, if they see more: the system has not done what it was asked for.
pub fn on_one_core<T: Send>(
    pin: impl FnOnce() -> bool + Send,
    work: impl FnOnce() -> T + Send,
) -> Option<T> {
    let cores = || thread::available_parallelism().map_or(0, usize::from);
    let pinned = move || {
        let kept = pin() && {
            let of_child = thread::scope(|scope| scope.spawn(cores).join());
            of_child.is_ok_and(|seen| seen == 1)
        };
        kept.then(work)
    };
    thread::scope(|scope| scope.spawn(pinned).join()).ok().flatten()
}
