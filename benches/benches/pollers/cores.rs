//! Which cores threads run on, and how far apart two cores are.

use std::hint;
use std::sync::atomic::{AtomicU64, Ordering::Acquire, Ordering::Release};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::Instant;

use benches::load::on_one_core;
use benches::rounds::Measured;
use benches::verdict::stats::median;
use core_affinity::CoreId;

/// Keeps this thread on the first core, and so the threads that it starts, on
/// systems that can.
pub fn pin() -> bool {
    let cores = core_affinity::get_core_ids().unwrap_or_default();
    cores.first().is_some_and(|core| core_affinity::set_for_current(*core))
}

/// Whether this system keeps threads on one core.
pub fn can_pin() -> bool {
    on_one_core(pin, || ()).is_some()
}

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
    let (turn, times) = (AtomicU64::new(0), Mutex::new(Vec::new()));
    thread::scope(|scope| {
        for first in 0..2 {
            let core = cores.get(first as usize).copied();
            let (turn, times) = (&turn, &times);
            scope.spawn(move || {
                let mine = hand_over(turn, first, core);
                let all = times.lock();
                all.unwrap_or_else(PoisonError::into_inner).extend(mine);
            });
        }
    });
    let times = times.into_inner().unwrap_or_else(PoisonError::into_inner);
    Measured { figure: median(&times), ..Measured::default() }
}

fn hand_over(turn: &AtomicU64, first: u64, core: Option<CoreId>) -> Vec<f64> {
    core.map(core_affinity::set_for_current);
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
