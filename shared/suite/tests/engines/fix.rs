//! A schedule that fails, taken to a program that was edited since; and random
//! schedules by priority. Toys, each as it is and as it was before.

use checker::check::Model;
use checker::follow::{Followed, failed, follow, told};
use checker::graph::State;
use checker::random::{by_priority, random};
use checker::story::Telling;
use shared::sync::{Condvar, Mutex, spawn, thread};

use super::graph;
use crate::small::{beside, both_beside};

/// Each in a thread of its own.
fn both(a: impl FnOnce() + Send, b: impl FnOnce() + Send) {
    both_beside(a, b, || ());
}

/// The shortest run in which the first program fails, followed in the second:
/// what is said of it has these words.
fn takes(before: fn(), after: fn(), words: &[&str]) -> Followed {
    let (before, graph) = (graph(before), graph(after));
    let run = before.shortest(0, State::is_bad).expect("it can fail");
    let failed = failed(&before, &run);
    let telling = Telling { graph: &graph, command: "step" };
    let text = told(&telling, &failed, true);
    let all = text.split_whitespace().collect::<Vec<_>>().join(" ");
    for words in words {
        assert!(all.contains(words), "{words:?} is not in:\n{text}");
    }
    follow(&graph, &failed.0)
}

/// It looks, lets go of the lock so often, and waits.
fn waits(lets_go: usize) {
    let (ready, changed) = (Mutex::new(false), Condvar::new());
    let wait = || {
        let mut guard = ready.lock();
        while !*guard {
            for _ in 0..lets_go {
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
    waits(1);
}

pub fn a_failing_run_stops_where_a_fix_holds() {
    let why = "It cannot be made: b waits for ready, held by a since";
    let far = "2 of its 7 steps were followed; step 6 was the fatal one.";
    let then = "From there it ends well, whichever thread goes.";
    takes(lost, || waits(0), &[why, far, then, "No schedule fails."]);
    // A wrong fix, and none.
    takes(lost, || waits(2), &["7 of its 7", "Deadlock: no thread"]);
    let same = takes(lost, lost, &["7 of its 7", "Deadlock: no thread"]);
    assert!(same.notes.is_empty() && same.made.len() == 7, "{same:?}");
}

/// It uses these of three locks, and fails if `b` finds the last one used.
fn late(used: [bool; 3]) {
    let (extra, mark) = (Mutex::new(false), Mutex::new(false));
    let done = Mutex::new(false);
    let work = || {
        let all = [&extra, &mark, &done].into_iter().zip(used);
        all.filter(|(_, used)| *used).for_each(|(lock, _)| *lock.lock() = true);
    };
    both(work, || assert!(!*done.lock(), "it is late"));
}

pub fn a_failing_run_goes_past_what_is_more_or_less() {
    let before = || late([false, true, true]);
    let more = "step 1 a does more before it: lock extra, unlock extra.";
    let fails = "Broken, and b finds it: it is late";
    let all = takes(before, || late([true; 3]), &[more, fails]);
    assert_eq!((all.steps, all.made.len()), (7, 9));
    let less = "step 2 a: unlock mark. It is not made any more.";
    let all = takes(before, || late([false, false, true]), &[less, fails]);
    assert_eq!((all.steps, all.made.len()), (7, 5));
    // A thread that has ended makes no step any more.
    let less = "step 4 a: unlock done. It is not made any more.";
    takes(before, || late([false, true, false]), &[less, "It ends well."]);
    // No step fits, and there is another bug.
    let other = || {
        let other = Mutex::new(0);
        let add = || *other.lock() += 1;
        beside(add, || assert_eq!(*other.lock(), 0, "it is late"));
    };
    let why = "a: lock mark. It cannot be made: a would lock other instead.";
    let can = "From there it can still fail. Its schedule is now:";
    takes(before, other, &[why, can, "But this fails: step --schedule"]);
}

/// `lost`, by two threads of one name.
fn lost_by_one_name() {
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
    thread::scope(|scope| {
        spawn(scope, "worker", wait).expect("a thread");
        spawn(scope, "worker", tell).expect("a thread");
    });
}

pub fn a_failing_run_of_threads_with_one_name_is_followed() {
    let same = &["7 of its 7", "Deadlock: no thread"];
    takes(lost_by_one_name, lost_by_one_name, same);
}

const RUNS: u64 = 400;

pub fn priorities_find_what_uniform_schedules_do_not() {
    let try_both = |program: fn(), depth| {
        let model = Model::new("", "", program);
        let uniform = random(&model, RUNS, 1).failed;
        (uniform, by_priority(&model, RUNS, 1, depth).failed)
    };
    // One thread has to stay away while the other locks 20 times.
    let far = || {
        let count = Mutex::new(0);
        let work = || (0..20).for_each(|_| *count.lock() += 1);
        both(work, || assert!(*count.lock() < 20, "it is late"));
    };
    let (uniform, found) = try_both(far, 1);
    assert!(uniform == 0 && found > RUNS / 3, "{uniform}, {found}");
    // One has to be stopped in the middle: that has depth 2.
    let (uniform, found) = try_both(lost, 1);
    assert!(uniform > 0 && found == 0, "{uniform}, {found}");
    // Three threads, and less than 20 steps.
    assert!(try_both(lost, 2).1 > RUNS / 60);
    // One that looks again and again lets the others go.
    let round = || {
        let flag = Mutex::new(false);
        both(|| *flag.lock() = true, || while !*flag.lock() {});
    };
    assert_eq!(try_both(round, 1), (0, 0));
}

pub fn priorities_follow_from_the_seed() {
    let model = Model::new("", "", lost);
    let tried = |seed| by_priority(&model, RUNS, seed, 3);
    assert_eq!(tried(1), tried(1));
    assert_ne!(tried(1), tried(3));
}
