//! Makes a case that fails smaller, as long as it still fails.
//!
//! Next: [`soak`](crate::soak).

use std::collections::HashSet;
use std::num::{NonZeroU64, NonZeroUsize};
use std::time::Duration;

use crate::case::{Case, Stop};

/// The smallest case that `fails`, by steps from this one. What fails only now
/// and then must be tried more than once by `fails`.
pub fn shrink(case: &Case, mut fails: impl FnMut(&Case) -> bool) -> Case {
    let mut case = case.clone();
    let mut tried = HashSet::new();
    loop {
        let mut new = smaller(&case).into_iter();
        // One that did not fail is not tried again.
        let next = new.find(|c| tried.insert(c.to_string()) && fails(c));
        match next {
            Some(smaller) => case = smaller,
            None => return case,
        }
    }
}

/// Cases that are simpler in one way, the boldest steps first.
fn smaller(case: &Case) -> Vec<Case> {
    let mut all = Vec::new();
    let mut with = |change: &dyn Fn(&mut Case)| {
        let mut new = case.clone();
        change(&mut new);
        if new != *case && new.ends() {
            all.push(new);
        }
    };
    with(&|c| c.runs = 1);
    with(&|c| c.log_panics = None);
    for i in 0..case.stops.len() {
        with(&|c| {
            c.stops.remove(i);
        });
    }
    with(&|c| c.slow = 0);
    with(&|c| c.panics = 0);
    with(&|c| c.errors = 0);
    // What comes each time is simpler than what comes now and then.
    with(&|c| c.slow = c.slow.min(1));
    with(&|c| c.panics = c.panics.min(1));
    with(&|c| c.errors = c.errors.min(1));
    with(&|c| c.spread = false);
    with(&|c| c.listing = Duration::MAX);
    with(&|c| c.backoff = Duration::ZERO);
    with(&|c| c.interval = Duration::ZERO);
    for n in steps(case.urls as u64) {
        with(&|c| c.urls = n as usize);
    }
    for n in steps(case.workers.get() as u64) {
        let n = NonZeroUsize::new(n as usize).unwrap_or(NonZeroUsize::MIN);
        with(&|c| c.workers = n);
    }
    for n in case.rounds.map_or(vec![1, 8], |rounds| steps(rounds.get())) {
        with(&|c| c.rounds = NonZeroU64::new(n).or(Some(NonZeroU64::MIN)));
    }
    for (i, stop) in case.stops.iter().enumerate() {
        let Stop::At(place, n) = *stop else { continue };
        for n in steps(n).into_iter().filter(|n| *n > 0) {
            with(&|c| c.stops[i] = Stop::At(place, n));
        }
    }
    if let Some((place, n)) = case.log_panics {
        for n in steps(n).into_iter().filter(|n| *n > 0) {
            with(&|c| c.log_panics = Some((place, n)));
        }
    }
    with(&|c| c.seed = 0);
    all
}

/// Numbers on the way to 1, and to 0.
fn steps(n: u64) -> Vec<u64> {
    let mut steps = vec![1, n / 8, n / 2, n.saturating_sub(1)];
    steps.retain(|step| *step < n);
    steps.dedup();
    steps
}
