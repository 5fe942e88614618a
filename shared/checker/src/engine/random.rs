//! Random schedules: at each step, any thread that can go on, all with the
//! same chance. A tester without patience or insight; seeded, so that what it
//! found can be found again.
//!
//! Next: [`check`](super::check), the tester that leaves nothing out.

use std::sync::{Arc, Mutex, PoisonError};

use fastrand::Rng;

use super::check::Model;
use super::panics;
use super::turns::{self, Driver, Heirloom, Moment};
use crate::graph::End;
use crate::world::Choice;

/// What random schedules of a model came to.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Tried {
    /// How many there were.
    pub runs: u64,
    /// Of these, how many ended badly, or after [`MOST_STEPS`] not at all.
    pub failed: u64,
    /// In how many the model saw what it looks for.
    pub seen: u64,
    /// The first that failed.
    pub first: Option<Vec<Choice>>,
}

/// A run of more steps goes round and round.
pub const MOST_STEPS: usize = 2_000;

/// Runs a model by so many random schedules, which follow from the seed.
pub fn random(model: &Model, runs: u64, seed: u64) -> Tried {
    panics::keep();
    let mut rng = Rng::with_seed(seed);
    let mut tried = Tried { runs, ..Tried::default() };
    for _ in 0..runs {
        let run = Run { rng: rng.fork(), schedule: Vec::new(), end: None };
        let run = Arc::new(Mutex::new(run));
        let driver = Box::new(Wandering(run.clone()));
        let heirloom = Heirloom::default();
        turns::run(&*model.body, model.view, driver, heirloom, false);
        let run = run.lock().unwrap_or_else(PoisonError::into_inner);
        match run.end {
            Some(End::Well { seen, .. }) => tried.seen += u64::from(seen),
            _ => {
                tried.failed += 1;
                tried.first.get_or_insert_with(|| run.schedule.clone());
            }
        }
    }
    tried
}

struct Run {
    rng: Rng,
    schedule: Vec<Choice>,
    end: Option<End>,
}

struct Wandering(Arc<Mutex<Run>>);

impl Wandering {
    fn run(&self) -> std::sync::MutexGuard<'_, Run> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Driver for Wandering {
    fn choose(&mut self, moment: Moment<'_>) -> Option<Choice> {
        let mut run = self.run();
        if run.schedule.len() == MOST_STEPS {
            return None;
        }
        // A thread first, then what it does: else one that could do more
        // would have the turn more often.
        let mut threads: Vec<_> =
            moment.choices.iter().map(|choice| choice.thread).collect();
        threads.dedup();
        let thread = run.rng.choice(threads)?;
        let its = moment.choices.iter().filter(|c| c.thread == thread);
        let choice = *run.rng.choice(its.collect::<Vec<_>>())?;
        run.schedule.push(choice);
        Some(choice)
    }

    fn ended(&mut self, end: End, _: Moment<'_>) {
        self.run().end = Some(end);
    }

    fn tells(&self) -> bool {
        false
    }

    fn rounds(&self) -> usize {
        // As often as it may: a run that goes round is stopped above.
        MOST_STEPS
    }
}
