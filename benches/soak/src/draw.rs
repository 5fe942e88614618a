//! Cases from a seed: the same seed and number always make the same case.
//!
//! Sizes are drawn by their order of magnitude, so that small ones, which
//! give threads more chances to meet, come as often as large ones.
//!
//! Next: [`script`](crate::script), what the web answers.

use std::num::{NonZeroU64, NonZeroUsize};
use std::time::Duration;

use fastrand::Rng;

use crate::case::{Case, Place, Side, Stop};

const HOUR: Duration = Duration::from_secs(3600);

/// So many polls at most are drawn for a run.
const MOST_POLLS: u64 = 30_000;

/// The pauses between polls of one URL sum up to this at most.
const MOST_PAUSES: Duration = Duration::from_millis(50);

/// Case `number` of a soak with this seed, for one side: both get the same.
pub fn case(side: Side, seed: u64, number: u64) -> Case {
    let rng = &mut Rng::with_seed(Rng::with_seed(seed).u64(..) ^ number);
    let mut case = Case::plain(side);
    case.seed = rng.u64(..1 << 32);
    case.runs = rng.u32(1..=3);
    sizes(&mut case, rng);
    pauses(&mut case, rng);
    let polls = rounds(&mut case, rng);
    ends(&mut case, rng, polls);
    case
}

/// One in so many.
fn one_in(rng: &mut Rng, n: u32) -> bool {
    rng.u32(..n) == 0
}

/// From 1 to `most`, each order of magnitude as likely as another.
fn up_to(rng: &mut Rng, most: u64) -> u64 {
    let n = (most as f64 + 1.0).powf(rng.f64()) as u64;
    n.clamp(1, most.max(1))
}

fn sizes(case: &mut Case, rng: &mut Rng) {
    let most = if one_in(rng, 40) { 64 } else { 8 };
    let workers = up_to(rng, most) as usize;
    case.workers = NonZeroUsize::new(workers).expect("it is 1 at least");
    // Over channels 1,024 lie ahead at most: some have more.
    let most = if one_in(rng, 20) { 3_000 } else { 64 };
    case.urls = up_to(rng, most) as usize;
    if one_in(rng, 50) {
        case.urls = 0;
    }
    for faults in [&mut case.errors, &mut case.panics, &mut case.slow] {
        *faults = if rng.bool() { up_to(rng, 100) } else { 0 };
    }
}

fn pauses(case: &mut Case, rng: &mut Rng) {
    case.interval = pause(rng);
    case.backoff = pause(rng);
    case.spread = one_in(rng, 4);
    if rng.bool() {
        // 0 is a meaning, too: listing after listing.
        case.listing = Duration::from_micros(up_to(rng, 2_000) - 1);
    }
}

fn pause(rng: &mut Rng) -> Duration {
    match rng.u32(..16) {
        0 => HOUR,
        1..6 => Duration::from_micros(up_to(rng, 500)),
        _ => Duration::ZERO,
    }
}

/// Draws the rounds, so that it ends in a moment; how many polls it makes.
fn rounds(case: &mut Case, rng: &mut Rng) -> u64 {
    let polls = up_to(rng, MOST_POLLS);
    let pause = case.settings().pause(u32::MAX);
    let (most, pause) = (MOST_PAUSES.as_micros(), pause.as_micros());
    let most = (most / pause.max(1)).max(1) as u64;
    let rounds = (polls / case.urls.max(1) as u64).clamp(1, most);
    case.rounds = NonZeroU64::new(rounds);
    rounds * case.urls as u64
}

/// Draws who ends it before its rounds are done, if anyone does.
fn ends(case: &mut Case, rng: &mut Rng, polls: u64) {
    if one_in(rng, 6) {
        case.log_panics = Some(if rng.bool() {
            (Place::Error, up_to(rng, polls / 4))
        } else {
            (Place::Listing, up_to(rng, 10))
        });
    }
    let count = if rng.bool() { 0 } else { rng.u32(1..=3) };
    case.stops = (0..count).map(|_| stop(rng, polls)).collect();
    if one_in(rng, 4) {
        case.rounds = None;
    }
    if !case.ends() {
        let most = polls.min(case.surely());
        case.stops.push(Stop::At(Place::Thread, up_to(rng, most)));
    }
}

fn stop(rng: &mut Rng, polls: u64) -> Stop {
    match rng.u32(..16) {
        0 => Stop::Before,
        1..3 => Stop::At(Place::Listing, up_to(rng, 10)),
        3..6 => Stop::At(Place::Error, up_to(rng, polls / 4)),
        6..10 => Stop::At(Place::Worker, up_to(rng, polls)),
        _ => Stop::At(Place::Thread, up_to(rng, polls)),
    }
}
