//! Random programs, of which every engine must find the same ends: states
//! merged or not, by turns or by loom, or by the checker of the lesson.
//!
//! `WITNESS=2000 cargo loom -p suite -- witness` runs so many of each kind.
//!
//! Next: `program`, what is drawn.

use std::collections::BTreeSet;
use std::env;
use std::sync::Arc;

use checker::check::{Model, Outcomes, outcomes, was_patient};
use checker::explore::{self, Limits};
use checker::graph::{End, Graph};
use checker::run::came_to;
use fastrand::Rng;

mod mini;
mod program;

use super::once;
use program::{Do, KINDS, Kind, LOCKS, Program};

type Ends = BTreeSet<String>;

/// Draws programs with so many steps, and compares what two engines say of
/// each; they say nothing of one that is too large. It goes on until so many
/// of each kind have more than one end: as `WITNESS` says, or this sample.
fn compare(
    kinds: &[Kind],
    sample: u64,
    steps: usize,
    by: fn(&Arc<Program>) -> Option<[Ends; 2]>,
) {
    let said = env::var("WITNESS").ok().and_then(|n| n.parse().ok());
    let sample = said.unwrap_or(sample);
    let (mut same, mut large) = (0, 0);
    for kind in kinds {
        let (mut more, mut seeds) = (0, 0..100 * sample);
        while more < sample {
            let seed =
                seeds.next().expect("a program in a hundred has more ends");
            let rng = &mut Rng::with_seed(seed);
            let program = Arc::new(Program::new(rng, kind, steps));
            let Some([one, other]) = by(&program) else {
                large += 1;
                continue;
            };
            assert_eq!(one, other, "{} {seed}: {program:?}", kind.name);
            same += 1;
            more += u64::from(one.len() > 1);
        }
    }
    let more = kinds.len() as u64 * sample;
    println!(
        "    {same} random programs come to the same, {more} of them to more \
         than one end;\n    {large} more are too large to compare"
    );
}

fn graph(program: &Arc<Program>, limits: Limits) -> Graph {
    let program = program.clone();
    let body = move || came_to(|| program.run());
    let graph = explore::graph(&Model::new("", "", body), limits);
    assert_eq!(graph.strange, None);
    graph
}

const DEADLOCK: &str = "deadlock";

/// The ends of a graph; which thread noticed what is wrong does not matter.
fn ends(graph: &Graph) -> Ends {
    let ends = graph.states.iter().filter_map(|state| state.end.as_ref());
    let end = |end: &End| match end {
        End::Well { outcome, .. } => outcome.clone(),
        End::Deadlock => DEADLOCK.into(),
        End::Broken { what, .. } => what.clone(),
    };
    ends.map(end).collect()
}

/// Of an engine that ends at a deadlock: if there is one, it is all there is.
fn or_deadlock(ends: Ends) -> Ends {
    if ends.contains(DEADLOCK) { Ends::from([DEADLOCK.into()]) } else { ends }
}

pub fn witness_merged_states_hide_no_end() {
    compare(&KINDS, 2, 4, |program| {
        let limits = Limits { states: 3_000, ..once() };
        let apart = graph(program, Limits { apart: true, ..limits });
        if apart.cut.is_some() {
            return None;
        }
        let graph = graph(program, limits);
        let schedules = apart.states.iter().filter(|s| s.end.is_some());
        let schedules = schedules.count() as u128;
        assert_eq!(graph.figures().schedules, Some(schedules), "{program:?}");
        for state in &graph.states {
            let steps = state.steps.iter().map(|step| step.choice);
            let can = state.world.choices(false);
            let goes_on = !matches!(state.end, Some(End::Broken { .. }));
            assert!(!goes_on || steps.eq(can), "{program:?}");
        }
        Some([ends(&graph), ends(&apart)])
    });
}

/// A known way that is not looked at leads to the same state, and what comes
/// after it is the same to the letter.
pub fn a_graph_is_the_same_without_short_cuts() {
    compare(&KINDS, 1, 6, |program| {
        let with = Limits { states: 1_000, ..once() };
        let without = Limits { careful: usize::MAX, ..with };
        Some([with, without].map(|limits| {
            let states = graph(program, limits).states.into_iter().enumerate();
            states.map(|(n, state)| format!("{n}: {state:?}")).collect()
        }))
    });
}

/// loom has no channel without a buffer, and a timed receive only for the only
/// receiver.
pub fn witness_loom_and_turns_come_to_the_same() {
    let kinds = KINDS.iter().copied().filter(|kind| kind.loom);
    compare(&kinds.collect::<Vec<_>>(), 2, 5, |program| {
        let p = program.clone();
        let loom = match outcomes(3_000, move || p.run()) {
            Outcomes::TooMany => return None,
            Outcomes::Deadlock => Ends::from([DEADLOCK.into()]),
            Outcomes::Set(ends) => ends,
        };
        let all = ends(&graph(program, once()));
        // It says what it leaves out: more looks in vain.
        let patient = loom.is_subset(&all) && was_patient();
        let turns = or_deadlock(all);
        (loom == turns || !patient).then_some([loom, turns])
    });
}

/// The checker of the lesson has locks and `notify_all`.
pub fn witness_the_mini_checker_comes_to_the_same() {
    let some = &[LOCKS, &[Do::Wait, Do::Wait, Do::NotifyAll]];
    let kind = Kind { name: "mini", some, loom: true };
    compare(&[kind], 10, 5, |program| {
        let turns = ends(&graph(program, once()));
        Some([mini::ends(program), or_deadlock(turns)])
    });
}
