//! All schedules of a small program, as a graph: its states, the steps that
//! lead from one to the next, and the ends that each can still lead to.
//!
//! States that the program cannot tell apart are one state of the graph: a
//! thread counts as what it has done and seen, an object as what it holds.
//! Memory that threads share in any other way is not part of a state.
//!
//! Next: [`odds`](crate::odds), how likely each of these ends is.

use std::collections::{HashSet, VecDeque};

use crate::event::Event;
use crate::names::Names;
use crate::world::{Choice, World};

pub use crate::choice::{parse_schedule, schedule};

/// How a run ends.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum End {
    /// All threads have ended.
    Well {
        /// Whether the model has seen what it looks for.
        seen: bool,
        /// Its result, if the model tells it.
        outcome: String,
    },
    /// No thread that is left can go on.
    Deadlock,
    /// A property is broken.
    Broken {
        /// What is wrong.
        what: String,
        /// Which thread noticed.
        by: usize,
    },
}

/// All states that can be reached; the first is the one at the start.
#[derive(Debug, Clone, Default)]
pub struct Graph {
    /// Its states.
    pub states: Vec<State>,
    /// The steps that come before the first choice.
    pub start: Vec<Event>,
    /// Why parts of it are missing, if any are.
    pub cut: Option<Cut>,
    /// A state from which a run may go on forever, though each thread that
    /// can go on again and again does.
    pub endless: Option<usize>,
    /// Runs were left out in which a thread waits in vain more often in a row
    /// than this.
    pub patient: Option<usize>,
    /// The program cannot be checked: the reason.
    pub strange: Option<String>,
    /// By what its threads and objects are known.
    pub(crate) names: Names,
}

/// Why a part of a graph is missing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cut {
    /// There are more states than this.
    States(usize),
    /// There are schedules of more steps than this.
    Steps(usize),
    /// Some thread repeats the same more often than this, and ends after all.
    Rounds(usize),
}

/// A moment at which every thread is parked or has ended.
#[derive(Debug, Clone)]
pub struct State {
    /// What all are doing.
    pub world: World,
    /// The possible steps, in the order of the threads; none at an end.
    pub steps: Vec<Step>,
    /// How the run ends here, if it does.
    pub end: Option<End>,
    /// The ends that it can still lead to.
    pub fate: Fate,
    /// Not everything that can follow was looked at.
    pub open: bool,
    /// The state that it was first reached from, and how; for the first state
    /// itself.
    pub from: (usize, Choice),
}

/// A step: a thread goes on until it is about to do the next thing.
#[derive(Debug, Clone)]
pub struct Step {
    /// Who, and how.
    pub choice: Choice,
    /// What it did. It may be more than one thing: what no other thread can
    /// notice, such as its end, belongs to the step before.
    pub events: Vec<Event>,
    /// The state after it.
    pub to: usize,
}

/// The ends that a state can still lead to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Fate {
    /// A good end.
    pub well: bool,
    /// A bad one.
    pub badly: bool,
    /// An end at which a model that looks for something has not seen it.
    pub unseen: bool,
    /// It is not known: the graph is cut.
    pub unknown: bool,
    /// It may run forever.
    pub round: bool,
}

impl State {
    /// Where this step leads to, if it was made.
    pub fn to(&self, choice: Choice) -> Option<usize> {
        let at = self.steps.binary_search_by_key(&choice, |s| s.choice);
        at.ok().map(|at| self.steps[at].to)
    }

    /// Whether it is an end that a model must not have.
    pub fn is_bad(&self) -> bool {
        self.end.as_ref().is_some_and(|e| !matches!(e, End::Well { .. }))
    }
}

impl Fate {
    /// Whatever happens, it ends badly.
    pub fn is_lost(self) -> bool {
        self.badly && !self.well && !self.unseen && !self.unknown
    }

    /// Whatever happens, it runs forever.
    pub fn is_round(self) -> bool {
        !self.badly && !self.well && !self.unseen && !self.unknown
    }

    /// Whatever happens, it ends well.
    pub fn is_safe(self) -> bool {
        !self.badly && !self.unknown && !self.round && self.well
    }
}

/// The size of a graph.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Figures {
    /// States.
    pub states: usize,
    /// Steps.
    pub steps: usize,
    /// States in which no thread can go on, though one is left.
    pub deadlocks: usize,
    /// States in which a property is broken.
    pub broken: usize,
    /// Schedules, from the start to an end; `None` if there is no end to
    /// them, or the graph is cut.
    pub schedules: Option<u128>,
    /// Of these, how many end badly.
    pub bad: Option<u128>,
    /// In how many the model sees what it looks for.
    pub seen: Option<u128>,
}

impl Graph {
    /// The state that a schedule leads to, and those before it; `Err` with the
    /// number of the step that cannot be made there.
    ///
    /// # Errors
    /// If a step cannot be made.
    pub fn walk(&self, schedule: &[Choice]) -> Result<Vec<usize>, usize> {
        let mut all = vec![0];
        for (n, choice) in schedule.iter().enumerate() {
            let here = &self.states[all[n]];
            all.push(here.to(*choice).ok_or(n)?);
        }
        Ok(all)
    }

    /// A schedule that leads to this state: the one by which it was found.
    pub fn way_to(&self, mut state: usize) -> Vec<Choice> {
        let mut way = Vec::new();
        while state != 0 {
            let (from, choice) = self.states[state].from;
            way.push(choice);
            state = from;
        }
        way.reverse();
        way
    }

    /// The fewest steps from each state to one of these.
    pub fn distances(&self, to: impl Fn(&State) -> bool) -> Vec<Option<usize>> {
        let before = self.before();
        let mut found = vec![None; self.states.len()];
        let ends = (0..self.states.len()).filter(|s| to(&self.states[*s]));
        let mut next: VecDeque<_> = ends.map(|s| (s, 0)).collect();
        while let Some((state, far)) = next.pop_front() {
            if found[state].is_none() {
                found[state] = Some(far);
                next.extend(before[state].iter().map(|s| (*s, far + 1)));
            }
        }
        found
    }

    /// The shortest schedule from here to one of these states.
    pub fn shortest(
        &self,
        from: usize,
        to: impl Fn(&State) -> bool,
    ) -> Option<Vec<Choice>> {
        let far = self.distances(to);
        let (mut here, mut way) = (from, Vec::new());
        while far[here]? > 0 {
            let nearer =
                |s: &&Step| far[s.to].is_some_and(|d| Some(d + 1) == far[here]);
            let step = self.states[here].steps.iter().find(nearer)?;
            way.push(step.choice);
            here = step.to;
        }
        Some(way)
    }

    /// The step of a walk after which it could no longer end well, if it could
    /// before.
    pub fn fatal(&self, walk: &[usize]) -> Option<usize> {
        let lost = |state: usize| {
            let fate = self.states[state].fate;
            fate.is_lost() || fate.is_round()
        };
        let first = walk.iter().position(|state| lost(*state))?;
        first.checked_sub(1)
    }

    /// Its size.
    pub fn figures(&self) -> Figures {
        let count = |end: fn(&End) -> bool| {
            let ends = self.states.iter().filter_map(|s| s.end.as_ref());
            ends.filter(|e| end(e)).count()
        };
        let first = |ways: Option<Vec<_>>| ways?.first().copied();
        let all = self.count(|_| true);
        let bad = self.count(|end| !matches!(end, End::Well { .. }));
        let seen =
            self.count(|end| matches!(end, End::Well { seen: true, .. }));
        Figures {
            states: self.states.len(),
            steps: self.states.iter().map(|state| state.steps.len()).sum(),
            deadlocks: count(|end| *end == End::Deadlock),
            broken: count(|end| matches!(end, End::Broken { .. })),
            schedules: first(all),
            bad: first(bad),
            seen: first(seen),
        }
    }

    /// How many schedules lead from each state to such ends.
    pub(crate) fn count(
        &self,
        which: impl Fn(&End) -> bool,
    ) -> Option<Vec<u128>> {
        let order = self.last_first();
        if self.cut.is_some() || order.len() < self.states.len() {
            return None;
        }
        let mut ways = vec![0_u128; self.states.len()];
        for state in order {
            ways[state] = match &self.states[state].end {
                Some(end) => u128::from(which(end)),
                None => {
                    let steps = self.states[state].steps.iter();
                    steps.fold(0, |n, step| ways[step.to].saturating_add(n))
                }
            };
        }
        Some(ways)
    }

    /// All states, each after all those that it leads to. States that can run
    /// forever are not among them.
    pub(crate) fn last_first(&self) -> Vec<usize> {
        let before = self.before();
        let states = self.states.iter();
        let mut left: Vec<_> = states.map(|s| s.steps.len()).collect();
        let mut order: Vec<_> =
            (0..left.len()).filter(|state| left[*state] == 0).collect();
        let mut next = 0;
        while let Some(state) = order.get(next).copied() {
            next += 1;
            for &from in &before[state] {
                left[from] -= 1;
                if left[from] == 0 {
                    order.push(from);
                }
            }
        }
        order
    }

    /// A state among these at which a fair run may go on forever among them:
    /// every thread that can go on again and again goes on again and again. A
    /// run that is not fair ends in no real program: its system lets every
    /// thread go on at some time.
    fn endless_from(&self, among: &[bool]) -> Option<usize> {
        self.rounds(among).into_iter().find_map(|round| {
            let mut inside = vec![false; self.states.len()];
            round.iter().for_each(|state| inside[*state] = true);
            let steps = || {
                let all = round.iter().flat_map(|s| &self.states[*s].steps);
                all.map(|step| (step.choice.thread, inside[step.to]))
            };
            let stays: HashSet<_> =
                steps().filter(|(_, in_it)| *in_it).map(|(t, _)| t).collect();
            let unfair: HashSet<_> = steps()
                .map(|(t, _)| t)
                .filter(|t| !stays.contains(t))
                .collect();
            if unfair.is_empty() {
                return round.into_iter().min();
            }
            // Only where none of these can go on may a run go round.
            for state in round {
                let steps = &self.states[state].steps;
                let leaves = |s: &Step| unfair.contains(&s.choice.thread);
                inside[state] = !steps.iter().any(leaves);
            }
            self.endless_from(&inside)
        })
    }

    /// The largest sets of these states in which each leads to each, with a
    /// step at least: Tarjan's algorithm, without recursion.
    fn rounds(&self, among: &[bool]) -> Vec<Vec<usize>> {
        let (mut found, mut stack, mut next) = (Vec::new(), Vec::new(), 1);
        // The number of each state in the order of the search, and the least
        // one that it leads back to; 0 is not seen, MAX is done with.
        let mut number = vec![0; among.len()];
        let mut low = vec![0; among.len()];
        for start in 0..among.len() {
            let is_new = among[start] && number[start] == 0;
            let mut path = vec![(start, 0_usize); usize::from(is_new)];
            while let Some((state, step)) = path.pop() {
                if step == 0 {
                    (number[state], low[state]) = (next, next);
                    next += 1;
                    stack.push(state);
                }
                let steps = &self.states[state].steps;
                if let Some(before) = step.checked_sub(1) {
                    low[state] = low[state].min(low[steps[before].to]);
                }
                if let Some(to) = steps.get(step).map(|step| step.to) {
                    path.push((state, step + 1));
                    if among[to] && number[to] == 0 {
                        path.push((to, 0));
                    } else if !among[to] {
                        low[to] = usize::MAX;
                    }
                    continue;
                }
                if low[state] < number[state] {
                    continue;
                }
                let from = stack.iter().rposition(|s| *s == state);
                let round = stack.split_off(from.expect("it was pushed"));
                round.iter().for_each(|s| low[*s] = usize::MAX);
                let to_itself = steps.iter().any(|step| step.to == state);
                if round.len() > 1 || to_itself {
                    found.push(round);
                }
            }
        }
        found
    }

    /// For each step its first state, by its last.
    fn before(&self) -> Vec<Vec<usize>> {
        let mut before = vec![Vec::new(); self.states.len()];
        for (from, state) in self.states.iter().enumerate() {
            for step in &state.steps {
                before[step.to].push(from);
            }
        }
        before
    }

    /// Works out the ends that each state can lead to.
    pub fn tell_fates(&mut self) {
        let whole: Vec<_> = self.states.iter().map(|s| !s.open).collect();
        self.endless = self.endless_from(&whole);
        let ends = |end: fn(&End) -> bool| {
            self.distances(|state| state.end.as_ref().is_some_and(end))
        };
        let well = ends(|end| matches!(end, End::Well { seen: true, .. }));
        let unseen = ends(|end| matches!(end, End::Well { seen: false, .. }));
        let badly = ends(|end| !matches!(end, End::Well { .. }));
        let unknown = self.distances(|state| state.open);
        let mut round = vec![true; self.states.len()];
        self.last_first().into_iter().for_each(|state| round[state] = false);
        for (n, state) in self.states.iter_mut().enumerate() {
            state.fate = Fate {
                well: well[n].is_some(),
                badly: badly[n].is_some(),
                unseen: unseen[n].is_some(),
                unknown: unknown[n].is_some(),
                round: round[n],
            };
        }
    }
}
