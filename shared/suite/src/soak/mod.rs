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
use std::time::{Duration, Instant};

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

/// A case that has failed is made smaller for so long, in milliseconds.
const SHRINKING: u32 = 60_000;

/// Meanwhile, a run hangs after this.
const SHORT_PATIENCE: Duration = Duration::from_secs(2);

/// How often a case is run, each time as a new program.
const RESTARTS: u32 = 2;

/// A line says so often how far it is.
const NEWS: Duration = Duration::from_secs(10);

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
        let mut said = Instant::now();
        for (done, number) in numbers.enumerate() {
            for (side, tally) in self.sides.iter().zip(&mut tallies) {
                self.case(side, number, tally)?;
            }
            if said.elapsed() >= NEWS {
                say(&format!("{} cases", done + 1));
                said = Instant::now();
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
        let tried = self.runner(number).run(&cases(), |case| {
            let (tries, patience) = if failed.get() {
                (self.tries, self.patience.min(SHORT_PATIENCE))
            } else {
                (1, self.patience)
            };
            for _ in 0..tries * RESTARTS {
                let counted = case.run(*start, patience).map_err(|why| {
                    if !failed.replace(true) {
                        self.say_failed(name, number, &why);
                    }
                    TestCaseError::fail(why)
                })?;
                let sums = tally.get();
                tally.set(std::array::from_fn(|n| sums[n] + counted[n]));
            }
            Ok(())
        });
        let Err(TestError::Fail(why, case)) = tried else { return Ok(()) };
        Err(format!("\n{case:?}\n\nfails, too: {why}"))
    }

    fn say_failed(&self, name: &str, number: u64, why: &str) {
        let seed = self.seed;
        say(&format!(
            "\nFAILED on the {name} side: {why}\n\nTo run this case again:\n  \
             cargo soak --side {name} --seed {seed} --case {number}\n\nMaking \
             it smaller ..."
        ));
    }

    /// Draws the case with this number.
    fn runner(&self, number: u64) -> TestRunner {
        let mut bytes = [0; 32];
        bytes[..8].copy_from_slice(&self.seed.to_le_bytes());
        bytes[8..16].copy_from_slice(&number.to_le_bytes());
        let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &bytes);
        let how = Cases {
            cases: 1,
            failure_persistence: None,
            max_shrink_iters: 100_000,
            max_shrink_time: SHRINKING,
            ..Cases::default()
        };
        TestRunner::new_with_rng(how, rng)
    }
}

/// Prints a line. If no program reads it any more, that is the end.
pub fn say(line: &str) {
    if writeln!(io::stdout(), "{line}").is_err() {
        process::exit(1);
    }
}
