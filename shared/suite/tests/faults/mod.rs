//! Small programs on which an engine was once wrong, or about which it must
//! say what it cannot know. Each asks one question of both engines.

use std::sync::{Arc, LazyLock};
use std::time::Duration;

use checker::agree::{Agreement, agree};
use checker::check::{Model, Outcomes, outcomes};
use checker::explore::{self, Limits};
use checker::run::{came_to, hear, time};
use shared::sync::channel::{Sender, bounded, unbounded};
use shared::sync::{Condvar, Mutex, now, spawn, thread};

mod panics;

/// All of them, by name.
pub const ALL: &[(&str, fn())] = &[
    ("a_time_out_is_no_hang_up", time_out_or_hang_up),
    ("what_a_clock_said_belongs_to_a_state", clock_read_twice),
    ("a_message_carries_the_time", late_message),
    ("a_failed_send_belongs_to_a_state", failed_send),
    ("senders_in_another_order_are_another_state", senders_in_order),
    ("a_handed_message_has_one_receiver", handed_over),
    ("a_thread_may_begin_by_starting_another", starts_another),
    ("a_scope_joins_what_a_thread_of_it_starts", joins_late),
    ("no_end_in_some_schedules_is_a_failure", no_end_in_some),
    ("twenty_looks_in_vain_are_twenty", twenty_looks),
    ("nobody_sets_the_flag", nobody_sets),
    ("every_fair_schedule_ends", fair_ends),
    ("who_works_between_looks_is_not_patient", works_between_looks),
    ("the_first_to_sleep_is_the_first_woken", first_come),
    ("notify_all_wakes_all", all_wake),
    ("a_hidden_value_is_noticed", hidden_value),
    ("a_program_that_draws_lots_is_refused", draws_lots),
    ("a_lock_that_outlives_a_run_is_refused", outlives),
    ("a_thread_of_std_is_refused", thread_of_std),
    ("a_sixth_thread_is_refused_by_loom", six_threads),
    ("a_model_without_a_result_agrees", no_result),
    ("a_join_that_hears_a_panic_is_no_failure", panics::heard),
    ("a_panic_that_is_caught_is_no_failure", panics::caught),
    ("a_panic_before_the_first_step_is_a_failure", panics::at_once),
    ("a_panic_in_a_scope_is_why_it_waits", panics::in_a_scope),
    ("a_panic_whose_destructor_waits_is_drawn", panics::waits),
    ("a_destructor_may_want_the_lock_of_its_thread", panics::own_lock),
];

fn model(program: fn()) -> Model {
    Model::new("", "", program)
}

/// What each engine says is wrong: loom first.
fn both(program: fn()) -> [Option<String>; 2] {
    [model(program), model(program).by_turns()]
        .map(|model| model.check().failure.map(|failure| failure.headline))
}

fn holds(program: fn()) {
    assert_eq!(both(program), [None, None]);
}

fn fails(program: fn(), why: &str) {
    for said in both(program) {
        let said = said.expect("it must fail");
        assert!(said.contains(why), "{said}");
    }
}

/// Both engines find these outcomes, and no others.
fn come_to(program: fn() -> String, all: &[&str]) {
    let all = all.iter().map(|outcome| outcome.to_string());
    let all = Outcomes::Set(all.collect());
    assert_eq!(outcomes(10_000, program), all, "loom");
    assert_eq!(explore::outcomes(10_000, program), all, "by turns");
}

/// Starts both, and waits for their end.
fn twice(a: impl FnOnce() + Send, b: impl FnOnce() + Send) {
    thread::scope(|scope| {
        spawn(scope, "a", a).expect("a thread");
        spawn(scope, "b", b).expect("a thread");
    });
}

fn time_out_or_hang_up() {
    let program = || {
        let (sender, receiver) = bounded::<()>(1);
        thread::scope(|scope| {
            spawn(scope, "drops", move || drop(sender)).expect("a thread");
            format!("{:?}", receiver.recv_deadline(now()))
        })
    };
    come_to(program, &["Err(Disconnected)", "Err(Timeout)"]);
}

fn clock_read_twice() {
    let program = || {
        let (l, m) = (Mutex::new(()), Mutex::new(()));
        let (c, d) = (Condvar::new(), Condvar::new());
        let after = |seconds| now() + Duration::from_secs(seconds);
        let (one, five) = (after(1), after(5));
        thread::scope(|scope| {
            let waits = || {
                c.wait_until(&mut l.lock(), one);
                d.wait_until(&mut m.lock(), five);
            };
            spawn(scope, "waits", waits).expect("a thread");
            drop(l.lock());
            let first = time();
            drop(m.lock());
            format!("{first:?} {:?}", time())
        })
    };
    let all = ["0ns 0ns", "0ns 1s", "0ns 5s", "1s 1s", "1s 5s"];
    come_to(program, &all);
}

fn late_message() {
    let program = || {
        let (sender, receiver) = unbounded();
        thread::scope(|scope| {
            let sends = move || {
                hear(time() + Duration::from_secs(1));
                sender.send(()).expect("sent");
            };
            spawn(scope, "sends", sends).expect("a thread");
            receiver.recv().expect("it is sent");
            format!("{:?}", time())
        })
    };
    come_to(program, &["1s"]);
}

fn failed_send() {
    let program = || {
        let (sender, receiver) = unbounded();
        thread::scope(|scope| {
            spawn(scope, "drops", move || drop(receiver)).expect("a thread");
            format!("{}", sender.send(()).is_ok())
        })
    };
    come_to(program, &["false", "true"]);
}

/// Two senders, which look the same, are sent in any order; the first that
/// arrives is used.
fn senders_in_order() {
    let program = || {
        let (to_one, one) = unbounded();
        let (to_two, two) = unbounded();
        let (sends, ends) = unbounded::<Sender<u8>>();
        let other = sends.clone();
        twice(
            move || sends.send(to_one).expect("sent"),
            move || other.send(to_two).expect("sent"),
        );
        let first = ends.recv().expect("there are two");
        first.send(1).expect("sent");
        drop((first, ends));
        format!("{:?} {:?}", one.recv().is_ok(), two.recv().is_ok())
    };
    come_to(program, &["false true", "true false"]);
}

fn handed_over() {
    let program = || {
        let (sender, receiver) = bounded(0);
        thread::scope(|scope| {
            for name in ["a", "b"] {
                let receive = || assert!(receiver.recv().is_ok(), "hung up");
                spawn(scope, name, receive).expect("a thread");
            }
            (1..=2).for_each(|n| sender.send(n).expect("sent"));
        });
    };
    assert_eq!(both_by_turns(program), None, "a sender is alive");
}

fn both_by_turns(program: fn()) -> Option<String> {
    model(program).by_turns().check().failure.map(|f| f.headline)
}

fn starts_another() {
    holds(|| {
        let lock = Mutex::new(0);
        thread::scope(|scope| {
            let outer = || {
                thread::scope(|scope| {
                    spawn(scope, "inner", || *lock.lock() += 1).expect("one");
                });
            };
            spawn(scope, "outer", outer).expect("a thread");
            *lock.lock() += 1;
        });
        assert_eq!(lock.into_inner(), 2);
    });
}

fn joins_late() {
    holds(|| {
        let lock = Mutex::new(vec![1, 2, 3]);
        let shared = &lock;
        thread::scope(|scope| {
            let inner = || {
                let mut all = shared.lock();
                assert_eq!(all.iter().sum::<i32>(), 6);
                all.push(4);
            };
            let outer = move || {
                drop(shared.lock());
                spawn(scope, "inner", inner).expect("a thread");
            };
            spawn(scope, "outer", outer).expect("a thread");
        });
        assert_eq!(lock.into_inner().len(), 4, "inner was joined");
    });
}

/// Nothing sets `stop`, but the thread asks for it only if it came first.
fn no_end_in_some() {
    let program = || {
        let (flag, stop) = (Mutex::new(false), Mutex::new(false));
        thread::scope(|scope| {
            let looks = || {
                if !*flag.lock() {
                    while !*stop.lock() {}
                }
            };
            spawn(scope, "looks", looks).expect("a thread");
            *flag.lock() = true;
        });
    };
    fails(program, "no end in sight");
    let failure = model(program).by_turns().check().failure;
    let steps = failure.expect("it must fail").run.events.len();
    assert!(steps > 3, "the way there is shown: {steps} steps");
}

fn twenty_looks() {
    let program = || {
        let set = Mutex::new(false);
        twice(
            || {
                let vain = (0..20).filter(|_| !*set.lock()).count();
                assert!(vain < 20, "twenty looks in vain");
            },
            || *set.lock() = true,
        );
    };
    let said = both_by_turns(program).expect("it must fail");
    assert!(said.contains("twenty looks"), "{said}");
    // loom leaves that out, and says so.
    let checked = model(program).check();
    assert!(
        checked.failure.is_some() || checked.patient == Some(3),
        "it says so"
    );
}

fn nobody_sets() {
    let program = || {
        let flag = Mutex::new(false);
        thread::scope(|scope| {
            let waits = || while !*flag.lock() {};
            spawn(scope, "waits", waits).expect("a thread");
        });
    };
    fails(program, "no end in sight");
    let agreement = agree(&model(program), Limits::default()).0;
    assert!(matches!(agreement, Agreement::Fails(_)), "{agreement:?}");
}

/// A look in vain again and again, or a wait that ends by its deadline again and again ends as soon as the other
/// thread has its turn.
fn fair_ends() {
    holds(|| {
        let flag = Mutex::new(false);
        twice(|| while !*flag.lock() {}, || *flag.lock() = true);
    });
    holds(|| {
        let (ready, changed) = (Mutex::new(false), Condvar::new());
        twice(
            || *ready.lock() = true,
            || {
                let mut ready = ready.lock();
                while !*ready {
                    let soon = now() + Duration::from_millis(10);
                    changed.wait_until(&mut ready, soon);
                }
            },
        );
    });
    holds(|| {
        let (sender, receiver) = bounded(1);
        thread::scope(|scope| {
            let send = move || sender.send(1).expect("sent");
            spawn(scope, "sends", send).expect("a thread");
            while receiver.recv_deadline(now()).is_err() {}
        });
    });
}

fn works_between_looks() {
    fails(
        || {
            let (stop, done) = (Mutex::new(false), Mutex::new(0));
            twice(
                || {
                    for _ in 0..5 {
                        if *stop.lock() {
                            return;
                        }
                        *done.lock() += 1;
                    }
                },
                || {
                    *stop.lock() = true;
                    assert!(*done.lock() < 5, "all were done");
                },
            );
        },
        "all were done",
    );
}

fn all_wake() {
    holds(|| {
        let (asleep, changed) = (Mutex::new(0), Condvar::new());
        let go = Condvar::new();
        let sleep = || {
            let mut asleep = asleep.lock();
            *asleep += 1;
            changed.notify_one();
            go.wait(&mut asleep);
        };
        thread::scope(|scope| {
            spawn(scope, "a", sleep).expect("a thread");
            spawn(scope, "b", sleep).expect("a thread");
            let mut asleep = asleep.lock();
            while *asleep < 2 {
                changed.wait(&mut asleep);
            }
            go.notify_all();
        });
    });
}

#[derive(Debug, Default)]
struct Line {
    asleep: Vec<usize>,
    awake: Vec<usize>,
}

fn first_come() {
    holds(|| {
        let line = Mutex::new(Line::default());
        let (came, go) = (Condvar::new(), Condvar::new());
        let sleep = |n| {
            let mut line = line.lock();
            line.asleep.push(n);
            came.notify_one();
            go.wait(&mut line);
            line.awake.push(n);
            came.notify_one();
        };
        thread::scope(|scope| {
            spawn(scope, "a", || sleep(1)).expect("a thread");
            spawn(scope, "b", || sleep(2)).expect("a thread");
            let mut line = line.lock();
            while line.asleep.len() < 2 {
                came.wait(&mut line);
            }
            go.notify_one();
            while line.awake.is_empty() {
                came.wait(&mut line);
            }
            assert_eq!(line.awake[0], line.asleep[0], "woken first");
            go.notify_one();
        });
    });
}

struct Hidden(u8);

impl std::fmt::Debug for Hidden {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Hidden")
    }
}

fn hidden_value() {
    let program = || {
        let last = Mutex::new(Hidden(0));
        twice(|| *last.lock() = Hidden(1), || *last.lock() = Hidden(2));
        assert_eq!(last.lock().0, 2, "b was the last");
    };
    assert!(both_by_turns(program).is_some(), "a was the last in some");
}

fn draws_lots() {
    use std::sync::atomic::{AtomicUsize, Ordering};
    static RUNS: AtomicUsize = AtomicUsize::new(0);
    let program = || {
        let (a, b) = (Mutex::new(0), Mutex::new(0));
        let odd = RUNS.fetch_add(1, Ordering::Relaxed) % 2 == 1;
        let other = || *if odd { &a } else { &b }.lock() += 1;
        twice(|| *a.lock() += 1, other);
    };
    let said = both_by_turns(program).expect("it must be refused");
    assert!(said.contains("not deterministic"), "{said}");
}

fn outlives() {
    static LOCK: LazyLock<Arc<Mutex<u8>>> =
        LazyLock::new(|| Arc::new(Mutex::new(0)));
    let program = || twice(|| *LOCK.lock() += 1, || *LOCK.lock() += 1);
    fails(program, "outside of the model");
}

fn thread_of_std() {
    let program = || {
        let lock = Mutex::new(0);
        thread::scope(|scope| {
            scope.spawn(|| *lock.lock() += 1);
        });
    };
    fails(program, "a thread that the checker did not start");
}

fn six_threads() {
    let program = || {
        thread::scope(|scope| {
            for name in ["a", "b", "c", "d", "e"] {
                spawn(scope, name, || ()).expect("a thread");
            }
        });
    };
    let failure = model(program).check().failure.expect("it is refused");
    assert!(failure.headline.contains("five threads"), "{}", failure.headline);
    assert_eq!(both_by_turns(program), None);
}

fn no_result() {
    for program in [|| (), || came_to(|| "an end".into())] {
        let agreement = agree(&model(program), Limits::default()).0;
        assert!(matches!(agreement, Agreement::Same(_)), "{agreement:?}");
    }
}
