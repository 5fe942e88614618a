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

/// The argument that makes a program [`be_busy`].
pub const BUSY: &str = "--be-busy";

/// Other programs that are always busy: processes of their own, so that their
/// CPU time is not taken for the poller's. They end when they are dropped, as
/// their input ends with it.
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

    /// Ends them, and waits until they have ended.
    pub fn end(self) {
        for program in self.0 {
            // It ends when its input does, and this closes it.
            let _ = program.wait_with_output();
        }
    }
}

/// What such a program does: says that it is there, and works without a pause
/// until its input ends.
///
/// # Errors
/// If its output cannot be written, because its parent process is gone.
pub fn be_busy() -> io::Result<()> {
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
    Ok(())
}

/// Whether this system keeps threads on one core.
pub fn can_pin() -> bool {
    on_one_core(|| ()).is_some()
}

/// Runs `work` on a thread that is kept on the first core, as are the threads
/// that it starts. `None`, and nothing is run, if these see more than one core:
/// the system has not done what it was asked for.
pub fn on_one_core<T: Send>(work: impl FnOnce() -> T + Send) -> Option<T> {
    let pinned = || {
        let first = *core_affinity::get_core_ids()?.first()?;
        let kept = core_affinity::set_for_current(first);
        let cores = || thread::available_parallelism().map_or(0, usize::from);
        let seen = thread::scope(|scope| scope.spawn(cores).join()).ok()?;
        (kept && seen == 1).then(work)
    };
    thread::scope(|scope| scope.spawn(pinned).join()).ok().flatten()
}
