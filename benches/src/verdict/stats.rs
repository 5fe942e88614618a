//! Medians, and ratios with an interval.
//!
//! Next: [`machine`](super::machine).

use std::fmt;

use super::tables::figure;

/// A figure, and where it lies with 95 % confidence.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Interval {
    /// The lower end.
    pub low: f64,
    /// The median.
    pub middle: f64,
    /// The upper end.
    pub high: f64,
}

impl fmt::Display for Interval {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [low, middle, high] =
            [self.low, self.middle, self.high].map(figure);
        write!(f, "{middle} [{low}, {high}]")
    }
}

impl Interval {
    /// What the ratio `channel / mutex` says: which of the two takes less.
    pub fn says(self) -> &'static str {
        match self {
            Interval { low, high, .. } if low > 0.9 && high < 1.1 => {
                "about the same"
            }
            Interval { low, .. } if low > 1.0 => "mutex",
            Interval { high, .. } if high < 1.0 => "channel",
            _ => "no difference seen",
        }
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
    let cut = cut(ratios.len());
    let (low, high) = (ratios[cut], ratios[last - cut]);
    Interval { low, middle: median(&ratios), high }
}

/// How many of `n` sorted samples may be left out at each end, so that the
/// others still span the true median in at least 95 % of cases.
fn cut(n: usize) -> usize {
    // The chance that exactly `heads` of `n` fair coins fall so.
    let mut chance = 0.5_f64.powi(i32::try_from(n).unwrap_or(i32::MAX));
    let (mut outside, mut heads) = (chance, 0);
    loop {
        chance *= (n - heads) as f64 / (heads + 1) as f64;
        if heads >= n / 2 || 2.0 * (outside + chance) > 0.05 {
            return heads;
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
        assert_eq!(cuts, [0, 0, 0, 0, 1, 1, 2, 3, 5]);
    }

    #[test]
    fn medians() {
        assert_eq!(median(&[]), 0.0);
        assert_eq!(median(&[3.0, 1.0, 2.0]), 2.0);
        assert_eq!(median(&[4.0, 1.0]), 2.5);
    }
}
