//! Goes through all schedules of a model, and puts together those that come to
//! the same state; or follows one.
//!
//! Next: [`check`](super::check), the same with loom.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex};

use super::check::{self, Model};
use super::turns::{self, Driver, Moment, Names};
use crate::event::Event;
use crate::graph::{Cut, End, Fate, Graph, Reader, State, Step};
use crate::world::{Choice, How, World};

/// How far to go.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// No more states than this.
    pub states: usize,
    /// No schedule of more steps than this.
    pub steps: usize,
    /// Threads may wake though no thread has woken them.
    pub spurious: bool,
}

impl Default for Limits {
    fn default() -> Self {
        Limits { states: 50_000, steps: 2_000, spurious: false }
    }
}

/// All that can happen in a model.
pub fn graph(model: &Model, limits: Limits) -> Graph {
    let explorer = Arc::new(Mutex::new(Explorer::new(limits)));
    let mut names = Names::default();
    let mut way = Some(VecDeque::new());
    check::keep_panics();
    while let Some(next) = way {
        lock(&explorer).begin(next);
        let driver = Box::new(Exploring(explorer.clone(), limits.spurious));
        names = turns::run(&*model.body, driver, names);
        way = lock(&explorer).next();
    }
    let mut graph = std::mem::take(&mut lock(&explorer).graph);
    Reader::new(model.view).graph(&mut graph);
    graph.tell_fates();
    graph
}

fn lock(explorer: &Mutex<Explorer>) -> std::sync::MutexGuard<'_, Explorer> {
    explorer.lock().expect("nothing panics under it")
}

struct Explorer {
    limits: Limits,
    graph: Graph,
    known: HashMap<u64, usize>,
    todo: Vec<(usize, Choice)>,
    // Of this run: what is left of the way to what is new, the step that is
    // under way, and how many there were.
    way: VecDeque<Choice>,
    step: Option<(usize, Choice)>,
    steps: usize,
}

struct Exploring(Arc<Mutex<Explorer>>, bool);

impl Driver for Exploring {
    fn choose(&mut self, moment: Moment<'_>) -> Option<Choice> {
        lock(&self.0).choose(moment)
    }

    fn ended(&mut self, end: End, moment: Moment<'_>) {
        lock(&self.0).ended(end, moment);
    }

    fn spurious(&self) -> bool {
        self.1
    }
}

impl Explorer {
    fn new(limits: Limits) -> Self {
        Explorer {
            limits,
            graph: Graph::default(),
            known: HashMap::new(),
            todo: Vec::new(),
            way: VecDeque::new(),
            step: None,
            steps: 0,
        }
    }

    fn begin(&mut self, way: VecDeque<Choice>) {
        (self.way, self.step, self.steps) = (way, None, 0);
    }

    /// The way to a step that was not made yet.
    fn next(&mut self) -> Option<VecDeque<Choice>> {
        if self.graph.states.len() >= self.limits.states {
            for (state, _) in self.todo.drain(..) {
                self.graph.states[state].open = true;
                self.graph.cut = Some(Cut::States(self.limits.states));
            }
        }
        let (state, choice) = self.todo.pop()?;
        let mut way = VecDeque::from(self.graph.way_to(state));
        way.push_back(choice);
        Some(way)
    }

    fn choose(&mut self, moment: Moment<'_>) -> Option<Choice> {
        let Moment { world, choices, key, events } = moment;
        let (state, is_new) = self.arrive(key, world, events);
        let choice = match self.way.pop_front() {
            Some(choice) => choice,
            None if is_new => self.begin_at(state, choices)?,
            None => return None,
        };
        self.step = Some((state, choice));
        self.steps += 1;
        Some(choice)
    }

    /// The first step from a new state; the others are for later.
    fn begin_at(&mut self, state: usize, all: Vec<Choice>) -> Option<Choice> {
        if self.steps >= self.limits.steps {
            self.graph.states[state].open = true;
            self.graph.cut = Some(Cut::Steps(self.limits.steps));
            return None;
        }
        // The thread that ran goes on, if it can: that is a short run.
        let active = self.step.map(|(_, choice)| choice.thread);
        let first = all.iter().position(|c| Some(c.thread) == active);
        let first = all[first.unwrap_or(0)];
        let others = all.into_iter().filter(|choice| *choice != first).rev();
        self.todo.extend(others.map(|choice| (state, choice)));
        Some(first)
    }

    fn ended(&mut self, end: End, moment: Moment<'_>) {
        let Moment { world, key, events, .. } = moment;
        let key = match &end {
            End::Deadlock => key,
            End::Well { .. } => turns::hash(&(key, &end)),
            End::Broken { .. } => turns::hash(&(self.step, &end)),
        };
        let (state, is_new) = self.arrive(key, world, events);
        if is_new {
            self.graph.states[state].end = Some(end);
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
        let to = *self.known.entry(key).or_insert(next);
        if to == next {
            let start = Choice { thread: 0, how: How::Plainly };
            self.graph.states.push(State {
                world: world.clone(),
                steps: Vec::new(),
                end: None,
                fate: Fate::default(),
                open: false,
                from: self.step.unwrap_or((0, start)),
            });
        }
        let Some((from, choice)) = self.step.take() else {
            self.graph.start = events;
            return (to, to == next);
        };
        {
            let steps = &mut self.graph.states[from].steps;
            if let Err(at) = steps.binary_search_by_key(&choice, |s| s.choice) {
                steps.insert(at, Step { choice, events, to });
            }
        }
        (to, to == next)
    }
}
