//! Graphs of all schedules: what is in them, and nothing else.

use checker::agree::{Agreement, agree};
use checker::check::{Model, Outcomes, outcomes};
use checker::explore::{self, Limits};
use checker::graph::{End, Fate, Graph, State, Step};
use checker::odds::odds;
use checker::random::{MOST_STEPS, random as try_random};
use checker::story::Telling;
use checker::world::{Choice, How, World};
use shared::sync::{Condvar, Mutex, spawn, thread};

use super::{fails, graph, holds, model, says};
use crate::small::{beside, both_beside};

/// Three threads write their names into one list, each twice: there are
/// 6! / (2! 2! 2!) lists, and some need more than two forced switches.
pub fn every_order_is_found_by_both() {
    let program = || {
        let list = Mutex::new(String::new());
        let write = |name| (0..2).for_each(|_| list.lock().push_str(name));
        both_beside(|| write("a"), || write("b"), || write("c"));
        list.into_inner()
    };
    for found in [outcomes(10_000, program), explore::outcomes(10_000, program)]
    {
        let Outcomes::Set(all) = found else { panic!("{found:?}") };
        assert_eq!(all.len(), 90);
    }
}

/// Six steps that alternate: loom with one forced switch never sees it.
pub fn a_bounded_model_is_searched_whole() {
    let program = || {
        let list = Mutex::new(String::new());
        let write = |name| (0..3).for_each(|_| list.lock().push_str(name));
        both_beside(|| write("a"), || write("b"), || ());
        assert_ne!(list.into_inner(), "ababab", "they take turns");
    };
    let failure = |model: Model| model.bounded(1).check().failure;
    assert!(failure(model(program).huge()).is_none(), "loom looks no further");
    says(failure(model(program)).map(|f| f.headline), "they take turns");
}

/// Whenever that is, even as the first that it does.
pub fn a_scope_joins_what_a_thread_of_it_starts() {
    holds(|| {
        let sum = Mutex::new(0);
        let add = || *sum.lock() += 1;
        thread::scope(|scope| {
            let outer = move || {
                spawn(scope, "inner", add).expect("a thread");
                add();
                spawn(scope, "other", add).expect("a thread");
            };
            spawn(scope, "outer", outer).expect("a thread");
        });
        assert_eq!(sum.into_inner(), 3, "all were joined");
    });
}

/// Two steps lead to the deadlock of two locks: each thread takes one. A
/// deadlock that were noted at the last new state would be one step off.
pub fn the_fewest_steps_are_the_fewest() {
    let graph = graph(|| {
        let (a, b) = (Mutex::new(()), Mutex::new(()));
        let each = |first: &Mutex<()>, then: &Mutex<()>| {
            let _first = first.lock();
            drop(then.lock());
        };
        beside(|| each(&b, &a), || each(&a, &b));
    });
    let way = graph.shortest(0, State::is_bad).expect("it can fail");
    let walk = graph.walk(&way).expect("a schedule of the graph");
    assert_eq!(walk.len(), 3, "{way:?}");
    assert_eq!(graph.states[walk[2]].end, Some(End::Deadlock));
    assert_eq!(graph.fatal(&walk), Some(1), "the second step decides");
}

/// Each of 130 steps can be made by two threads, and the last is fatal if one
/// of them makes it.
pub fn schedules_that_none_can_count_are_not_counted() {
    let end = |end| State { end: Some(end), ..state() };
    let well = End::Well { seen: true, outcome: String::new() };
    let mut graph = Graph::default();
    for n in 1..130 {
        graph.states.push(State { steps: steps([n, n]), ..state() });
    }
    graph.states.push(State { steps: steps([130, 131]), ..state() });
    graph.states.extend([end(well), end(End::Deadlock)]);
    graph.tell_fates();
    let said = Telling { graph: &graph, command: "" }.summary();
    assert!(said.starts_with("more than 10^38 schedules"), "{said}");
    assert!(!said.contains("every one") && !said.contains(" 0 %"), "{said}");
    assert!(said.contains("50 % of the runs"), "{said}");
}

fn state() -> State {
    let (world, steps, end, from) =
        (World::default(), vec![], None, (0, FIRST));
    State { world, steps, end, fate: Fate::default(), open: false, from }
}

const FIRST: Choice = Choice { thread: 0, how: How::Plainly };

fn steps(to: [usize; 2]) -> Vec<Step> {
    let each = to.into_iter().enumerate();
    let step = |(n, to)| Step { choice: Choice::of(n), events: vec![], to };
    each.map(step).collect()
}

/// A thread locks once a step, till the end of time.
pub fn a_graph_that_is_cut_says_so() {
    let graph = graph(|| {
        let count = Mutex::new(0);
        let add = || *count.lock() += 1;
        beside(
            || {
                while *count.lock() >= 0 {
                    add()
                }
            },
            || (),
        );
    });
    let fate = graph.states[0].fate;
    assert!(graph.cut.is_some() && fate.unknown, "{fate:?}");
    assert!(!fate.is_lost() && !fate.is_round() && !fate.is_safe());
    assert_eq!(graph.figures().schedules, None);
    assert!(odds(&graph).is_none());
}

/// `if` for `while` is wrong as soon as a wake-up may be spurious, and never
/// before.
pub fn a_spurious_wake_up_is_a_step_if_asked_for() {
    let program = || {
        let (ready, changed) = (Mutex::new(false), Condvar::new());
        let tell = || {
            *ready.lock() = true;
            changed.notify_all();
        };
        beside(tell, || {
            let mut ready = ready.lock();
            if !*ready {
                changed.wait(&mut ready);
            }
            assert!(*ready, "awake for nothing");
        });
    };
    for spurious in [false, true] {
        let limits = Limits { spurious, ..Limits::default() };
        let graph = explore::graph(&model(program), limits);
        assert_eq!(graph.states[0].fate.badly, spurious);
        // Along a known way, too.
        let limits = Limits { careful: 0, ..limits };
        let again = explore::graph(&model(program), limits);
        assert_eq!(again.strange, None);
        assert_eq!(again.figures(), graph.figures());
    }
}

/// One of two schedules out of many loses an addition, so some fail and some
/// do not; the first that fails is a path of the graph, to a bad end.
pub fn random_schedules_can_be_had_again() {
    let program = || {
        let sum = Mutex::new(0);
        let add = || {
            let read = *sum.lock();
            *sum.lock() = read + 1;
        };
        beside(add, add);
        assert_eq!(*sum.lock(), 2, "an addition is lost");
    };
    let tried = try_random(&model(program), 100, 1);
    assert!((10..90).contains(&tried.failed), "{} fail", tried.failed);
    assert_eq!(tried, try_random(&model(program), 100, 1), "the same seed");
    let other = try_random(&model(program), 100, 2);
    assert_ne!(tried.first, other.first, "another seed");
    let (graph, first) = (graph(program), tried.first.expect("it fails"));
    let walk = graph.walk(&first).expect("the graph has all schedules");
    assert!(graph.states[*walk.last().expect("a start")].is_bad());

    let endless = || while !*Mutex::new(false).lock() {};
    let tried = try_random(&model(endless), 2, 1);
    assert_eq!(tried.failed, 2, "a run without end has not ended well");
    assert_eq!(tried.first.expect("it fails").len(), MOST_STEPS);
}

/// Threads that threads start have the same numbers in all runs, whichever of
/// them is the first.
pub fn a_schedule_is_the_same_in_all_runs() {
    let program = || {
        let list = Mutex::new(String::new());
        let write = |name| list.lock().push_str(name);
        let start = |outer, inner| {
            write(outer);
            beside(|| write(inner), || ());
        };
        both_beside(|| start("a", "1"), || start("b", "2"), || ());
        assert_ne!(list.into_inner(), "b2a1", "b was the first");
    };
    fails(program, "b was the first");
    let failure = model(program).by_turns().check().failure;
    let told = failure.expect("it must fail").run.events;
    assert!(told.iter().any(|event| event.thread == 1), "a is in it");
    let (graph, tried) = (graph(program), try_random(&model(program), 200, 1));
    let walk = graph.walk(&tried.first.expect("it fails"));
    let last = *walk.expect("it is in the graph").last().expect("a start");
    assert!(graph.states[last].is_bad());
    let agreement = agree(&model(program), Limits::default()).0;
    assert!(matches!(agreement, Agreement::Fails(_)), "{agreement:?}");
}
