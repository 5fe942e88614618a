//! Random programs, of which every engine must find the same ends: states
//! merged or not, by turns or by loom, or by the checker of the lesson.
//!
//! `WITNESS=2000 cargo loom -p suite -- witness` runs so many of each kind.

use std::collections::BTreeSet;
use std::env;
use std::sync::Arc;

use checker::check::{Model, Outcomes, outcomes, was_patient};
use checker::explore::{self, Limits};
use checker::graph::{End, Graph};
use checker::run::came_to;
use shared::sync::channel::unbounded;
use shared::sync::{Mutex, spawn, thread};

mod mini;
mod program;

use program::{Program, Rng, Uses};

/// All of them, by name.
pub const ALL: &[(&str, fn())] = &[
    ("witness_merged_states_hide_no_end", merged),
    ("witness_loom_and_turns_come_to_the_same", by_loom),
    ("witness_the_mini_checker_comes_to_the_same", mini::same),
    ("a_graph_is_the_same_without_short_cuts", short_cuts),
    ("every_order_is_a_schedule_of_the_graph", every_schedule),
    ("every_order_is_an_outcome_by_loom", every_order),
];

/// How many programs of a kind: `WITNESS` says so, or it is a sample.
fn how_many(sample: u64) -> u64 {
    let said = env::var("WITNESS").ok().and_then(|n| n.parse().ok());
    said.unwrap_or(sample)
}

fn graph(program: &Arc<Program>, limits: Limits) -> Graph {
    let program = program.clone();
    let body = move || {
        let outcome = program.run();
        came_to(|| outcome);
    };
    let graph = explore::graph(&Model::new("", "", body), limits);
    assert_eq!(graph.strange, None);
    graph
}

/// The ends of a graph; which thread noticed what is wrong does not matter.
fn ends(graph: &Graph) -> BTreeSet<String> {
    let ends = graph.states.iter().filter_map(|state| state.end.as_ref());
    let end = |end: &End| match end {
        End::Well { outcome, .. } => outcome.clone(),
        End::Deadlock => "deadlock".into(),
        End::Broken { what, .. } => what.clone(),
    };
    ends.map(end).collect()
}

fn merged() {
    let (mut same, mut more, mut merges, mut cut) = (0, 0, 0, 0);
    for uses in Uses::ALL {
        for seed in 0..how_many(5) {
            let program = Arc::new(Program::new(&mut Rng::new(seed), uses, 4));
            let limits = Limits { states: 4_000, ..Limits::default() };
            let apart = graph(&program, Limits { apart: true, ..limits });
            if apart.cut.is_some() {
                cut += 1;
                continue;
            }
            let graph = graph(&program, limits);
            let all = ends(&graph);
            assert_eq!(all, ends(&apart), "{uses:?} {seed}: {program:?}");
            same += 1;
            more += usize::from(all.len() > 1);
            merges += usize::from(graph.states.len() < apart.states.len());
        }
    }
    println!(
        "    {same} random programs have the same ends merged and apart, {more} \
         of them more than one;\n    states were merged in {merges}; {cut} \
         were too large"
    );
    assert!(more * 5 > same && merges * 2 > same, "too simple");
}

/// A known way that is not looked at leads to the same state, and what comes
/// after it is the same to the letter.
fn short_cuts() {
    let (mut states, mut runs) = (0, 0);
    for uses in Uses::ALL {
        for seed in 0..how_many(3) {
            let program = Arc::new(Program::new(&mut Rng::new(seed), uses, 6));
            let with =
                Limits { careful: 0, states: 2_000, ..Limits::default() };
            let without = Limits { careful: usize::MAX, ..with };
            let [with, without] =
                [with, without].map(|limits| graph(&program, limits));
            for (n, (a, b)) in
                with.states.iter().zip(&without.states).enumerate()
            {
                let (a, b) = (format!("{a:?}"), format!("{b:?}"));
                assert_eq!(a, b, "state {n} of {uses:?} {seed}: {program:?}");
            }
            assert_eq!(with.states.len(), without.states.len());
            states += with.states.len();
            runs += 1;
        }
    }
    println!("    {states} states of {runs} random programs are the same");
}

fn by_loom() {
    let (mut same, mut more, mut deadlocks, mut large) = (0, 0, 0, 0);
    let mut patient = 0;
    for uses in Uses::ALL.into_iter().filter(|uses| uses.loom_can()) {
        for seed in 0..how_many(5) {
            let program = Arc::new(Program::new(&mut Rng::new(seed), uses, 6));
            let p = program.clone();
            let loom = outcomes(5_000, move || p.run());
            let graph = graph(&program, Limits::default());
            let all = ends(&graph);
            let deadlock = all.contains("deadlock");
            match loom {
                Outcomes::TooMany => large += 1,
                Outcomes::Deadlock => {
                    assert!(deadlock, "{uses:?} {seed}: {program:?}");
                    deadlocks += 1;
                }
                Outcomes::Set(loom) => {
                    // It says what it leaves out.
                    let missing = loom.is_subset(&all) && was_patient();
                    let is_same = loom == all || missing;
                    assert!(
                        is_same,
                        "{uses:?} {seed}: {program:?} {loom:?} {all:?}"
                    );
                    (same, patient) = (same + 1, patient + u32::from(missing));
                    more += usize::from(loom.len() > 1);
                }
            }
        }
    }
    println!(
        "    {same} random programs have the same outcomes by loom and by \
         turns, {more} of them more\n    than one; {patient} only some, by \
         loom's patience; {deadlocks} more can deadlock on both, and\n    \
         {large} are too large for loom"
    );
    assert!(more * 5 > same && deadlocks > 0, "too simple");
}

/// Three threads of two steps each, which know nothing of one another: there
/// are 6! / (2! 2! 2!) schedules.
fn every_schedule() {
    let program = || {
        let (sender, _receiver) = unbounded();
        let own = [(); 3].map(|()| unbounded());
        thread::scope(|scope| {
            for (n, (sender, _)) in own.iter().enumerate() {
                let send =
                    || (1..=2).for_each(|n| sender.send(n).expect("sent"));
                spawn(scope, format!("{n}"), send).expect("a thread");
            }
        });
        sender.send(3).expect("sent");
    };
    let graph = explore::graph(&Model::new("", "", program), Limits::default());
    assert_eq!(graph.figures().schedules, Some(90));
    assert_eq!(graph.states[0].steps.len(), 3, "any of them may begin");
}

/// The same three threads write their names into one list: there are as many
/// lists, and some need more than two forced switches.
fn every_order() {
    let program = || {
        let list = Mutex::new(String::new());
        thread::scope(|scope| {
            for name in ["a", "b", "c"] {
                let list = &list;
                let write =
                    move || (0..2).for_each(|_| list.lock().push_str(name));
                spawn(scope, name, write).expect("a thread");
            }
        });
        list.into_inner()
    };
    for found in [outcomes(10_000, program), explore::outcomes(10_000, program)]
    {
        let Outcomes::Set(all) = found else { panic!("{found:?}") };
        assert_eq!(all.len(), 90);
    }
}
