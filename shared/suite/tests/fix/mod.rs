//! A schedule that fails, taken to a program that was edited since; and random
//! schedules by priority. Toys, each as it is and as it was before.

use checker::check::Model;
use checker::explore::{self, Limits};
use checker::follow::{Failed, Followed};
use checker::graph::{Graph, State};
use checker::random::{Tried, by_priority, random as try_random};
use checker::story::Telling;
use shared::sync::{Condvar, Mutex, spawn, thread};

use crate::threads::both;

/// All of them, by name.
pub const ALL: &[(&str, fn())] = &[
    ("a_failing_run_stops_where_a_fix_holds", stops),
    ("a_failing_run_goes_on_past_a_wrong_fix", wrong_fix),
    ("a_failing_run_goes_past_what_is_more_or_less", more_or_less),
    ("priorities_find_what_uniform_schedules_do_not", priorities),
    ("priorities_follow_from_the_seed", seeded),
];

fn graph(program: fn()) -> Graph {
    explore::graph(&Model::new("", "", program), Limits::default())
}

/// The shortest run in which the first program fails, followed in the second.
fn taken(before: fn(), after: fn()) -> (Followed, String) {
    let (before, graph) = (graph(before), graph(after));
    let run = before.shortest(0, State::is_bad).expect("it can fail");
    let failed = Failed::new(&before, &run);
    let read = Failed::from_json(&failed.to_json());
    assert_eq!(read.as_ref(), Some(&failed), "it is read as it was written");
    let telling = Telling { graph: &graph, command: "step" };
    let all = failed.follow(&graph);
    assert!(graph.walk(&all.made).is_ok(), "a schedule of this program");
    let holds = graph.shortest(0, State::is_bad).is_none();
    (all, failed.told(&telling, holds))
}

fn says(text: &str, words: &[&str]) {
    let all = text.split_whitespace().collect::<Vec<_>>().join(" ");
    for words in words {
        assert!(all.contains(words), "{words:?} is not in:\n{text}");
    }
}

/// It looks and waits: under one lock if `once`, else it may miss the notify.
fn waits(once: bool, again: bool) {
    let (ready, changed) = (Mutex::new(false), Condvar::new());
    let wait = || {
        let mut guard = ready.lock();
        while !*guard {
            if !once {
                drop(guard);
                guard = ready.lock();
            }
            // A wrong fix: it looks once more, and lets go once more.
            if again && *guard {
                break;
            }
            if again {
                drop(guard);
                guard = ready.lock();
            }
            changed.wait(&mut guard);
        }
    };
    let tell = || {
        *ready.lock() = true;
        changed.notify_all();
    };
    both(wait, tell);
}

fn lost() {
    waits(false, false);
}

fn stops() {
    let (all, text) = taken(lost, || waits(true, false));
    let why = "It cannot be made: b waits for ready, held by a since";
    let far =
        "It was followed for 2 of its 7 steps, of which step 6 was fatal.";
    let fate = "From there it ends well, whichever thread goes.";
    says(&text, &[why, far, fate, "No schedule fails."]);
    assert_eq!(all.notes.len(), 2, "{text}");
}

fn wrong_fix() {
    let (_, text) = taken(lost, || waits(true, true));
    says(&text, &["Deadlock: no thread that is left can go on."]);
    let (all, text) = taken(lost, lost);
    says(&text, &["All 7 steps can still be made. Deadlock: no thread"]);
    assert!(!text.contains("There are"), "once is enough: {text}");
    assert!(all.notes.is_empty() && all.made.len() == 7, "{text}");
}

/// It fails if `b` is the last.
fn late(more: bool, less: bool, tells: bool) {
    let (extra, mark) = (Mutex::new(0), Mutex::new(0));
    let done = Mutex::new(false);
    let work = || {
        if more {
            *extra.lock() += 1;
        }
        if !less {
            *mark.lock() += 1;
        }
        if tells {
            *done.lock() = true;
        }
    };
    both(work, || assert!(!*done.lock(), "it is late"));
}

fn more_or_less() {
    let before = || late(false, false, true);
    let (all, text) = taken(before, || late(true, false, true));
    let more = "step 1 a does more before it: lock extra, unlock extra.";
    says(&text, &[more, "all 7 steps. Broken, and b finds it: it is late"]);
    assert_eq!((all.steps, all.made.len()), (7, 9), "{text}");

    let (all, text) = taken(before, || late(false, true, true));
    let less = "step 2 a: unlock mark. It is not made any more.";
    says(&text, &[less, "for all 7 steps. Broken, and b finds it"]);
    assert_eq!((all.steps, all.made.len()), (7, 5), "{text}");

    // A thread that has ended makes no step any more.
    let (_, text) = taken(before, || late(false, false, false));
    let less = "step 4 a: unlock done. It is not made any more.";
    says(&text, &[less, "It ends well.", "No schedule fails."]);

    // No step fits, and there is another bug.
    let other = || {
        let mark = Mutex::new(0);
        thread::scope(|scope| {
            spawn(scope, "c", || *mark.lock() += 1).expect("a thread");
            assert_eq!(*mark.lock(), 0, "it is late");
        });
    };
    let (all, text) = taken(before, other);
    let why = "a: lock mark. It cannot be made: there is no a.";
    let can = "From there it can still fail: 50 % of random runs would fail.";
    says(&text, &[why, can, "There are schedules that fail; the shortest"]);
    assert_eq!(all.steps, 0, "{text}");
}

const RUNS: u64 = 400;

fn try_both(program: fn(), depth: usize) -> (u64, Tried) {
    let model = Model::new("", "", program);
    let uniform = try_random(&model, RUNS, 1).failed;
    (uniform, by_priority(&model, RUNS, 1, depth))
}

fn priorities() {
    // One thread has to stay away while the other locks 20 times.
    let far = || {
        let count = Mutex::new(0);
        let work = || (0..20).for_each(|_| *count.lock() += 1);
        both(work, || assert!(*count.lock() < 20, "it is late"));
    };
    let (uniform, tried) = try_both(far, 1);
    assert_eq!(uniform, 0);
    assert!(tried.failed > RUNS / 3, "{tried:?}");
    // One has to be stopped in the middle: that has depth 2.
    let (uniform, tried) = try_both(lost, 1);
    assert!(uniform > 0 && tried.failed == 0, "{uniform}, {tried:?}");
    let tried = try_both(lost, 2).1;
    let bound = RUNS / (tried.threads * tried.steps) as u64;
    assert!(tried.failed >= bound, "less than {bound}: {tried:?}");
    // One that looks again and again lets the others go.
    let (_, tried) = try_both(
        || {
            let flag = Mutex::new(false);
            both(|| *flag.lock() = true, || while !*flag.lock() {});
        },
        1,
    );
    assert_eq!(tried.failed, 0);
}

fn seeded() {
    let model = Model::new("", "", lost);
    let tried = |seed| by_priority(&model, RUNS, seed, 3);
    assert_eq!(tried(1), tried(1));
    assert_ne!(tried(1), tried(3));
}
