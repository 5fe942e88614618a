//! Case after case, until the time is over, Ctrl-C, or one that fails.
//!
//! Next: [`report`], what is said of one that fails.

use std::time::{Duration, Instant};

use compare::interrupt::Interrupt;
use compare::listing::in_short;
use compare::out::Failure;

use crate::say;

use crate::case::{Case, Side};
use crate::check::Trouble;
use crate::draw;
use crate::report::{self, Failed};
use crate::tally::{Tally, grouped, table};
use crate::watch::Watch;

/// A soak.
pub struct Plan {
    /// What the cases are drawn from.
    pub seed: u64,
    /// Which pollers.
    pub sides: Vec<Side>,
    /// How long no end is thought of.
    pub time: Duration,
}

/// What has been counted, for each side.
struct Counts<'a> {
    plan: &'a Plan,
    tallies: Vec<Tally>,
    began: Instant,
    tenths: u32,
}

/// Soaks: every side gets the same cases.
///
/// # Errors
/// If a case fails. What failed has been said then.
pub fn soak(
    plan: &Plan,
    watch: Watch,
    interrupt: &Interrupt,
) -> Result<(), Failure> {
    let tallies = plan.sides.iter().map(|_| Tally::default()).collect();
    let began = Instant::now();
    let mut counts = Counts { plan, tallies, began, tenths: 0 };
    let failed = (0..).find_map(|number| {
        if counts.began.elapsed() >= plan.time || interrupt.came() {
            return Some(Ok(()));
        }
        counts.say_progress();
        counts.play(watch, number).err().map(Err)
    });
    say(counts.summary());
    match failed.expect("it ends by one or the other") {
        Ok(()) => {
            say("Nothing lost, nothing hung.");
            Ok(())
        }
        Err(failed) => report::say_failed(&failed, watch),
    }
}

impl Counts<'_> {
    /// Plays one case on each side.
    fn play(&self, watch: Watch, number: u64) -> Result<(), Box<Failed>> {
        for (side, tally) in self.plan.sides.iter().zip(&self.tallies) {
            let seed = self.plan.seed;
            let case = draw::case(*side, seed, number);
            watch.run(&case, tally).map_err(|trouble| {
                let polls = tally.polls();
                Box::new(Failed { case, number, seed, trouble, polls })
            })?;
        }
        Ok(())
    }

    /// At each tenth of the time, how far it is.
    fn say_progress(&mut self) {
        let (now, time) = (self.began.elapsed(), self.plan.time);
        while self.tenths < 9 && now >= time * (self.tenths + 1) / 10 {
            self.tenths += 1;
            if now < time * (self.tenths + 1) / 10 {
                let cases = self.tallies.iter().map(Tally::cases).sum();
                let polls = self.tallies.iter().map(Tally::polls).sum();
                let (cases, polls) = (grouped(cases), grouped(polls));
                say(format!("{}: {cases} cases, {polls} polls", in_short(now)));
            }
        }
    }

    fn summary(&self) -> String {
        let names = self.plan.sides.iter().map(|side| side.name());
        let columns: Vec<_> = names.zip(&self.tallies).collect();
        let took = in_short(self.began.elapsed());
        format!("\nseed {}, {took}\n\n{}\n", self.plan.seed, table(&columns))
    }
}

/// Runs one case again and again.
///
/// # Errors
/// If it fails at least once.
pub fn again(
    case: &Case,
    tries: u32,
    watch: Watch,
    interrupt: &Interrupt,
) -> Result<(), Failure> {
    let tally = Tally::default();
    let mut wrong = Vec::new();
    let mut tried = 0;
    while tried < tries && !interrupt.came() {
        tried += 1;
        match watch.run(case, &tally) {
            Ok(()) => {}
            Err(Trouble::Machine(why)) => return Err(Failure::Failed(why)),
            Err(trouble) => wrong.push(trouble),
        }
    }
    say(table(&[(case.side.name(), &tally)]));
    let failed = wrong.len();
    match wrong.first() {
        None => {
            say(format!("\nIt failed in none of {tried} tries."));
            Ok(())
        }
        Some(first) => Err(Failure::Failed(format!(
            "it failed in {failed} of {tried} tries: {first}"
        ))),
    }
}
