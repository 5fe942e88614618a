//! The CPU time and the memory that a run takes.

use std::fs;
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

/// The peak memory of this process, in bytes. Systems other than Linux tell it
/// only to unsafe code, so there it is `None`.
pub fn peak_rss_bytes() -> Option<u64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    let kilobytes = line.split_whitespace().nth(1)?;
    Some(kilobytes.parse::<u64>().ok()? * 1024)
}
