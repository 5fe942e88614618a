//! `cargo soak`: a program under random settings, faults, stops and panics,
//! for as long as you like.
//!
//! The model checker goes through every interleaving of a few small
//! configurations. A soak goes the other way: a few interleavings each of very
//! many configurations, on real threads. proptest draws the cases, and makes
//! one that fails smaller.
//!
//! Read in this order: [`case`], what a run is told; [`run`], one run and what
//! must hold at its end; and here, case after case.

pub mod case;
pub mod run;

use std::cell::Cell;
use std::io::{self, Write};
use std::panic;
use std::process;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::thread;
use std::time::{Duration, Instant};

use proptest::test_runner::{Config as Cases, RngAlgorithm, TestCaseError};
use proptest::test_runner::{TestError, TestRng, TestRunner};

use crate::real::{Start, in_time};
use case::{Case, cases};
use run::Tally;

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
    /// How often a case that has failed, or a smaller one, is run again before
    /// it is believed not to fail.
    pub tries: u32,
}

/// A case that has failed is made smaller for so long.
const SHRINKING: Duration = Duration::from_secs(60);

/// Meanwhile, a run hangs after this.
const SHORT_PATIENCE: Duration = Duration::from_secs(2);

impl Soak<'_> {
    /// Runs case after case, for so long; returns what was counted.
    ///
    /// # Errors
    /// If a case fails: the smallest one that does, and how.
    pub fn run(&self, time: Duration) -> Result<String, String> {
        let (began, mut tenths) = (Instant::now(), 1);
        let mut tallies = vec![Tally::default(); self.sides.len()];
        for number in 0.. {
            for (side, tally) in self.sides.iter().zip(&mut tallies) {
                self.case(side, number, 1, tally)?;
            }
            if began.elapsed() >= time {
                break;
            }
            if began.elapsed() >= time * tenths / 10 {
                tenths += 1;
                let polls: u64 = tallies.iter().map(|tally| tally[1]).sum();
                say(&format!("{} cases, {polls} polls", number + 1));
            }
        }
        let mut said = String::new();
        for ((name, _), tally) in self.sides.iter().zip(tallies) {
            let [runs, polls, errors, panics, rounds, stops, thrown] = tally;
            said += &format!(
                "\n{name}: {runs} runs, {polls} polls, {errors} errors, {panics} \
                 panics of the client;\n  ended: {rounds} by rounds, {stops} by \
                 a stop, {thrown} by a panic of the log\n"
            );
        }
        Ok(said + "\nNothing lost, nothing hung.")
    }

    /// Runs this case on each side, again and again.
    ///
    /// # Errors
    /// As [`run`](Self::run).
    pub fn again(&self, number: u64) -> Result<String, String> {
        for side in self.sides {
            self.case(side, number, self.tries, &mut Tally::default())?;
        }
        Ok(format!("It failed in none of {} tries.", self.tries))
    }

    fn case(
        &self,
        (name, start): &Side,
        number: u64,
        tries: u32,
        tally: &mut Tally,
    ) -> Result<(), String> {
        let (failed, tally) = (Cell::new(None), Cell::from_mut(tally));
        let tried = self.runner(number).run(&cases(), |case| {
            let (mut tries, mut patience) = (tries, self.patience);
            if let Some(at) = failed.get() {
                if Instant::elapsed(&at) > SHRINKING {
                    return Ok(());
                }
                // What fails now and then must be tried often.
                tries = self.tries;
                patience = patience.min(SHORT_PATIENCE);
            }
            let mut tries = 0..tries;
            let ran =
                tries.try_for_each(|_| once(&case, *start, patience, tally));
            if let (Err(why), None) = (&ran, failed.get()) {
                say(&format!(
                    "\nFAILED on the {name} side: {why}\n\nTo run this case \
                     again:\n  cargo soak --side {name} --seed {} --case \
                     {number}\n\nMaking it smaller ...",
                    self.seed
                ));
                failed.set(Some(Instant::now()));
            }
            ran.map_err(TestCaseError::fail)
        });
        let Err(TestError::Fail(why, case)) = tried else { return Ok(()) };
        Err(format!("\n{case:?}\n\nfails, too: {why}"))
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
            ..Cases::default()
        };
        TestRunner::new_with_rng(how, rng)
    }
}

/// Runs a case as often as it says, each time in a thread of its own. A run
/// that hangs cannot be ended: its threads are left asleep.
///
/// # Errors
/// If something does not hold, or it hangs.
fn once(
    case: &Case,
    start: Start,
    patience: Duration,
    tally: &Cell<Tally>,
) -> Result<(), String> {
    for _ in 0..case.runs {
        let given_up = Arc::new(AtomicBool::new(false));
        let (case, flag) = (case.clone(), given_up.clone());
        let ran = in_time(patience, move || case.run(start, &flag));
        let counted = ran.unwrap_or_else(|| {
            given_up.store(true, Relaxed);
            Err(format!("hung: it has not ended after {patience:?}"))
        })?;
        let mut sums = tally.get();
        sums.iter_mut().zip(counted).for_each(|(sum, n)| *sum += n);
        tally.set(sums);
    }
    Ok(())
}

/// Prints a line. If no program reads it any more, that is the end.
pub fn say(line: &str) {
    if writeln!(io::stdout(), "{line}").is_err() {
        process::exit(1);
    }
}

/// From now on only a panic of this thread prints anything: those of runs are
/// caught, and reported with their case.
pub fn hush() {
    let (me, usual) = (thread::current().id(), panic::take_hook());
    panic::set_hook(Box::new(move |panic| {
        if thread::current().id() == me {
            usual(panic);
        }
    }));
}
