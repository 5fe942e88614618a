//! Judges a model: whether it holds in every interleaving, and if not, which
//! one shows it best.
//!
//! Next: [`failure`](crate::failure).

use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use super::explore::{self, Limits};
use super::loom::{self, Body, Found, Search, Way};
use super::replay;
use crate::failure::{Failure, NOT_SEEN, reworded};
use crate::graph::{End, Graph};
use crate::story;
use crate::value::{Value, View};

/// A property, and a small program that has it in every interleaving.
pub struct Model {
    /// The name by which it is selected.
    pub name: &'static str,
    /// The property, in words.
    pub says: &'static str,
    /// Its size: `2 workers x 2 URLs x 2 rounds`.
    pub size: String,
    /// Too much for loom, unless it explores only interleavings with at most
    /// this many forced switches (preemptions). So the graph is searched first.
    pub bound: Option<usize>,
    /// Too much for the graph, too.
    pub huge: bool,
    /// In how many interleavings the property must be seen.
    pub kind: Quantity,
    /// Not for loom, which lacks a feature that it needs: the graph of all
    /// schedules is searched instead.
    pub by_turns: bool,
    /// How its values are shown in a diagram.
    pub view: View,
    /// The values that have one owner at any time, as they are shown.
    pub tokens: Vec<String>,
    /// The program. It panics where the property is broken, and returns
    /// whether it has seen what some interleaving must show.
    pub body: Arc<dyn Fn() -> bool + Send + Sync>,
}

/// Values as they are.
fn no_view(value: Value) -> Value {
    value
}

/// In how many interleavings a property must be seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Quantity {
    /// In every one.
    All,
    /// In one at least.
    Some,
    /// There is only one.
    One,
    /// It is an ordinary test, with searches of its own.
    Plain,
}

/// The outcomes that a program can have.
#[derive(Debug, PartialEq, Eq)]
pub enum Outcomes {
    /// These, in all interleavings.
    Set(BTreeSet<String>),
    /// In some interleaving no thread that is left can go on.
    Deadlock,
    /// There are more interleavings than the limit.
    TooMany,
}

/// The outcomes of `program`, if it has at most `most` interleavings.
///
/// # Panics
/// If it panics.
pub fn outcomes(
    most: u64,
    program: impl Fn() -> String + Send + Sync + 'static,
) -> Outcomes {
    let count = AtomicU64::new(0);
    let body: Body = Arc::new(move || {
        assert!(count.fetch_add(1, Ordering::Relaxed) < most, "too many");
        crate::run::came_to(&program);
        true
    });
    let search = loom::search(&body, no_view, None, u64::MAX, true);
    match search.failed {
        None => Outcomes::Set(search.found.outcomes),
        Some((panic, _)) if loom::is_deadlock(&panic) => Outcomes::Deadlock,
        Some((panic, _)) if panic == "too many" => Outcomes::TooMany,
        Some((panic, _)) => panic!("{panic}"),
    }
}

/// Whether the last search of loom's on this thread left interleavings out in
/// which a thread looks in vain once more.
pub fn was_patient() -> bool {
    loom::was_patient()
}

/// The result of checking a model.
pub struct Checked {
    /// How many interleavings were gone through.
    pub interleavings: u64,
    /// In how many of them the model said `true`.
    pub seen: u64,
    /// If the graph was searched, and all of it: its states. The interleavings
    /// are its schedules then.
    pub states: Option<usize>,
    /// How long that took.
    pub took: Duration,
    /// A thread looked in vain so often in a row that more was not tried.
    pub patient: Option<usize>,
    /// What is wrong, if anything is.
    pub failure: Option<Failure>,
}

/// Of a graph that is searched before loom: about a second.
const MOST_STATES: usize = 8_000;

/// Of one with threads that look again and again, for which it takes longer.
const FEW_STATES: usize = 800;

/// The message if a program does not end.
pub(crate) const ROUND: &str =
    "no end in sight: some thread goes round and round";

/// The message if no thread can go on.
pub(crate) const DEADLOCK: &str = "deadlock: no thread that is left can go on";

impl Model {
    /// A program that is right in every interleaving.
    pub fn new(
        name: &'static str,
        says: &'static str,
        program: impl Fn() + Send + Sync + 'static,
    ) -> Self {
        let body = move || {
            program();
            true
        };
        let (size, bound, kind) = (String::new(), None, Quantity::All);
        let (view, body) = (no_view as View, Arc::new(body));
        let (tokens, by_turns, huge) = (Vec::new(), false, false);
        Model {
            name,
            says,
            size,
            bound,
            huge,
            kind,
            by_turns,
            view,
            tokens,
            body,
        }
    }

    /// The same, for the engine that has real threads and turns.
    pub fn by_turns(self) -> Self {
        Model { by_turns: true, ..self }
    }

    /// The same, with at most this many forced switches under loom.
    pub fn bounded(self, bound: usize) -> Self {
        Model { bound: Some(bound), ..self }
    }

    /// The same, and its graph has too many states to search all of it each
    /// time.
    pub fn huge(self) -> Self {
        Model { huge: true, ..self }
    }

    /// Goes through all interleavings.
    pub fn check(&self) -> Checked {
        let began = Instant::now();
        let mut checked = match self.kind {
            Quantity::Plain => self.plain(),
            _ if self.by_turns => self.with_turns(Limits::verdict()),
            _ if self.bound.is_some() && !self.huge => self.both(),
            _ => self.less_patient(self.with_loom(false).0),
        };
        checked.took = began.elapsed();
        checked
    }

    fn search(&self, bound: Option<usize>, most: u64, asks: bool) -> Search {
        loom::search(&self.body, self.view, bound, most, asks)
    }

    /// The same by loom; and its outcomes, as far as the model tells them: see
    /// [`came_to`](crate::run::came_to).
    pub(crate) fn with_loom(&self, asks: bool) -> (Checked, BTreeSet<String>) {
        // A second one is enough to know that there is not only one.
        let most = if self.kind == Quantity::One { 2 } else { u64::MAX };
        let all = self.search(self.bound, most, asks);
        let patient = was_patient().then_some(loom::MOST_LOOKS);
        let Found { interleavings: n, seen, outcomes } = all.found;
        let wrong = match self.kind {
            Quantity::Some if seen == 0 => {
                Some(format!("{NOT_SEEN}{n} interleavings"))
            }
            Quantity::One if n > 1 => {
                Some("not one interleaving, but more".into())
            }
            _ => None,
        };
        let failure = match (all.failed, wrong) {
            (Some(failed), _) => Some(self.shortest(failed, all.way)),
            // The first run without a forced switch shows how it goes.
            (None, Some(wrong)) if seen == 0 => {
                let way = self.search(Some(0), 1, false).way;
                Some(self.show((wrong, 0), way, false))
            }
            (None, Some(wrong)) => Some(self.show((wrong, 0), all.way, false)),
            (None, None) => None,
        };
        let took = Duration::ZERO;
        let checked = Checked {
            interleavings: n,
            seen,
            states: None,
            took,
            patient,
            failure,
        };
        (checked, outcomes)
    }

    /// The failing interleaving with the fewest forced switches: searched for
    /// with 0 of them, then with 1, and so on.
    fn shortest(&self, failed: (String, usize), way: Way) -> Failure {
        let deadlock = loom::is_deadlock(&failed.0);
        let bounded = (0..self.bound.unwrap_or(4)).find_map(|bound| {
            let search = self.search(Some(bound), u64::MAX, false);
            let same = search.failed?;
            (loom::is_deadlock(&same.0) == deadlock)
                .then_some((same, search.way))
        });
        let (failed, way) = bounded.unwrap_or((failed, way));
        self.show(failed, way, true)
    }

    /// What loom has found, as the other engine tells it: a run that is to end
    /// like this if it `fails`.
    fn show(
        &self,
        (what, by): (String, usize),
        way: Way,
        fails: bool,
    ) -> Failure {
        let deadlock = loom::is_deadlock(&what);
        let headline = if deadlock {
            DEADLOCK.into()
        } else if loom::is_endless(&what) {
            ROUND.into()
        } else {
            reworded(&what)
        };
        let ends_so = |end: &End| match end {
            End::Deadlock => deadlock,
            End::Broken { what, .. } => reworded(what) == headline,
            End::Well { .. } => false,
        };
        let is_end = fails && headline != ROUND;
        let ends_so: &dyn Fn(&End) -> bool = &ends_so;
        let run = replay::follow(self, &way, is_end.then_some(ends_so));
        Failure::new(headline, deadlock, by, run)
    }

    /// By the graph if it holds in all of it; if not, loom may find the failure
    /// with fewer forced switches.
    fn both(&self) -> Checked {
        let limits = Limits { states: MOST_STATES, ..Limits::verdict() };
        let turns = self.with_turns(limits);
        if turns.failure.is_none() {
            return turns;
        }
        let loom = self.with_loom(false).0;
        // That the graph is too large is no failure.
        if loom.failure.is_none() && turns.states.is_some() {
            turns
        } else {
            loom
        }
    }

    /// Where loom has left out looks in vain, the graph may have more of them:
    /// if it is whole, it has the last word.
    fn less_patient(&self, loom: Checked) -> Checked {
        let fails = loom.failure.as_ref().is_some_and(|f| !f.is_not_seen());
        if loom.patient.is_none() || fails || self.huge {
            return loom;
        }
        let limits = Limits { states: FEW_STATES, ..Limits::verdict() };
        let turns = self.with_turns(limits);
        match (turns.states, &turns.failure) {
            (None, _) => loom,
            (Some(_), Some(_)) => turns,
            (Some(_), None) if loom.failure.is_some() => turns,
            (Some(_), None) => Checked { patient: turns.patient, ..loom },
        }
    }

    /// Looks through the graph of all schedules.
    fn with_turns(&self, limits: Limits) -> Checked {
        let graph = explore::graph(self, limits);
        let figures = graph.figures();
        let some = u128::from(graph.states[0].fate.well);
        let count = |n: u128| u64::try_from(n).unwrap_or(u64::MAX);
        let states = graph.cut.is_none().then_some(figures.states);
        let all = figures.schedules.unwrap_or(figures.states as u128);
        Checked {
            interleavings: count(all),
            seen: count(figures.seen.unwrap_or(some)),
            states,
            took: Duration::ZERO,
            patient: graph.patient,
            failure: self.wrong_in(&graph),
        }
    }

    /// What is wrong in a graph of this model.
    fn wrong_in(&self, graph: &Graph) -> Option<Failure> {
        let bad = graph.shortest(0, |state| state.is_bad());
        if let Some(way) = bad.filter(|_| graph.strange.is_none()) {
            return Some(replay::failure(self, graph, &way));
        }
        let unseen = self.kind == Quantity::Some && !graph.states[0].fate.well;
        let wrong = match graph.endless {
            _ if graph.strange.is_some() => graph.strange.as_deref()?,
            Some(_) => ROUND,
            None if graph.cut.is_some() => "too big: its graph is cut",
            None if unseen => "seen in no schedule",
            None => return None,
        };
        let way = match graph.endless.filter(|_| wrong == ROUND) {
            Some(state) => graph.way_to(state),
            None => story::to_show(graph),
        };
        let run = replay::replay(self, graph, &way);
        Some(Failure::new(wrong.into(), false, 0, (run, way)))
    }

    /// A test without interleavings of its own.
    fn plain(&self) -> Checked {
        let ended = catch_unwind(AssertUnwindSafe(|| (self.body)()));
        let failure = ended.err().map(|panic| {
            let text = panic.downcast_ref::<String>().map(String::as_str);
            let text = text.or(panic.downcast_ref::<&str>().copied());
            let text = reworded(text.unwrap_or("it panicked"));
            Failure::new(text, false, 0, Default::default())
        });
        let (interleavings, seen, took) = (0, 0, Duration::ZERO);
        let (states, patient) = (None, None);
        Checked { interleavings, seen, states, took, patient, failure }
    }
}
