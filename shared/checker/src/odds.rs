//! The odds: how likely each end is from a state, if every further step is
//! drawn at random. First a thread is drawn, each that can go on with the same
//! chance; then one of its choices, as `random` draws.
//!
//! It is no share of schedules: a schedule of many choices is less likely than
//! one of few. Both are here. What a graph leaves out because a thread waits in
//! vain too often in a row (`Graph::patient`), its odds leave out, too.
//!
//! Next: [`tell`](crate::tell), a step in a sentence.

use std::array;
use std::collections::HashSet;

use crate::graph::{End, Graph, State};

/// How likely each end is from a state.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Odds {
    /// A good end, at which the model has seen what it looks for, if it looks
    /// for something.
    pub well: f64,
    /// A good end, at which it has not.
    pub unseen: f64,
    /// A bad end.
    pub badly: f64,
    /// No end: from some state on none can be reached.
    pub round: f64,
    /// The share of the schedules from here that end badly; `None` if there is
    /// no end to them.
    pub share: Option<f64>,
}

/// The chances of a state add up to 1, but for less than this: no chance is
/// wrong by more.
pub const ERROR: f64 = 1e-9;

/// Where a run can go round, the chances are improved at most so often.
const SWEEPS: usize = 20_000;

impl Odds {
    /// That a run fails: it ends badly, or never.
    pub fn fails(&self) -> f64 {
        self.badly + self.round
    }
}

/// The chances of the four ends, as in [`Odds`].
type Ends = [f64; 4];

/// Those where a run is over, or can never be.
fn over(state: &State) -> Option<Ends> {
    Some(match &state.end {
        Some(End::Well { seen: true, .. }) => [1.0, 0.0, 0.0, 0.0],
        Some(End::Well { seen: false, .. }) => [0.0, 1.0, 0.0, 0.0],
        Some(End::Deadlock | End::Broken { .. }) => [0.0, 0.0, 1.0, 0.0],
        None if state.fate.is_round() => [0.0, 0.0, 0.0, 1.0],
        None => return None,
    })
}

/// Those before a step, from those after it.
fn before(state: &State, all: &[Ends]) -> Ends {
    draws(state).fold([0.0; 4], |sum, (to, chance)| {
        array::from_fn(|end| sum[end] + chance * all[to][end])
    })
}

/// The states that may follow, and the chance of each.
fn draws(state: &State) -> impl Iterator<Item = (usize, f64)> {
    // The steps of a thread are beside each other.
    let of_threads =
        || state.steps.chunk_by(|a, b| a.choice.thread == b.choice.thread);
    let threads = of_threads().count();
    of_threads().flat_map(move |its| {
        let chance = 1.0 / (threads * its.len()) as f64;
        its.iter().map(move |step| (step.to, chance))
    })
}

/// The odds of each state; `None` if the graph is cut, for what is missing may
/// be near the start, or if its runs go round for so long that no chance is
/// known to within [`ERROR`].
pub fn odds(graph: &Graph) -> Option<Vec<Odds>> {
    let all = graph.cut.is_none().then(|| chances(graph))??;
    let ways = graph.count(|_| true);
    let bad = graph.count(|end| !matches!(end, End::Well { .. }));
    // Above this, schedules are not counted any more.
    let share = |n: usize| match (ways.as_ref()?[n], bad.as_ref()?[n]) {
        (u128::MAX, _) => None,
        (ways, bad) => Some(bad as f64 / ways as f64),
    };
    let odds = |(n, ends)| {
        let ([well, unseen, badly, round], share) = (ends, share(n));
        Odds { well, unseen, badly, round, share }
    };
    Some(all.into_iter().enumerate().map(odds).collect())
}

fn chances(graph: &Graph) -> Option<Vec<Ends>> {
    let states = &graph.states;
    let ends = states.iter().map(|state| over(state).unwrap_or_default());
    let mut all: Vec<_> = ends.collect();
    let order = graph.last_first();
    for &n in order.iter().filter(|n| !states[**n].steps.is_empty()) {
        all[n] = before(&states[n], &all);
    }
    // What may go round: every sweep comes nearer, from below, and what is
    // missing from 1 is the error.
    let mut rest = going_round(graph, &order);
    for _ in 0..SWEEPS {
        // What is certain enough stays as it is.
        rest.retain(|n| all[*n].iter().sum::<f64>() < 1.0 - ERROR);
        for &n in &rest {
            all[n] = before(&states[n], &all);
        }
    }
    rest.is_empty().then_some(all)
}

/// The states that are not in this order but have an end, the nearest to one
/// first.
fn going_round(graph: &Graph, order: &[usize]) -> Vec<usize> {
    let known: HashSet<_> = order.iter().collect();
    let far = graph.distances(|state| over(state).is_some());
    let rest = (0..far.len()).filter(|n| far[*n] > Some(0));
    let mut rest: Vec<_> = rest.filter(|n| !known.contains(n)).collect();
    rest.sort_by_key(|n| far[*n]);
    rest
}

/// The odds of what a model is asked about.
#[derive(Debug, Clone)]
pub struct Question {
    /// What a run may do: `fail`, `run forever`, or `see it` if one run must
    /// see it, and no more.
    pub does: &'static str,
    /// The chance of that from each state.
    pub all: Vec<f64>,
    /// The share of all schedules that end badly, if they can be counted.
    pub share: Option<f64>,
}

/// What is asked of this graph; `None` if it has no [`odds`].
pub fn question(graph: &Graph) -> Option<Question> {
    let all = odds(graph)?;
    let Odds { unseen, badly, round, share, .. } = *all.first()?;
    let does = match (badly > 0.0, round > 0.0) {
        (false, false) if unseen > 0.0 => {
            let all = all.iter().map(|odds| odds.well).collect();
            return Some(Question { does: "see it", all, share: None });
        }
        (_, false) => "fail",
        (false, true) => "run forever",
        (true, true) => "fail or run forever",
    };
    let all = all.iter().map(Odds::fails).collect();
    Some(Question { does, all, share })
}

/// A chance in percent, in two digits. What is not certain is neither 0 nor
/// 100: more than 99 is 99.5.
pub fn in_percent(chance: f64) -> f64 {
    let all = chance * 100.0;
    if all <= 0.0 || all >= 100.0 {
        return all.clamp(0.0, 100.0);
    }
    if all > 99.0 {
        return 99.5;
    }
    let scale = 10_f64.powf(1.0 - all.log10().floor()).max(1.0);
    (all * scale).round() / scale
}

/// The same, as a text.
pub fn percent(chance: f64) -> String {
    match in_percent(chance) {
        all if all > 0.0 && all < 0.001 => "< 0.001 %".into(),
        all if all > 99.0 && all < 100.0 => "> 99 %".into(),
        all => format!("{all} %"),
    }
}
