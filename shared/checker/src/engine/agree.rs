//! Runs both engines on one model, and compares their results.
//!
//! Next: [`harness`](crate::harness).

use std::collections::BTreeSet;

use super::check::{self, Model};
use super::explore::{self, Limits};
use crate::failure::Failure;
use crate::graph::{End, Graph, State};
use crate::world::Choice;

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
    let (checked, mut loom) = model.with_loom(true);
    if let Some(failure) = checked.failure {
        return match find(graph, &failure) {
            Some(schedule) => Agreement::Fails(schedule),
            None if graph.cut.is_some() => Agreement::Not("the graph is cut"),
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
    let mut bad = graph.states.iter().filter(|state| state.is_bad());
    if let Some(first) = bad.next() {
        let (n, end) = (bad.count() + 1, &first.end);
        let how = format!("{n} bad ends in the graph, such as {end:?}");
        return Agreement::Differs(how);
    }
    let among = Agreement::Among { loom: loom.len(), graph: graphs.len() };
    match (model.bound.is_some(), graph.cut.is_some()) {
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

fn ends(graph: &Graph) -> impl Iterator<Item = &End> {
    graph.states.iter().filter_map(|state| state.end.as_ref())
}

/// The results of the runs of a graph that end well.
pub fn outcomes(graph: &Graph) -> BTreeSet<String> {
    let well = ends(graph).filter_map(|end| match end {
        End::Well { outcome, .. } => Some(outcome.clone()),
        _ => None,
    });
    well.collect()
}

/// The schedule of the graph that is loom's failing run, and ends as it did.
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
    if failure.is_not_seen() {
        let seen =
            ends(graph).any(|e| matches!(e, End::Well { seen: true, .. }));
        return (!seen && ends(graph).next().is_some()).then(Vec::new);
    }
    let walk = graph.walk(&failure.schedule).ok()?;
    let same = match graph.states[*walk.last()?].end.as_ref()? {
        End::Deadlock => failure.deadlock,
        End::Broken { what, .. } => failure.is(what),
        End::Well { .. } => false,
    };
    same.then(|| failure.schedule.clone())
}
