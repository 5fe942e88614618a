//! Random schedules, seeded, so that what was found can be found again.
//!
//! Uniform: at each step, any thread that can go on, all with the same chance.
//! A tester without patience: that one thread stays away for 15 steps has the
//! chance of 15 coin flips.
//!
//! By priority (probabilistic concurrency testing, PCT): threads have random
//! priorities, and of those that can go on the highest does; at `depth - 1`
//! random steps the one that would go on gets a priority below all of these.
//! The depth of a bug is how many orders of two steps are needed for it: for a
//! step that comes too early 1, for a lock that is given back in the middle 2.
//! With n threads and k steps, a run finds a bug of this depth with a chance of
//! at least 1 / (n k^(depth-1)): with 1 / n the one thread that must wait has
//! the lowest priority, and with 1 / k each change is at the one right step.
//! That is a bound for any bug; uniform schedules have none so good, though
//! where a bug needs a few exact turns in a short program they find it more
//! often.
//!
//! Next: [`check`](super::check), the tester that leaves nothing out.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use fastrand::Rng;

use super::check::Model;
use super::explore;
use super::panics;
use super::turns::{self, Driver, Moment};
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
    /// The steps of the longest.
    pub steps: usize,
}

/// A run of more steps goes round and round.
pub const MOST_STEPS: usize = 2_000;

/// How many uniform runs tell how long a run is, before those by priority.
const BEFORE: u64 = 20;

/// Runs a model by so many random schedules, which follow from the seed.
pub fn random(model: &Model, runs: u64, seed: u64) -> Tried {
    tried(model, runs, &mut Rng::with_seed(seed), None)
}

/// The same by priority, for bugs of this depth.
pub fn by_priority(model: &Model, runs: u64, seed: u64, depth: usize) -> Tried {
    let mut rng = Rng::with_seed(seed);
    let steps = tried(model, BEFORE, &mut rng, None).steps;
    tried(model, runs, &mut rng, Some((depth, steps)))
}

/// By priority if a depth is given, and how long runs are.
fn tried(
    model: &Model,
    runs: u64,
    rng: &mut Rng,
    depth: Option<(usize, usize)>,
) -> Tried {
    panics::keep();
    let mut tried = Tried { runs, ..Tried::default() };
    let names = explore::names(model);
    for _ in 0..runs {
        let mut rng = rng.fork();
        let priorities = depth.map(|all| Priorities::new(&mut rng, all));
        let run = Run { rng, priorities, schedule: Vec::new(), end: None };
        let run = Arc::new(Mutex::new(run));
        let driver = Box::new(Wandering(run.clone()));
        let heirloom = names.clone().into();
        turns::run(&*model.body, model.view, driver, heirloom, false);
        let run = run.lock().unwrap_or_else(PoisonError::into_inner);
        tried.steps = tried.steps.max(run.schedule.len());
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

/// Who goes before whom.
struct Priorities {
    // Of each thread that could go on so far.
    of: HashMap<usize, i64>,
    // At which step the thread that would go on gets which priority: below the
    // first ones, in an order that is as random as they are.
    changes: Vec<usize>,
    lowest: i64,
    // The thread that went on last, and how often in a row others had to wait.
    last: usize,
    row: usize,
}

/// A thread that goes on so often in a row, though others could, may wait for
/// them by looking again and again: it becomes the lowest.
const MOST_IN_A_ROW: usize = 60;

impl Priorities {
    fn new(rng: &mut Rng, (depth, steps): (usize, usize)) -> Self {
        let changes = (1..depth).map(|_| rng.usize(..steps.max(1))).collect();
        let of = HashMap::new();
        Priorities { of, changes, lowest: 0, last: usize::MAX, row: 0 }
    }

    fn highest(&self, threads: &[usize]) -> Option<usize> {
        threads.iter().copied().max_by_key(|thread| self.of[thread])
    }

    /// The thread that makes this step.
    fn draw(
        &mut self,
        threads: &[usize],
        step: usize,
        rng: &mut Rng,
    ) -> Option<usize> {
        let least = self.changes.len() as i64;
        for thread in threads {
            let first = || rng.i64(least..i64::MAX);
            self.of.entry(*thread).or_insert_with(first);
        }
        for n in 0..self.changes.len() {
            if self.changes[n] == step {
                self.of.insert(self.highest(threads)?, n as i64);
            }
        }
        let best = self.highest(threads)?;
        if best != self.last {
            (self.last, self.row) = (best, 0);
        }
        if self.row >= MOST_IN_A_ROW {
            self.lowest -= 1;
            self.of.insert(best, self.lowest);
            (self.last, self.row) = (self.highest(threads)?, 0);
        }
        self.row += usize::from(threads.len() > 1);
        Some(self.last)
    }
}

struct Run {
    rng: Rng,
    priorities: Option<Priorities>,
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
        let run = &mut *run;
        if run.schedule.len() == MOST_STEPS {
            return None;
        }
        // A thread first, then what it does: else one that could do more
        // would have the turn more often.
        let mut threads: Vec<_> =
            moment.choices.iter().map(|choice| choice.thread).collect();
        threads.dedup();
        let (step, rng) = (run.schedule.len(), &mut run.rng);
        let thread = match &mut run.priorities {
            Some(priorities) => priorities.draw(&threads, step, rng)?,
            None => rng.choice(threads)?,
        };
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
