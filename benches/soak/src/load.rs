//! A machine that is busy: one core for all threads, other threads beside.
//!
//! Next: [`args`](crate::args).

use std::hint::spin_loop;
use std::thread;

use compare::out::Failure;

/// From now on this thread, and all that it starts, run on one core.
///
/// # Errors
/// If the system refuses.
#[cfg(target_os = "linux")]
pub fn use_one_core() -> Result<(), Failure> {
    use rustix::thread::{CpuSet, sched_getaffinity, sched_setaffinity};

    let failed = |why| Failure::Failed(format!("--on-one-core: {why}"));
    let ours = sched_getaffinity(None).map_err(failed)?;
    let first = (0..CpuSet::MAX_CPU).find(|core| ours.is_set(*core));
    let mut one = CpuSet::new();
    one.set(first.expect("a thread that runs has a core"));
    sched_setaffinity(None, &one).map_err(failed)
}

/// Other systems bind threads one by one, if at all.
///
/// # Errors
/// Always.
#[cfg(not(target_os = "linux"))]
pub fn use_one_core() -> Result<(), Failure> {
    Err(Failure::Usage(
        "--on-one-core works on Linux only; on Windows, `start /affinity 1` \
         does the same"
            .into(),
    ))
}

/// Starts threads that do nothing but keep a core busy, until the end of the
/// process.
///
/// # Errors
/// If there are not so many.
pub fn keep_busy(threads: u32) -> Result<(), Failure> {
    for n in 1..=threads {
        let thread = thread::Builder::new().name(format!("beside {n}"));
        let started = thread.spawn(|| {
            loop {
                spin_loop();
            }
        });
        started.map_err(|why| {
            Failure::Failed(format!("--beside: thread {n}: {why}"))
        })?;
    }
    Ok(())
}
