//! Medians, and ratios with an interval.
//!
//! Next: [`machine`](super::machine).

use std::fmt;

use super::tables::figure;

/// The median of some ratios, and where the true one lies.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Interval {
    /// The lower end.
    pub low: f64,
    /// The median.
    pub middle: f64,
    /// The upper end.
    pub high: f64,
    /// The chance that the true median lies between the ends.
    pub sure: f64,
}

/// Brackets are for an interval of at least 95 %. Of too few rounds there is
/// none: then it is all that was seen.
impl fmt::Display for Interval {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [low, middle, high] =
            [self.low, self.middle, self.high].map(figure);
        if self.is_sure() {
            write!(f, "{middle} [{low}, {high}]")
        } else {
            write!(f, "{middle}, range {low} to {high}")
        }
    }
}

impl Interval {
    /// Whether it is one of 95 %.
    pub fn is_sure(self) -> bool {
        self.sure >= 0.95
    }

    /// What the ratio `channel / mutex` says: which of the two takes less.
    pub fn says(self) -> &'static str {
        match self {
            _ if !self.is_sure() => "too few rounds",
            Interval { low, high, .. } if low > 0.9 && high < 1.1 => {
                "about the same"
            }
            Interval { low, .. } if low > 1.0 => "mutex",
            Interval { high, .. } if high < 1.0 => "channel",
            _ => "no difference seen",
        }
    }

    /// Whether it says that there is a difference.
    pub fn misses_one(self) -> bool {
        self.low > 1.0 || self.high < 1.0
    }

    /// Of a ratio between a line and itself: the smallest difference that this
    /// would have shown. With it, the interval would lie beside 1.
    pub fn sees(self) -> f64 {
        self.high.max(1.0 / self.low) - 1.0
    }
}

/// The one in the middle; 0 of none.
pub fn median(samples: &[f64]) -> f64 {
    let mut sorted = samples.to_vec();
    sorted.sort_by(f64::total_cmp);
    let half = sorted.len() / 2;
    match sorted.len() {
        0 => 0.0,
        n if n % 2 == 1 => sorted[half],
        _ => f64::midpoint(sorted[half - 1], sorted[half]),
    }
}

/// Fewer rounds than this give no interval that holds in 95 % of cases: not
/// even the one from the smallest to the largest.
pub const FEWEST: usize = 6;

/// How many times `a` is `b`: the median over rounds of the ratio within a
/// round, because what disturbs the machine disturbs both sides of a round.
///
/// Its interval goes from one of the sorted ratios to another. A ratio lies
/// above the true median as often as below it, like a coin that is tossed, and
/// this alone says how far to go in from both ends. So the interval holds
/// whatever shape the noise has, if rounds do not depend on one another.
///
/// # Panics
/// If there is no round.
pub fn ratio(a: &[f64], b: &[f64]) -> Interval {
    let mut ratios: Vec<f64> = a.iter().zip(b).map(|(a, b)| a / b).collect();
    ratios.sort_by(f64::total_cmp);
    let last = ratios.len().checked_sub(1).expect("at least one round");
    let (cut, sure) = cut(ratios.len());
    let (low, high) = (ratios[cut], ratios[last - cut]);
    Interval { low, middle: median(&ratios), high, sure }
}

/// How many of `n` sorted samples may be left out at each end, so that the
/// others still span the true median in at least 95 % of cases; and in how many
/// they do.
fn cut(n: usize) -> (usize, f64) {
    // The chance that exactly `heads` of `n` fair coins fall so.
    let mut chance = 0.5_f64.powi(i32::try_from(n).unwrap_or(i32::MAX));
    let (mut outside, mut heads) = (chance, 0);
    loop {
        chance *= (n - heads) as f64 / (heads + 1) as f64;
        if heads >= n / 2 || 2.0 * (outside + chance) > 0.05 {
            return (heads, 1.0 - 2.0 * outside);
        }
        outside += chance;
        heads += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// From tables of the sign test.
    #[test]
    fn how_many_are_left_out() {
        let cuts = [1, 5, FEWEST, 8, 9, 11, 12, 15, 20].map(cut);
        let lefts = cuts.map(|(left, _)| left);
        assert_eq!(lefts, [0, 0, 0, 0, 1, 1, 2, 3, 5]);
        let percent = cuts.map(|(_, sure)| (sure * 1e3).round() / 10.0);
        let known = [0.0, 93.8, 96.9, 99.2, 96.1, 98.8, 96.1, 96.5, 95.9];
        assert_eq!(percent, known);
    }

    #[test]
    fn too_few_rounds_have_a_range_and_no_verdict() {
        let rounds = |n| ratio(&vec![3.0; n], &vec![2.0; n]);
        let few = rounds(FEWEST - 1);
        assert_eq!(few.to_string(), "1.50, range 1.50 to 1.50");
        assert_eq!(few.says(), "too few rounds");
        assert_eq!(rounds(FEWEST).to_string(), "1.50 [1.50, 1.50]");
    }

    #[test]
    fn what_is_seen_is_what_would_lie_beside_one() {
        let (low, middle, high, sure) = (0.8, 1.0, 1.1, 0.96);
        let noise = Interval { low, middle, high, sure };
        assert!(!noise.misses_one());
        assert!((noise.sees() - 0.25).abs() < 1e-9, "{}", noise.sees());
        // A line that takes so much more, or less.
        for times in [1.26, 1.0 / 1.26] {
            let [low, high] = [low * times, high * times];
            assert!(Interval { low, high, ..noise }.misses_one(), "{times}");
        }
        assert!(!Interval { low: 0.99, high: 1.36, ..noise }.misses_one());
    }

    #[test]
    fn medians() {
        assert_eq!(median(&[]), 0.0);
        assert_eq!(median(&[3.0, 1.0, 2.0]), 2.0);
        assert_eq!(median(&[4.0, 1.0]), 2.5);
    }
}
