//! The odds of a graph against random runs of the engine: toys that can end in
//! more than one way.

use std::time::Duration;

use checker::check::Model;
use checker::explore::{self, Limits};
use checker::graph::{Graph, State};
use checker::odds::{Odds, odds, percent};
use checker::random::random as try_random;
use shared::sync::channel::{bounded, unbounded};
use shared::sync::{Condvar, Mutex, now, spawn, thread};

use crate::threads::{beside, both};

/// All of them, by name.
pub const ALL: &[(&str, fn())] = &[
    ("the_odds_are_those_of_random_runs", of_random_runs),
    ("the_odds_come_to_one_at_the_fatal_step", one_at_the_fatal_step),
    ("no_end_and_not_seen_have_odds", other_ends),
    ("a_graph_that_is_cut_has_no_odds", cut),
];

/// Programs that may end badly, and may not.
const TOYS: [(&str, fn()); 3] = [
    ("a wake-up is lost", lost_wake_up),
    ("a message is handed over too early", handed_too_early),
    ("a look again and again", until_set),
];

fn lost_wake_up() {
    let (ready, changed) = (Mutex::new(false), Condvar::new());
    let wait = || {
        if !*ready.lock() {
            changed.wait(&mut ready.lock());
        }
    };
    let tell = || {
        *ready.lock() = true;
        changed.notify_all();
    };
    both(wait, tell);
}

/// The sender has two choices, to whom it hands the message; the thread that
/// sets the flag has one, and as often the turn.
fn handed_too_early() {
    let (give, take) = bounded(0);
    let set = Mutex::new(false);
    let each = || {
        let _ = take.recv();
    };
    thread::scope(|scope| {
        spawn(scope, "a", each).expect("a thread");
        spawn(scope, "b", each).expect("a thread");
        spawn(scope, "c", || *set.lock() = true).expect("a thread");
        give.send(()).expect("received");
        assert!(*set.lock(), "handed over too early");
        drop(give);
    });
}

/// A round has a way out, and the odds are a sum without end.
fn until_set() {
    let (flag, late) = (Mutex::new(false), Mutex::new(false));
    let set = || {
        *flag.lock() = true;
        *late.lock() = true;
    };
    beside(set, || {
        while !*flag.lock() {}
        assert!(*late.lock(), "the flag is set too early");
    });
}

fn model(program: fn()) -> Model {
    Model::new("", "", program)
}

fn graph(program: fn()) -> Graph {
    explore::graph(&model(program), Limits::default())
}

const RUNS: u64 = 10_000;

fn of_random_runs() {
    for (name, program) in TOYS {
        let all = odds(&graph(program)).expect("it is whole");
        let chance = all[0].fails();
        assert!(chance > 0.01 && chance < 0.99, "{name}: {chance}");
        let tried = try_random(&model(program), RUNS, 1);
        let found = tried.failed as f64 / RUNS as f64;
        let error = (chance * (1.0 - chance) / RUNS as f64).sqrt();
        let far = (found - chance).abs() / error;
        assert!(far < 3.0, "{name}: {chance:.4}, but {found:.4} at random");
    }
}

fn one_at_the_fatal_step() {
    for (name, program) in TOYS {
        let graph = graph(program);
        let all = odds(&graph).expect("it is whole");
        let way = graph.shortest(0, State::is_bad).expect("it can fail");
        let walk = graph.walk(&way).expect("a schedule of the graph");
        let certain = walk.iter().position(|n| all[*n].fails() == 1.0);
        let fatal = graph.fatal(&walk).expect("it could end well");
        assert_eq!(certain, Some(fatal + 1), "{name}");
        for (n, state) in graph.states.iter().enumerate() {
            let Odds { well, unseen, badly, round, .. } = all[n];
            let sum = well + unseen + badly + round;
            assert!((sum - 1.0).abs() < 2e-9, "{name}, {n}: {sum}");
            let ends = [well, badly].map(|chance| chance > 0.0);
            assert_eq!(ends, [state.fate.well, state.fate.badly], "{name}");
        }
    }
}

fn other_ends() {
    let forever = graph(|| {
        let flag = Mutex::new(true);
        beside(|| *flag.lock() = false, || while !*flag.lock() {});
    });
    let first = odds(&forever).expect("it is whole")[0];
    assert_eq!((first.well, first.round, first.share), (0.5, 0.5, None));
    assert_eq!(percent(first.fails()), "50 %");

    let in_time = || {
        let (sender, receiver) = unbounded();
        let late = now() + Duration::from_secs(1);
        let send = move || sender.send(1).expect("received");
        beside(send, || receiver.recv_deadline(late).is_ok())
    };
    let one = Model { body: std::sync::Arc::new(in_time), ..model(|| ()) };
    let whole = explore::graph(&one, Limits::default());
    let first = odds(&whole).expect("it is whole")[0];
    let tried = try_random(&one, RUNS, 1);
    let seen = tried.seen as f64 / RUNS as f64;
    assert!((first.well - seen).abs() < 0.015, "{first:?}, but {seen}");
    assert!(first.unseen > 0.1 && first.fails() == 0.0, "{first:?}");
}

fn cut() {
    let limits = Limits { states: 5, ..Limits::default() };
    let graph = explore::graph(&model(lost_wake_up), limits);
    assert!(graph.cut.is_some() && odds(&graph).is_none());
}
