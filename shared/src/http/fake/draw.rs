//! Pseudo-random draws: the same for the same URL and attempt.

use std::ops::RangeInclusive;
use std::time::Duration;

use super::Answer;
use crate::http::StatusCode;
use crate::{HttpError, Url};

/// The random draws for one request.
pub struct Draw(u64);

impl Draw {
    /// Each attempt at each URL has its own, whatever the thread and the time.
    pub fn new(url: &Url, attempt: u64) -> Self {
        let bytes = url.as_str().bytes().map(u64::from);
        Draw(bytes.chain([attempt]).fold(mix(0), |all, n| mix(all ^ n)))
    }

    /// A duration from this range, uniformly distributed.
    pub fn within(&self, range: &RangeInclusive<Duration>) -> Duration {
        let width = range.end().saturating_sub(*range.start());
        // 53 bits are what an `f64` holds: a number from 0 up to 1.
        let share = (self.0 >> 11) as f64 / (1u64 << 53) as f64;
        *range.start() + width.mul_f64(share)
    }

    /// A fault, in one of `one_in` requests on average; none if that is 0.
    pub fn fault(&self, one_in: u64) -> Option<Answer> {
        // A second draw, so that slow answers are not likelier to be faults.
        let drawn = mix(self.0);
        let hit = one_in > 0 && drawn.is_multiple_of(one_in);
        hit.then(|| FAULTS[(mix(drawn) % FAULTS.len() as u64) as usize])
    }
}

const FAULTS: [Answer; 6] = [
    Answer::Status(StatusCode::NOT_FOUND),
    Answer::Status(StatusCode::SERVICE_UNAVAILABLE),
    Answer::Error(HttpError::TimedOut),
    Answer::Error(HttpError::Refused),
    Answer::Error(HttpError::Lost),
    Answer::Panic,
];

/// One step of splitmix64 (Steele, Lea and Flood, 2014): five lines that
/// give the same numbers on every machine, forever.
fn mix(n: u64) -> u64 {
    let n = n.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let n = (n ^ (n >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let n = (n ^ (n >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    n ^ (n >> 31)
}
