//! What is read when a run begins and when it has ended: elapsed time, CPU
//! time, and how often threads left their cores.
//!
//! Next: [`rounds`](crate::rounds).

use std::time::{Duration, Instant};

use compare::measure::CpuClock;

use crate::rounds::Measured;

/// All that is counted from a moment on, of all threads of this process.
pub struct Clocks {
    began: Instant,
    cpu: CpuClock,
    switches: Option<[u64; 2]>,
}

/// The result of one run.
#[derive(Debug, Clone, Copy)]
pub struct Sample {
    /// How often it was done: polls, pairs or hops. Counted, not assumed.
    pub polls: u64,
    /// Elapsed time.
    pub wall: Duration,
    /// CPU time of all threads meanwhile.
    pub cpu: Duration,
    /// How often a thread went to sleep, and how often one left its core to
    /// another that was ready; `None` where the system does not count that.
    pub switches: Option<[u64; 2]>,
}

impl Clocks {
    /// Starts counting.
    pub fn start() -> Self {
        let (switches, cpu) = (switches(), CpuClock::start());
        Clocks { began: Instant::now(), cpu, switches }
    }

    /// What it has been since then, in which so much was done.
    pub fn sample(&self, polls: u64) -> Sample {
        let wall = self.began.elapsed();
        let cpu = self.cpu.elapsed().unwrap_or_default();
        let since = |now: [u64; 2]| {
            let then = self.switches?;
            Some([now[0] - then[0], now[1] - then[1]])
        };
        Sample { polls, wall, cpu, switches: switches().and_then(since) }
    }
}

impl Sample {
    /// Nanoseconds for each, those of CPU time, and switches.
    pub fn each(&self) -> Measured {
        let each = |all: u128| all as f64 / self.polls as f64;
        let figure = each(self.wall.as_nanos());
        let cpu = each(self.cpu.as_nanos());
        let switches = self.switches.map(|all| all.map(|n| each(n.into())));
        Measured { figure, cpu, switches, late: 0.0 }
    }
}

/// Of all threads until now: voluntary context switches, in which a thread went
/// to sleep, and the others, in which it left its core to a thread that was
/// ready.
#[cfg(unix)]
fn switches() -> Option<[u64; 2]> {
    use nix::sys::resource::{UsageWho, getrusage};
    let usage = getrusage(UsageWho::RUSAGE_SELF).ok()?;
    let slept = usage.voluntary_context_switches().try_into().ok()?;
    let yielded = usage.involuntary_context_switches().try_into().ok()?;
    Some([slept, yielded])
}

#[cfg(not(unix))]
fn switches() -> Option<[u64; 2]> {
    None
}
