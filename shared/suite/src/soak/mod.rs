//! `cargo soak`: a program under random settings, faults, stops and panics,
//! for as long as you like.
//!
//! The model checker goes through every interleaving of a few small
//! configurations. A soak goes the other way: a few interleavings each of very
//! many configurations, on real threads. proptest draws the cases and makes
//! one that fails smaller.
//!
//! Read in this order: [`case`], what a run is told; [`run`], one run and what
//! must hold at its end; [`shrink`]; and here, case after case.

pub mod case;
pub mod run;
pub mod shrink;

use std::fmt::Write;
use std::panic;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::thread;
use std::time::{Duration, Instant};

use proptest::strategy::ValueTree;

use crate::real::Start;
use case::{Case, draw};
use run::{COUNTED, Tally};
use shrink::{Name, shrink};

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
    /// Takes what there is to say, line by line.
    pub say: &'a dyn Fn(&str),
}

/// How often a case is run again, to see whether it fails again.
pub const TRIES: u32 = 100;

impl Soak<'_> {
    /// Runs case after case, for so long; then says what it has counted, or
    /// how to run again the case that failed. Returns whether all is well.
    pub fn run(&self, time: Duration) -> bool {
        hush();
        (self.say)(&format!("seed {}", self.seed));
        let began = Instant::now();
        let mut tallies = vec![Tally::default(); self.sides.len()];
        let mut said = Duration::ZERO;
        for number in 0.. {
            let case = draw(self.seed, number).current();
            for (side, tally) in self.sides.iter().zip(&mut tallies) {
                if let Err(why) = once(&case, side.1, self.patience, tally) {
                    self.failed(side, number, &why);
                    return false;
                }
            }
            let took = began.elapsed();
            if took >= time {
                break;
            }
            if took >= said + time / 10 {
                said = took;
                let polls: u64 = tallies.iter().map(|tally| tally[1]).sum();
                (self.say)(&format!(
                    "{:.0} s: {} cases, {polls} polls",
                    took.as_secs_f64(),
                    number + 1
                ));
            }
        }
        (self.say)(&self.table(&tallies));
        (self.say)("\nNothing lost, nothing hung.");
        true
    }

    /// Runs one case again and again, until it fails. Returns whether it never
    /// did.
    pub fn again(&self, name: &Name) -> bool {
        hush();
        let case = name.tree(self.seed).current();
        for (side, start) in self.sides {
            for n in 1..=TRIES {
                let mut tally = Tally::default();
                let ran = once(&case, *start, self.patience, &mut tally);
                if let Err(why) = ran {
                    let say = format!("{case:#?}\n\nFAILED on the {side} side");
                    (self.say)(&format!("{say}, at try {n}: {why}"));
                    return false;
                }
            }
        }
        (self.say)(&format!("It failed in none of {TRIES} tries."));
        true
    }

    /// Says what failed, and how to run it again, as it was drawn and smaller.
    fn failed(&self, side: &Side, number: u64, why: &str) {
        let (name, start) = *side;
        let again = |case: &Name| {
            let seed = self.seed;
            format!("  cargo soak --side {name} --seed {seed} --case {case}")
        };
        let drawn = Name { number, path: Vec::new() };
        (self.say)(&format!(
            "\nFAILED on the {name} side: {why}\n\nTo run this case again:\n\
             {}\n\nMaking it smaller ...",
            again(&drawn)
        ));
        let smallest = shrink(self.seed, number, start);
        match smallest {
            None => (self.say)("It did not fail again."),
            Some((small, why)) => {
                let case = small.tree(self.seed).current();
                (self.say)(&format!(
                    "\n{case:#?}\n\nfails, too: {why}\n\nTo run it:\n{}",
                    again(&small)
                ));
            }
        }
    }

    fn table(&self, tallies: &[Tally]) -> String {
        let mut text = format!("\n{:24}", "");
        for (name, _) in self.sides {
            let _ = write!(text, "{name:>14}");
        }
        for (row, what) in COUNTED.iter().enumerate() {
            let _ = write!(text, "\n{what:24}");
            for tally in tallies {
                let _ = write!(text, "{:>14}", tally[row]);
            }
        }
        text
    }
}

/// Runs a case as often as it says, each time in a thread of its own, and adds
/// to the tally. A run that hangs cannot be ended: its threads are left asleep.
///
/// # Errors
/// If something does not hold, or it hangs.
pub fn once(
    case: &Case,
    start: Start,
    patience: Duration,
    tally: &mut Tally,
) -> Result<(), String> {
    for _ in 0..case.runs {
        let (tell, ended) = channel();
        let given_up = Arc::new(AtomicBool::new(false));
        let (case, flag) = (case.clone(), given_up.clone());
        // If it is not heard any more, it was taken for a hang.
        let run = move || drop(tell.send(case.run(start, &flag)));
        let thread = thread::Builder::new().name("run".into()).spawn(run);
        thread.map_err(|why| format!("no thread could be started: {why}"))?;
        let ran = ended.recv_timeout(patience).map_err(|why| match why {
            RecvTimeoutError::Timeout => {
                given_up.store(true, Relaxed);
                format!("hung: it has not ended after {patience:?}")
            }
            RecvTimeoutError::Disconnected => "its thread died".into(),
        });
        tally.iter_mut().zip(ran??).for_each(|(sum, n)| *sum += n);
    }
    Ok(())
}

/// From now on only a panic of the main thread prints anything: those of runs
/// are caught, and reported with their case.
fn hush() {
    let usual = panic::take_hook();
    panic::set_hook(Box::new(move |panic| {
        if thread::current().name() == Some("main") {
            usual(panic);
        }
    }));
}
