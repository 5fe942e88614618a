//! The CPU time and the memory that a run takes.

use std::time::Duration;

use cpu_time::ProcessTime;

/// Counts the CPU time of all threads of this process.
pub struct CpuClock(Option<ProcessTime>);

impl CpuClock {
    /// Starts counting.
    pub fn start() -> Self {
        CpuClock(ProcessTime::try_now().ok())
    }

    /// CPU time since the start; `None` where the system does not tell.
    pub fn elapsed(&self) -> Option<Duration> {
        self.0.and_then(|start| start.try_elapsed().ok())
    }
}
