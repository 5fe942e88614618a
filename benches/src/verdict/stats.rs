//! Medians, and ratios with an interval.
//!
//! Next: [`machine`](super::machine).

use std::fmt;

use serde::Serialize;

/// A figure, and where it lies with 95 % confidence.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
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
        let Interval { low, middle, high } = self;
        write!(f, "{middle:.2} [{low:.2}, {high:.2}]")
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

/// How many times `a` is `b`: the median over rounds of the ratio within a
/// round, since what disturbs the machine disturbs both; and its 95 %
/// interval by the bootstrap (rounds drawn with replacement, 2,000 times,
/// from a fixed seed).
pub fn ratio(a: &[f64], b: &[f64]) -> Interval {
    let ratios: Vec<f64> = a.iter().zip(b).map(|(a, b)| a / b).collect();
    let mut random = fastrand::Rng::with_seed(2010);
    let mut medians: Vec<f64> = (0..2_000)
        .map(|_| {
            let draw = |_| ratios[random.usize(..ratios.len())];
            median(&(0..ratios.len()).map(draw).collect::<Vec<_>>())
        })
        .collect();
    medians.sort_by(f64::total_cmp);
    let (low, high) = (medians[50], medians[1_949]);
    Interval { low, middle: median(&ratios), high }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ratio_is_taken_within_a_round() {
        // Every other round was disturbed, and both sides with it.
        let b = [10.0, 40.0, 10.0, 40.0, 10.0, 40.0];
        let a = b.map(|b| b * 1.2);
        let Interval { low, middle, high } = ratio(&a, &b);
        assert!((middle - 1.2).abs() < 1e-9 && low == high);
    }

    #[test]
    fn noise_widens_the_interval_over_one() {
        let a = [1.0, 1.2, 0.9, 1.1, 0.8, 1.05, 0.95, 1.0];
        let b = [1.1, 0.9, 1.0, 1.0, 1.0, 1.0, 1.1, 0.9];
        let ratio = ratio(&a, &b);
        assert!(ratio.low < 1.0 && ratio.high > 1.0, "{ratio}");
    }

    #[test]
    fn medians() {
        assert_eq!(median(&[]), 0.0);
        assert_eq!(median(&[3.0, 1.0, 2.0]), 2.0);
        assert_eq!(median(&[4.0, 1.0]), 2.5);
    }
}
