//! That sleeps and yields are not taken for one another. The only test here, as
//! the system counts those of all threads of a program.

#![cfg(target_os = "linux")]

use std::thread;
use std::time::Duration;

use benches::lines::{Line, Work, urls};

/// A thread that waits for a time sleeps. One that looks into an empty channel,
/// while another thread of its core is ready, yields.
#[test]
fn sleeps_and_yields_are_counted() {
    let work = Work::Cpu(Duration::ZERO);
    // As many threads as there are take turns in looking.
    let cores = thread::available_parallelism().map_or(1, usize::from);
    let counted = |line: Line| {
        let sample = line.run(1, &urls(1), 100 * cores as u64, work);
        sample.switches.expect("this system counts them")
    };
    let [slept, yielded] = counted(Line::TimedWait);
    assert!(slept > 40 && yielded < 40, "{slept} {yielded}");
    let [slept, yielded] = counted(Line::EmptyLook);
    assert!(yielded > slept, "{slept} {yielded}");
}
