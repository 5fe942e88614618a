//! How far apart two cores are.

use std::hint;
use std::sync::atomic::{AtomicU64, Ordering::Acquire, Ordering::Release};
use std::thread;
use std::time::Instant;

use benches::load::can_pin;
use benches::rounds::Measured;
use benches::verdict::stats::median;
use core_affinity::CoreId;

/// Whether two threads can be kept on two cores: on one, they would wait for
/// each other a time slice long.
pub fn are_two() -> bool {
    can_pin() && core_affinity::get_core_ids().is_some_and(|c| c.len() > 1)
}

/// How often the line changes sides, and of how many changes the time is
/// taken: a thread that is interrupted spoils only some of them.
const HOPS: u64 = 20_000;
const AT_ONCE: u64 = 500;

/// Nanoseconds until what one core has written is seen by another: two threads
/// on two cores hand one cache line to and fro.
pub fn cache_line() -> Measured {
    let cores = core_affinity::get_core_ids().unwrap_or_default();
    let turn = AtomicU64::new(0);
    let times: Vec<f64> = thread::scope(|scope| {
        let threads = [0, 1].map(|first| {
            let (turn, core) = (&turn, cores[first as usize]);
            scope.spawn(move || hand_over(turn, first, core))
        });
        threads.map(|thread| thread.join().expect("no panic")).concat()
    });
    Measured { figure: median(&times), ..Measured::default() }
}

fn hand_over(turn: &AtomicU64, first: u64, core: CoreId) -> Vec<f64> {
    core_affinity::set_for_current(core);
    let (mut times, mut since) = (Vec::new(), Instant::now());
    for mine in (first..HOPS).step_by(2) {
        while turn.load(Acquire) != mine {
            hint::spin_loop();
        }
        turn.store(mine + 1, Release);
        if mine % AT_ONCE == first {
            times.push(since.elapsed().as_nanos() as f64 / AT_ONCE as f64);
            since = Instant::now();
        }
    }
    times
}
