//! Runs both engines on one model, and compares their results.
//!
//! Next: [`harness`](super::harness).

use std::collections::{BTreeSet, HashSet, VecDeque};

use super::check::{self, Model};
use super::explore::{self, Limits};
use crate::event::{Event, What};
use crate::failure::Failure;
use crate::graph::{End, Graph, State, Step};
use crate::words;
use crate::world::{Choice, World};

/// The result of a comparison.
#[derive(Debug)]
pub enum Agreement {
    /// They agree: the number of outcomes.
    Same(usize),
    /// loom is bounded, or the graph is cut: the outcomes of one are among
    /// those of the other.
    Among {
        /// How many outcomes loom has.
        loom: usize,
        /// How many the graph has.
        graph: usize,
    },
    /// loom's failing run is this schedule of the graph, and ends the same.
    Fails(Vec<Choice>),
    /// They cannot be compared: the reason.
    Not(&'static str),
    /// They differ: what differs.
    Differs(String),
}

/// Compares the engines on this model; the graph is handed back.
pub fn agree(model: &Model, limits: Limits) -> (Agreement, Graph) {
    let graph = explore::graph(model, limits);
    (compare(model, &graph), graph)
}

fn compare(model: &Model, graph: &Graph) -> Agreement {
    if model.by_turns {
        return Agreement::Not("it is not for loom");
    }
    if graph.strange.is_some() {
        return Agreement::Not("the program is strange to the graph");
    }
    let (mut loom, failure) = model.outcomes();
    if let Some(failure) = failure {
        return match find(graph, &failure) {
            Some(schedule) => Agreement::Fails(schedule),
            None if graph.cut.is_some() => Agreement::Not("the graph is cut"),
            None if failure.is_not_seen() && never_seen(graph) => {
                Agreement::Fails(Vec::new())
            }
            None => {
                let what = &failure.headline;
                Agreement::Differs(format!("no schedule for: {what}"))
            }
        };
    }
    let mut graphs = outcomes(graph);
    // A model need not tell its result.
    loom.remove("");
    graphs.remove("");
    let bad = graph.states.iter().filter_map(|state| state.end.as_ref());
    let bad = bad.filter(|end| !matches!(end, End::Well { .. }));
    let bad: Vec<_> = bad.collect();
    let (bounded, cut) = (model.bound.is_some(), graph.cut.is_some());
    let among = Agreement::Among { loom: loom.len(), graph: graphs.len() };
    if let Some(first) = bad.first() {
        let n = bad.len();
        let how = format!("{n} bad ends in the graph, such as {first:?}");
        return Agreement::Differs(how);
    }
    match (bounded, cut) {
        (false, false) if loom == graphs => Agreement::Same(loom.len()),
        (true, false) if loom.is_subset(&graphs) => among,
        (false, true) if graphs.is_subset(&loom) => among,
        (true, true) => Agreement::Not("one is bounded, and the other cut"),
        _ => {
            let odd = loom.symmetric_difference(&graphs).next();
            Agreement::Differs(format!("only in one of them: {odd:?}"))
        }
    }
}

/// The results of the runs of a graph that end well.
pub fn outcomes(graph: &Graph) -> BTreeSet<String> {
    let ends = graph.states.iter().filter_map(|state| state.end.as_ref());
    let well = ends.filter_map(|end| match end {
        End::Well { outcome, .. } => Some(outcome.clone()),
        _ => None,
    });
    well.collect()
}

fn never_seen(graph: &Graph) -> bool {
    let ends = graph.states.iter().filter_map(|state| state.end.as_ref());
    ends.clone().count() > 0
        && ends
            .into_iter()
            .all(|end| !matches!(end, End::Well { seen: true, .. }))
}

/// The schedule of the graph that does what this run did, and ends as it did.
pub fn find(graph: &Graph, failure: &Failure) -> Option<Vec<Choice>> {
    if failure.headline == check::ROUND {
        // A run without end has no last row to come to.
        let bad = |state: &State| match &state.end {
            Some(End::Broken { what, .. }) => what == check::ROUND,
            _ => false,
        };
        let way = || Some(graph.way_to(graph.endless?));
        return way().or_else(|| graph.shortest(0, bad));
    }
    let said = |event: &Event| said(&failure.run.world, event);
    let run = failure.unfolded.iter().map(said).collect();
    let mut walk = Walk {
        graph,
        failure,
        run,
        seen: HashSet::new(),
        schedule: Vec::new(),
    };
    let mut ahead = Ahead::default();
    let start = &graph.states.first()?.world;
    ahead.add(start, &graph.start);
    walk.go(0, 0, ahead).then_some(walk.schedule)
}

/// A thread, and what it did, in words.
type Said = (String, String);

fn said(world: &World, event: &Event) -> Said {
    let thread = world.threads[event.thread].name.clone();
    (thread, words::of(world, event))
}

/// What was done in the graph that comes later in the run: a step may be more
/// than one thing.
#[derive(Default, Clone, PartialEq, Eq, Hash)]
struct Ahead(Vec<(String, VecDeque<String>)>);

impl Ahead {
    fn of(&mut self, thread: &str) -> &mut VecDeque<String> {
        if let Some(at) = self.0.iter().position(|(name, _)| name == thread) {
            return &mut self.0[at].1;
        }
        self.0.push((thread.into(), VecDeque::new()));
        &mut self.0.last_mut().expect("it was pushed").1
    }

    fn add(&mut self, world: &World, events: &[Event]) {
        for event in events.iter().filter(|event| !is_silent(event)) {
            let (thread, what) = said(world, event);
            self.of(&thread).push_back(what);
        }
    }
}

/// loom has no row for it.
fn is_silent(event: &Event) -> bool {
    let what = &event.what;
    matches!(what, What::TimeUp(..) | What::WakeUp(_) | What::Join(_))
        || (event.thread == 0 && *what == What::End)
}

struct Walk<'a> {
    graph: &'a Graph,
    failure: &'a Failure,
    run: Vec<Said>,
    seen: HashSet<(usize, usize, Ahead)>,
    schedule: Vec<Choice>,
}

impl Walk<'_> {
    /// Whether what is left of the run, from this row on, can be done from
    /// this state.
    fn go(&mut self, state: usize, mut row: usize, mut ahead: Ahead) -> bool {
        while let Some((thread, what)) = self.run.get(row) {
            match ahead.of(thread).pop_front() {
                Some(done) if done == *what => row += 1,
                Some(_) => return false,
                None => break,
            }
        }
        if !self.seen.insert((state, row, ahead.clone())) {
            return false;
        }
        if row == self.run.len() && self.is_the_end(state) {
            return true;
        }
        let thread = self.run.get(row).map(|(thread, _)| thread.clone());
        let here = &self.graph.states[state];
        let (its, others): (Vec<_>, Vec<_>) =
            here.steps.iter().partition(|s| {
                let name = &here.world.threads[s.choice.thread].name;
                Some(name) == thread.as_ref() || thread.is_none()
            });
        let silent = |step: &&Step| step.events.iter().all(is_silent);
        let others = others.into_iter().filter(silent);
        for step in its.into_iter().chain(others) {
            let mut ahead = ahead.clone();
            let after = &self.graph.states[step.to].world;
            ahead.add(after, &step.events);
            self.schedule.push(step.choice);
            if self.go(step.to, row, ahead) {
                return true;
            }
            self.schedule.pop();
        }
        false
    }

    fn is_the_end(&self, state: usize) -> bool {
        match &self.graph.states[state].end {
            Some(End::Deadlock) => self.failure.deadlock,
            Some(End::Broken { what, .. }) => self.failure.is(what),
            _ => false,
        }
    }
}
