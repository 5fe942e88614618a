//! A case that fails, made smaller: proptest proposes simpler cases, and a
//! name leads to each of them again.

use std::fmt;
use std::str::FromStr;
use std::time::{Duration, Instant};

use proptest::strategy::ValueTree;

use super::case::{Case, draw};
use super::run::Tally;
use super::{TRIES, once};
use crate::real::Start;

/// Which case of a seed: its number, and, if it was made smaller, which of the
/// simpler cases that proptest proposed have failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Name {
    /// From 0.
    pub number: u64,
    /// Whether each proposed case has failed; the last one has.
    pub path: Vec<bool>,
}

impl Name {
    /// The case, ready to be made simpler.
    pub fn tree(&self, seed: u64) -> impl ValueTree<Value = Case> {
        let mut tree = draw(seed, self.number);
        if !self.path.is_empty() {
            tree.simplify();
        }
        for failed in self.path.iter().take(self.path.len().max(1) - 1) {
            step(&mut tree, *failed);
        }
        tree
    }
}

/// Goes on to a simpler case if the last one has failed, or back towards the
/// one before it. Returns whether there is one.
fn step(tree: &mut impl ValueTree<Value = Case>, failed: bool) -> bool {
    if failed { tree.simplify() } else { tree.complicate() }
}

/// Shrinking takes this long at most.
const TIME: Duration = Duration::from_secs(60);

/// The smallest case found that fails, and how; `None` if not even the case
/// itself fails again. One that fails now and then is tried often: a proposal
/// is dropped only if it has failed in none of [`TRIES`] tries.
pub fn shrink(seed: u64, number: u64, start: Start) -> Option<(Name, String)> {
    let began = Instant::now();
    let mut slowest = Duration::from_millis(100);
    let mut fails = |case: &Case| {
        let mut tries = (0..TRIES).take_while(|_| began.elapsed() < TIME);
        tries.find_map(|_| {
            let at = Instant::now();
            // A run that is ten times slower than all others hangs.
            let ran = once(case, start, slowest * 10, &mut Tally::default());
            if ran.is_ok() {
                slowest = slowest.max(at.elapsed());
            }
            ran.err()
        })
    };
    let mut tree = draw(seed, number);
    let mut why = fails(&tree.current())?;
    let (mut path, mut smallest) = (Vec::new(), 0);
    let mut more = tree.simplify();
    while more && began.elapsed() < TIME {
        let failed = fails(&tree.current());
        path.push(failed.is_some());
        more = step(&mut tree, failed.is_some());
        if let Some(how) = failed {
            (why, smallest) = (how, path.len());
        }
    }
    path.truncate(smallest);
    Some((Name { number, path }, why))
}

/// `17`, or `17-4f2`: each digit stands for four proposals.
impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.number)?;
        if !self.path.is_empty() {
            f.write_str("-")?;
        }
        for four in self.path.chunks(4) {
            let bits = four.iter().enumerate();
            let digit = bits.map(|(n, failed)| u8::from(*failed) << n);
            write!(f, "{:x}", digit.sum::<u8>())?;
        }
        Ok(())
    }
}

impl FromStr for Name {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let why =
            || format!("no case is named `{text}`: it is like 17 or 17-4f2");
        let (number, digits) = text.split_once('-').unwrap_or((text, ""));
        let number = number.parse().map_err(|_| why())?;
        let mut path = Vec::new();
        for digit in digits.chars() {
            let digit = digit.to_digit(16).ok_or_else(why)?;
            path.extend((0..4).map(|n| digit >> n & 1 == 1));
        }
        // The last one has failed.
        while path.last() == Some(&false) {
            path.pop();
        }
        Ok(Name { number, path })
    }
}
