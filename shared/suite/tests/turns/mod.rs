//! That the engine with turns sees every schedule, and nothing else: toys of
//! which the answer is known.

mod graphs;

use std::time::Duration;

use checker::check::{Model, Outcomes, outcomes};
use checker::explore::{self, Limits};
use checker::graph::{End, Graph};
use checker::random::{MOST_STEPS, random as try_random};
use checker::run::{note, quietly, time};
use checker::world::How;
use shared::sync::channel::bounded;
use shared::sync::{Condvar, Mutex, now, spawn, thread};

use crate::threads::{beside, both};
use graphs::{ends, graph};

/// All of them, by name.
pub const ALL: &[(&str, fn())] = &[
    ("a_quiet_request_begins_and_ends_in_two_steps", two_quiet_steps),
    ("a_quiet_lock_that_is_held_has_to_be_waited_for", quiet_lock_waits),
    ("a_busy_wait_is_no_deadlock", busy_wait),
    ("a_busy_wait_for_nothing_goes_round_for_ever", round_for_ever),
    ("a_loop_that_ends_is_no_busy_wait", ten_looks),
    ("a_graph_that_is_cut_says_so", cut),
    ("the_fewest_steps_are_the_fewest", graphs::fewest),
    ("a_spawner_waits_for_the_first_step", graphs::spawner),
    ("objects_have_the_names_of_the_source", graphs::names),
    ("a_notification_leaves_no_choice", no_choice),
    ("a_spurious_wake_up_is_a_step_if_asked_for", spurious),
    ("a_channel_without_a_buffer_hands_over", by_hand),
    ("how_late_it_is_belongs_to_a_state", how_late),
    ("as_many_schedules_as_one_by_one", graphs::one_by_one),
    ("no_step_where_no_thread_can_go_on", graphs::no_step),
    ("nothing_is_left_of_a_run", graphs::nothing_left),
    ("random_schedules_can_be_had_again", by_chance),
];

fn broken(graph: &Graph) -> bool {
    ends(graph).iter().any(|end| matches!(end, End::Broken { .. }))
}

fn deadlocks(graph: &Graph) -> bool {
    ends(graph).contains(&&End::Deadlock)
}

/// Two requests at once are seen only if one can begin while the other is
/// under way: that the books are kept quietly must not make a request one step.
fn two_quiet_steps() {
    let program = || {
        let busy = quietly(|| Mutex::new(false));
        let request = || {
            note(|| "begins".into());
            quietly(|| {
                let mut busy = busy.lock();
                assert!(!*busy, "two at once");
                *busy = true;
            });
            quietly(|| *busy.lock() = false);
        };
        both(request, request);
    };
    assert!(broken(&graph(program)), "the double request has vanished");
}

fn quiet_lock_waits() {
    let program = || {
        let lock = Mutex::new(0);
        let add = || {
            let mut held = lock.lock();
            *held += 1;
            note(|| "in between".into());
            drop(held);
            quietly(|| *lock.lock() += 1);
        };
        both(add, add);
        assert_eq!(lock.into_inner(), 4);
    };
    let graph = graph(program);
    assert!(!broken(&graph) && !deadlocks(&graph));
    // What is quiet is in no row, and hides none.
    let rows = graph.states.iter().flat_map(|state| &state.steps);
    let rows = rows.flat_map(|step| &step.events).count();
    assert!(rows > 10, "{rows} rows");
}

fn until_set(flag: &Mutex<bool>) {
    while !*flag.lock() {}
}

/// Each thread reads, then writes: one of two schedules out of many loses an
/// addition, so some fail and some do not; the first that fails is a path of
/// the graph, to a bad end.
fn by_chance() {
    let program = || {
        let sum = Mutex::new(0);
        let add = || {
            let read = *sum.lock();
            *sum.lock() = read + 1;
        };
        both(add, add);
        assert_eq!(*sum.lock(), 2, "an addition is lost");
    };
    let model = Model::new("", "", program);
    let tried = try_random(&model, 100, 1);
    assert!((10..90).contains(&tried.failed), "{} fail", tried.failed);
    assert_eq!(tried, try_random(&model, 100, 1), "the same seed");
    assert_ne!(tried.first, try_random(&model, 100, 2).first, "another");
    let (graph, first) = (graph(program), tried.first.expect("it fails"));
    let walk = graph.walk(&first).expect("the graph has all schedules");
    let end = &graph.states[*walk.last().expect("a start")].end;
    assert!(matches!(end, Some(End::Broken { .. })), "{end:?}");

    let endless = Model::new("", "", || until_set(&Mutex::new(false)));
    let tried = try_random(&endless, 2, 1);
    assert_eq!(tried.failed, 2, "a run without end has not ended well");
    assert_eq!(tried.first.expect("it fails").len(), MOST_STEPS);
}

fn busy_wait() {
    let program = || {
        let flag = Mutex::new(false);
        beside(|| until_set(&flag), || *flag.lock() = true);
    };
    let graph = graph(program);
    let fate = graph.states[0].fate;
    assert!(!deadlocks(&graph), "a busy-wait is taken for a deadlock");
    assert!(fate.well && fate.round && !fate.badly, "{fate:?}");
    assert_eq!(graph.figures().schedules, None);
}

fn round_for_ever() {
    let program = || {
        let flag = Mutex::new(false);
        beside(|| until_set(&flag), || ());
    };
    let graph = graph(program);
    assert!(graph.states[0].fate.is_round(), "{:?}", graph.states[0].fate);
    assert!(ends(&graph).is_empty() && graph.cut.is_none());
    let model = Model::new("", "", program).by_turns();
    let failure = model.check().failure.expect("it must fail");
    assert!(failure.headline.starts_with("no end in sight"));
}

fn ten_looks() {
    let program = || {
        let flag = Mutex::new(false);
        beside(|| (0..10).for_each(|_| assert!(!*flag.lock())), || ());
    };
    let graph = graph(program);
    let fate = graph.states[0].fate;
    assert!(fate.is_safe(), "ten looks are taken for a round: {fate:?}");
}

fn cut() {
    let program = || {
        let count = Mutex::new(0);
        // It would lock once a step, till the end of time.
        let count = || {
            while *count.lock() >= 0 {
                *count.lock() += 1;
            }
        };
        beside(count, || ());
    };
    let graph = graph(program);
    let fate = graph.states[0].fate;
    assert!(graph.cut.is_some() && fate.unknown);
    assert!(!fate.is_lost() && !fate.is_round() && !fate.is_safe());
    assert_eq!(graph.figures().schedules, None);
}

fn sleep_and_tell() -> String {
    let (work, changed) = (Mutex::new(0), Condvar::new());
    let got = Mutex::new(String::new());
    thread::scope(|scope| {
        for name in ["a", "b"] {
            let (work, changed, got) = (&work, &changed, &got);
            let take = move || {
                let mut left = work.lock();
                while *left == 0 {
                    changed.wait(&mut left);
                }
                *left -= 1;
                drop(left);
                got.lock().push_str(name);
            };
            spawn(scope, name, take).expect("a thread");
        }
        for _ in 0..2 {
            *work.lock() += 1;
            changed.notify_one();
        }
    });
    got.into_inner()
}

/// Both engines wake the thread that has slept longest.
fn no_choice() {
    let program = || drop(sleep_and_tell());
    let graph = graph(program);
    let mut steps = graph.states.iter().flat_map(|state| &state.steps);
    assert!(steps.all(|step| step.choice.how == How::Plainly));
    let turns = explore::outcomes(10_000, sleep_and_tell);
    assert_eq!(turns, outcomes(10_000, sleep_and_tell));
}

/// `if` for `while` is wrong as soon as a wake-up may be spurious, and never
/// before.
fn spurious() {
    let program = || {
        let (ready, changed) = (Mutex::new(false), Condvar::new());
        let wait = || {
            let mut ready = ready.lock();
            if !*ready {
                changed.wait(&mut ready);
            }
            assert!(*ready, "awake for nothing");
        };
        beside(wait, || {
            *ready.lock() = true;
            changed.notify_all();
        });
    };
    let model = Model::new("", "", program);
    for spurious in [false, true] {
        let limits = Limits { spurious, ..Limits::default() };
        assert_eq!(broken(&explore::graph(&model, limits)), spurious);
    }
}

/// A send ends when it is received, and not before; a receiver that waits
/// gets what was sent to it, not one that comes later.
fn by_hand() {
    let program = || {
        let (sender, receiver) = bounded(0);
        let sent = Mutex::new(false);
        let send = || {
            sender.send(1).expect("sent");
            *sent.lock() = true;
        };
        beside(send, || {
            note(|| "not yet".into());
            assert!(!*sent.lock(), "sent, and not received");
            assert_eq!(receiver.recv(), Ok(1));
        });
    };
    let one = graph(program);
    assert!(!broken(&one) && !deadlocks(&one));
    let nobody_receives = || {
        let (sender, _receiver) = bounded(0);
        sender.send(1).expect("sent");
    };
    assert!(deadlocks(&graph(nobody_receives)));
}

/// A lock carries the time from a thread that has waited to one that has not.
fn how_late() {
    let program = || {
        let (lock, changed) = (Mutex::new(()), Condvar::new());
        let late = now() + Duration::from_secs(1);
        let wait = || {
            changed.wait_until(&mut lock.lock(), late);
        };
        beside(wait, || {
            drop(lock.lock());
            format!("{:?}", time())
        })
    };
    let both = ["0ns", "1s"].map(str::to_string);
    let both = Outcomes::Set(both.into_iter().collect());
    assert_eq!(explore::outcomes(10_000, program), both);
}
