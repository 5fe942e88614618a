//! The odds of a graph against random runs of the engine: toys that can end in
//! more than one way.

use std::sync::Arc;
use std::time::Duration;

use checker::check::Model;
use checker::explore::{self, Limits};
use checker::graph::State;
use checker::odds::{ERROR, odds};
use checker::random::random as try_random;
use shared::sync::channel::{bounded, unbounded};
use shared::sync::{Condvar, Mutex, now, spawn, thread};

use super::{graph, model};
use crate::small::{beside, both_beside};

/// Programs that may end badly, and may not: with this chance.
const TOYS: [(&str, f64, fn()); 3] = [
    ("a wake-up is lost", 3.0 / 16.0, lost_wake_up),
    ("a message is handed over too early", 1.0 / 4.0, handed_too_early),
    ("a look again and again", 1.0 / 8.0, until_set),
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
    both_beside(wait, tell, || ());
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

/// Random runs: enough to tell these chances from one another.
const RUNS: u64 = 1_000;

pub fn the_odds_are_those_of_random_runs() {
    for (name, chance, program) in TOYS {
        let said = odds(&graph(program)).expect("it is whole")[0].fails();
        assert!((said - chance).abs() < ERROR, "{name}: {said}");
        let tried = try_random(&model(program), RUNS, 1);
        let found = tried.failed as f64 / RUNS as f64;
        let error = (chance * (1.0 - chance) / RUNS as f64).sqrt();
        let far = (found - chance).abs() / error;
        assert!(far < 3.0, "{name}: {chance:.4}, but {found:.4} at random");
    }
}

pub fn the_odds_come_to_one_at_the_fatal_step() {
    for (name, _, program) in TOYS {
        let graph = graph(program);
        let all = odds(&graph).expect("it is whole");
        let way = graph.shortest(0, State::is_bad).expect("it can fail");
        let walk = graph.walk(&way).expect("a schedule of the graph");
        let certain = walk.iter().position(|n| all[*n].fails() == 1.0);
        let fatal = graph.fatal(&walk).expect("it could end well");
        assert_eq!(certain, Some(fatal + 1), "{name}");
        for (odds, state) in all.iter().zip(&graph.states) {
            let sum = odds.well + odds.unseen + odds.badly + odds.round;
            assert!((sum - 1.0).abs() < 2.0 * ERROR, "{name}: {odds:?}");
            let ends = [odds.well, odds.badly].map(|chance| chance > 0.0);
            assert_eq!(ends, [state.fate.well, state.fate.badly], "{name}");
        }
    }
}

pub fn no_end_and_not_seen_have_odds() {
    let forever = graph(|| {
        let flag = Mutex::new(true);
        beside(|| *flag.lock() = false, || while !*flag.lock() {});
    });
    let first = odds(&forever).expect("it is whole")[0];
    assert_eq!((first.well, first.round, first.share), (0.5, 0.5, None));

    let in_time = || {
        let (sender, receiver) = unbounded();
        let late = now() + Duration::from_secs(1);
        let send = move || sender.send(1).expect("received");
        beside(send, || receiver.recv_deadline(late).is_ok())
    };
    let one = Model { body: Arc::new(in_time), ..model(|| ()) };
    let whole = explore::graph(&one, Limits::default());
    let first = odds(&whole).expect("it is whole")[0];
    assert_eq!((first.well, first.unseen, first.fails()), (0.5, 0.5, 0.0));
}
