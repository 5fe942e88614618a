//! Goes through all schedules of a model and merges those that lead to the
//! same state.
//!
//! Next: `replay`, which follows one of them.

use std::collections::{HashMap, HashSet, VecDeque};
use std::mem;
use std::sync::{Arc, Mutex, MutexGuard};

use super::agree;
use super::check::{Model, Outcomes};
use super::life::hash;
use super::panics;
use super::turns::{self, Driver, Heirloom, Kept, Known, Moment};
use crate::event::Event;
use crate::graph::{Cut, End, Fate, Graph, State, Step};
use crate::names::Names;
use crate::run::{self, NO_PANIC};
use crate::world::{Choice, Thread, World};

/// How far to go.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// No more states than this.
    pub states: usize,
    /// No schedule of more steps than this.
    pub steps: usize,
    /// Threads may wake up spuriously: though no thread has woken them.
    pub spurious: bool,
    /// Do not merge equal states: each schedule is on its own.
    pub apart: bool,
    /// The first so many runs, and one in 16 of those after them, look
    /// at what they find along a known way.
    pub careful: usize,
    /// Only ends and ways are asked for: what happens, and what all are doing,
    /// is forgotten as soon as it can be. That is most of the memory.
    pub lean: bool,
}

impl Limits {
    /// To judge a model, not to show it.
    pub fn verdict() -> Self {
        Limits { states: 150_000, lean: true, ..Limits::default() }
    }
}

impl Default for Limits {
    fn default() -> Self {
        Limits {
            states: 50_000,
            steps: 400,
            spurious: false,
            apart: false,
            careful: 200,
            lean: false,
        }
    }
}

/// A thread that has done and seen the same this many times in a row is assumed
/// to do so forever. If a run may go round, the same is asked with a larger
/// number, up to the last; if that says something else, it is right.
const ROUNDS: [usize; 3] = [4, 16, 64];

/// All that can happen in a model.
pub fn graph(model: &Model, limits: Limits) -> Graph {
    panics::keep();
    let mut tried = ROUNDS[0];
    let mut graph = explore(model, limits, tried);
    let waits =
        |graph: &Graph| graph.patient.is_some() || graph.states[0].fate.round;
    let mut in_vain = waits(&graph);
    for rounds in ROUNDS.into_iter().skip(1) {
        if !in_vain || is_too_big(&graph) || graph.strange.is_some() {
            break;
        }
        let larger = explore(model, limits, rounds);
        if is_too_big(&larger) {
            break;
        }
        (in_vain, tried) = (waits(&larger), rounds);
        // The smaller one, if it says the same.
        if !in_vain || says(&larger) != says(&graph) {
            graph = larger;
        }
    }
    graph.patient = in_vain.then_some(tried);
    graph
}

/// Whether more rounds would make it larger still.
fn is_too_big(graph: &Graph) -> bool {
    graph.cut.is_some_and(|cut| !matches!(cut, Cut::Rounds(_)))
}

/// All that a graph says of a model: which ends there are.
fn says(graph: &Graph) -> (Fate, bool, bool, HashSet<&End>) {
    let ends = graph.states.iter().filter_map(|state| state.end.as_ref());
    let (round, cut) = (graph.endless.is_some(), graph.cut.is_some());
    (graph.states[0].fate, round, cut, ends.collect())
}

fn explore(model: &Model, limits: Limits, rounds: usize) -> Graph {
    let explorer = Arc::new(Mutex::new(Explorer::new(limits, rounds)));
    let mut heirloom = Heirloom::default();
    let mut way = Some(VecDeque::new());
    while let Some(next) = way {
        let blind = lock(&explorer).begin(next);
        let driver = Box::new(Exploring(explorer.clone()));
        heirloom =
            turns::run(&*model.body, model.view, driver, heirloom, blind);
        way = lock(&explorer).next();
    }
    let mut graph = mem::take(&mut lock(&explorer).graph);
    graph.tell_fates();
    // A round that has ended after all is no run without end.
    let ended = mem::take(&mut lock(&explorer).ended);
    if graph.endless.is_some() && !ended.is_empty() {
        ended.into_iter().for_each(|n| graph.states[n].open = true);
        graph.cut.get_or_insert(Cut::Rounds(rounds));
        graph.tell_fates();
    }
    graph.names = heirloom.names;
    graph
}

/// By what the threads and objects are known that are in the first run of a
/// graph: so a schedule is the same one, wherever it comes from.
pub(super) fn names(model: &Model) -> Names {
    let first = Limits { states: 1, lean: true, ..Limits::default() };
    explore(model, first, ROUNDS[0]).names
}

/// The outcomes of a program's runs; see [`check::outcomes`].
///
/// # Panics
/// If it panics.
pub fn outcomes(
    most: usize,
    program: impl Fn() -> String + Send + Sync + 'static,
) -> Outcomes {
    let body = move || run::came_to(&program);
    let model = Model::new("", "", body);
    let limits = Limits { states: most, ..Limits::verdict() };
    let graph = graph(&model, limits);
    for end in graph.states.iter().filter_map(|state| state.end.as_ref()) {
        match end {
            End::Broken { what, .. } => panic!("{what}"),
            End::Deadlock => return Outcomes::Deadlock,
            End::Well { .. } => {}
        }
    }
    if graph.cut.is_some() {
        return Outcomes::TooMany;
    }
    Outcomes::Set(agree::outcomes(&graph))
}

fn lock(explorer: &Mutex<Explorer>) -> MutexGuard<'_, Explorer> {
    explorer.lock().expect(NO_PANIC)
}

struct Explorer {
    limits: Limits,
    rounds: usize,
    graph: Graph,
    known: HashMap<u64, usize>,
    // The first first: what is left out of a graph that is cut is far from the
    // start, where a user who chooses steps comes last.
    todo: VecDeque<(usize, Choice)>,
    // Of this run: what is left of the way to what is new, the step that is
    // under way, and how many there were.
    way: VecDeque<Choice>,
    step: Option<(usize, Choice)>,
    steps: usize,
    // How many runs there were; whether this one looks at what is known.
    runs: usize,
    careful: bool,
    // Of each state from which there is a step that was not made.
    kept: HashMap<usize, Kept>,
    // The state from which the last step of the way is.
    last: usize,
    folded: bool,
    // It did not come to where it should have come to.
    lost: bool,
    // Where a thread has not gone round forever.
    ended: Vec<usize>,
}

/// See [`Limits::careful`].
const EACH: usize = 16;

/// No more states than this if schedules seem to be without end.
const ENDLESS: usize = 2_000;

struct Exploring(Arc<Mutex<Explorer>>);

impl Driver for Exploring {
    fn choose(&mut self, moment: Moment<'_>) -> Option<Choice> {
        lock(&self.0).choose(moment)
    }

    fn ended(&mut self, end: End, moment: Moment<'_>) {
        lock(&self.0).ended(end, moment);
    }

    fn spurious(&self) -> bool {
        lock(&self.0).limits.spurious
    }

    fn rounds(&self) -> usize {
        lock(&self.0).rounds
    }

    fn tells(&self) -> bool {
        lock(&self.0).tells()
    }

    fn known(&mut self) -> Option<Known> {
        lock(&self.0).known()
    }

    fn has_lost(&mut self, how: String) {
        lock(&self.0).is_strange(how);
    }

    fn was_patient(&mut self) {
        lock(&self.0).is_patient();
    }
}

const STRANGE: &str = "this program is not deterministic, or threads share \
    memory past the checker's locks and channels, or the `Debug` of a value \
    hides a part of it, or differs from run to run as that of a `HashMap`";

/// What differs between two moments that should be the same.
fn differs(before: &World, now: &World) -> String {
    let all = before.threads.iter().zip(&now.threads).enumerate();
    let mut other = all.filter(|(_, (a, b))| a.doing != b.doing);
    let Some((thread, (Thread { name, .. }, _))) = other.next() else {
        return "a thread has seen something else".into();
    };
    let does = |world: &World| {
        world.now(thread).map_or("end".into(), |now| now.op.verb.next(now))
    };
    format!("{name} is about to {} instead of {}", does(now), does(before))
}

impl Explorer {
    fn new(limits: Limits, rounds: usize) -> Self {
        Explorer {
            limits,
            rounds,
            graph: Graph::default(),
            known: HashMap::new(),
            todo: VecDeque::new(),
            way: VecDeque::new(),
            step: None,
            steps: 0,
            runs: 0,
            careful: true,
            kept: HashMap::new(),
            last: 0,
            folded: false,
            lost: false,
            ended: Vec::new(),
        }
    }

    /// A run begins; whether it does not look at what is known.
    fn begin(&mut self, way: VecDeque<Choice>) -> bool {
        (self.way, self.step, self.steps) = (way, None, 0);
        (self.folded, self.lost) = (false, false);
        self.runs += 1;
        let one_in = self.runs.is_multiple_of(EACH);
        self.careful = self.runs <= self.limits.careful || one_in;
        !self.careful && !self.way.is_empty()
    }

    /// The way to a step that was not made yet.
    fn next(&mut self) -> Option<VecDeque<Choice>> {
        if self.graph.states.len() >= self.limits.states {
            for (state, _) in self.todo.drain(..) {
                self.graph.states[state].open = true;
                self.graph.cut = Some(Cut::States(self.limits.states));
            }
        }
        let (state, choice) = self.todo.pop_front()?;
        // The steps of a state are made one after the other.
        if state != self.last {
            self.kept.remove(&self.last);
            self.forget(self.last);
        }
        if self.graph.strange.is_some() {
            return None;
        }
        let mut way = VecDeque::from(self.graph.way_to(state));
        way.push_back(choice);
        self.last = state;
        Some(way)
    }

    /// The next step of the way; for the last one, the state before it.
    fn known(&mut self) -> Option<Known> {
        let choice = self.way.pop_front()?;
        self.steps += 1;
        if !self.way.is_empty() {
            return Some(Known { choice, kept: None });
        }
        self.step = Some((self.last, choice));
        let world = self.graph.states[self.last].world.clone();
        let kept = self.kept.get(&self.last).cloned().unwrap_or_default();
        Some(Known { choice, kept: Some((world, kept)) })
    }

    /// No run will come here without looking.
    fn forget(&mut self, state: usize) {
        if self.limits.lean {
            self.graph.states[state].world = World::default();
        }
    }

    fn choose(&mut self, moment: Moment<'_>) -> Option<Choice> {
        let Moment { world, choices, key, events, folded, keep, .. } = moment;
        self.folded |= folded;
        let (state, is_new) = self.arrive(key, world, events);
        if self.lost {
            return None;
        }
        let choice = match self.way.pop_front() {
            Some(choice) if choices.contains(&choice) => choice,
            Some(choice) => {
                let name = &world.threads[choice.thread].name;
                return self.is_strange(format!("{name} could go on before"));
            }
            None if is_new => self.begin_at(state, choices, keep)?,
            None => self.look_again(state)?,
        };
        self.step = Some((state, choice));
        self.steps += 1;
        Some(choice)
    }

    /// Whether the step under way is to be told: it is not known yet.
    fn tells(&self) -> bool {
        let known = |(state, choice): (usize, Choice)| {
            self.graph.states[state].to(choice).is_some()
        };
        !self.limits.lean && !self.step.is_some_and(known)
    }

    /// The first step from a new state; the others are for later.
    fn begin_at(
        &mut self,
        state: usize,
        all: Vec<Choice>,
        keep: &dyn Fn() -> Kept,
    ) -> Option<Choice> {
        if all.len() > 1 {
            self.kept.insert(state, keep());
        } else {
            self.forget(state);
        }
        if self.steps >= self.limits.steps {
            self.graph.states[state].open = true;
            self.graph.cut = Some(Cut::Steps(self.limits.steps));
            // It may be without end, and long schedules take long.
            self.limits.states = self.limits.states.min(ENDLESS);
            return None;
        }
        // The thread that ran goes on, if it can: that is a short run.
        let active = self.step.map(|(_, choice)| choice.thread);
        let first = all.iter().position(|c| Some(c.thread) == active);
        let first = all[first.unwrap_or(0)];
        let others = all.into_iter().filter(|choice| *choice != first);
        self.todo.extend(others.map(|choice| (state, choice)));
        Some(first)
    }

    /// At a known state: the next step, along what is known, to some end.
    ///
    /// For two reasons. What follows must be what followed before: a value
    /// whose `Debug` hides a part, or memory that is shared past the stand-ins,
    /// makes states equal that are not. And a run that ends here unwinds its
    /// threads: a destructor may want a lock that its thread holds, wait for
    /// another thread, or insist that all was done.
    fn look_again(&mut self, state: usize) -> Option<Choice> {
        let steps = &self.graph.states[state].steps;
        // Another one each time, or it might go round.
        let next = steps.get((self.runs + self.steps) % steps.len().max(1));
        let next = next.filter(|_| self.steps < 2 * self.limits.steps);
        next.map(|step| step.choice)
    }

    fn is_patient(&mut self) {
        self.graph.patient = Some(self.rounds);
    }

    fn is_strange(&mut self, how: String) -> Option<Choice> {
        self.lost = true;
        if self.folded {
            self.is_patient();
            return None;
        }
        self.graph.strange =
            Some(format!("{STRANGE}: after the same steps {how}"));
        None
    }

    fn ended(&mut self, end: End, moment: Moment<'_>) {
        let Moment { world, key, events, folded, .. } = moment;
        self.folded |= folded;
        let key = match &end {
            End::Deadlock => key,
            End::Well { .. } => hash(&(key, &end)),
            End::Broken { .. } => hash(&(self.step, &end)),
        };
        let (state, is_new) = self.arrive(key, world, events);
        if is_new {
            self.graph.states[state].end = Some(end);
            self.forget(state);
        }
    }

    /// The step that was under way has led to this state.
    fn arrive(
        &mut self,
        key: u64,
        world: &World,
        events: Vec<Event>,
    ) -> (usize, bool) {
        let next = self.graph.states.len();
        let key = if self.limits.apart { hash(&(key, self.step)) } else { key };
        let to = self.known.get(&key).copied().unwrap_or(next);
        let under_way = self.step.take();
        if let Some((from, choice)) = under_way
            && let Some(known) = self.graph.states[from].to(choice)
            && known != to
        {
            let before = &self.graph.states[known].world;
            self.is_strange(differs(before, world));
            self.ended.push(from);
            return (known, false);
        }
        if to == next {
            self.known.insert(key, next);
            self.graph.states.push(State {
                world: world.clone(),
                steps: Vec::new(),
                end: None,
                fate: Fate::default(),
                open: false,
                from: under_way.unwrap_or((0, Choice::of(0))),
            });
        }
        let Some((from, choice)) = under_way else {
            if to == next {
                self.graph.start = events;
            }
            return (to, to == next);
        };
        let steps = &mut self.graph.states[from].steps;
        if let Err(at) = steps.binary_search_by_key(&choice, |s| s.choice) {
            steps.insert(at, Step { choice, events, to });
        }
        (to, to == next)
    }
}
