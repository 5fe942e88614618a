//! `cargo soak`: a program under random settings, faults, stops and panics,
//! for as long as you like.
//!
//! The model checker goes through every interleaving of a few small
//! configurations. A soak goes the other way: a few interleavings each of very
//! many configurations, on real threads. proptest draws the cases, and makes
//! one that fails smaller.
//!
//! Read in this order: [`case`], one run; and here, case after case.

pub mod case;

use std::cell::Cell;
use std::io::{self, Write};
use std::process;
use std::time::Duration;

use proptest::test_runner::{Config as Cases, RngAlgorithm, TestCaseError};
use proptest::test_runner::{TestError, TestRng, TestRunner};

use crate::real::Start;
use case::{COUNTED, Tally, cases};

/// A program and its name on the command line.
pub type Side = (&'static str, Start);

/// A soak of some programs: each gets the same cases.
pub struct Soak<'a> {
    /// Which programs.
    pub sides: &'a [Side],
    /// What the cases are drawn from.
    pub seed: u64,
    /// A run that takes longer hangs.
    pub patience: Duration,
    /// How often a case that is smaller than one that has failed is run before
    /// it is believed not to fail: what fails now and then must be tried often.
    pub tries: u32,
}

/// How often a case is run, each time as a new program.
const RESTARTS: u32 = 2;

impl Soak<'_> {
    /// Runs these cases; returns what was counted.
    ///
    /// # Errors
    /// If a case fails: the smallest one that does, and how.
    pub fn run(
        &self,
        numbers: impl Iterator<Item = u64>,
    ) -> Result<String, String> {
        let mut tallies = vec![Tally::default(); self.sides.len()];
        for (done, number) in (1..).zip(numbers) {
            for (side, tally) in self.sides.iter().zip(&mut tallies) {
                self.case(side, number, tally)?;
            }
            if done % 1_000 == 0 {
                say(&format!("{done} cases"));
            }
        }
        let mut all = String::new();
        for ((name, _), tally) in self.sides.iter().zip(tallies) {
            let counts = tally.iter().zip(COUNTED);
            let counts = counts.map(|(n, what)| format!("{n} {what}"));
            all += &format!("{name}: {}\n", Vec::from_iter(counts).join(", "));
        }
        Ok(all + "Nothing lost, nothing hung.")
    }

    fn case(
        &self,
        (name, start): &Side,
        number: u64,
        tally: &mut Tally,
    ) -> Result<(), String> {
        let (failed, tally) = (Cell::new(false), Cell::from_mut(tally));
        let fails = |why: String| {
            if !failed.replace(true) {
                say(&format!(
                    "\nFAILED on the {name} side: {why}\n\nTo run this case \
                     again:\n  cargo soak --side {name} --seed {} --case \
                     {number}\n\nMaking it smaller ...",
                    self.seed
                ));
            }
            TestCaseError::fail(why)
        };
        let tried = self.runner(number).run(&cases(), |case| {
            let tries = if failed.get() { self.tries } else { 1 };
            for _ in 0..tries * RESTARTS {
                let counted = case.run(*start, self.patience).map_err(fails)?;
                let sums = tally.get();
                tally.set(std::array::from_fn(|n| sums[n] + counted[n]));
            }
            Ok(())
        });
        let Err(TestError::Fail(why, case)) = tried else { return Ok(()) };
        Err(format!("\n{case:?}\n\nfails, too: {why}"))
    }

    /// Draws the case with this number.
    fn runner(&self, number: u64) -> TestRunner {
        let seed = [self.seed, number, 0, 0].map(u64::to_le_bytes).concat();
        let how = Cases {
            cases: 1,
            failure_persistence: None,
            max_shrink_iters: 100_000,
            max_shrink_time: 60_000, // milliseconds
            ..Cases::default()
        };
        let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &seed);
        TestRunner::new_with_rng(how, rng)
    }
}

/// Prints a line. If no program reads it any more, that is the end.
pub fn say(line: &str) {
    if writeln!(io::stdout(), "{line}").is_err() {
        process::exit(1);
    }
}
