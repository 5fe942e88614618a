//! Small programs on which an engine was once wrong, or about which it must
//! say what it cannot know. Each asks one question of both engines.

use std::sync::{Arc, LazyLock};

use checker::agree::{Agreement, agree};
use checker::check::{Model, Outcomes, outcomes};
use checker::explore::{self, Limits};
use checker::run::came_to;
use shared::sync::{Mutex, spawn, thread};

mod panics;
mod states;
mod waits;

/// All of them, by name.
pub const ALL: &[(&str, fn())] = &[
    ("a_time_out_is_no_hang_up", states::time_out_or_hang_up),
    ("what_a_clock_said_belongs_to_a_state", states::clock_read_twice),
    ("a_message_carries_the_time", states::late_message),
    ("a_failed_send_belongs_to_a_state", states::failed_send),
    ("senders_in_another_order_are_another_state", states::senders_in_order),
    ("a_handed_message_has_one_receiver", states::handed_over),
    ("a_thread_may_begin_by_starting_another", starts_another),
    ("a_scope_joins_what_a_thread_of_it_starts", joins_late),
    ("no_end_in_some_schedules_is_a_failure", waits::no_end_in_some),
    ("twenty_looks_in_vain_are_twenty", waits::twenty_looks),
    ("nobody_sets_the_flag", waits::nobody_sets),
    ("every_fair_schedule_ends", waits::fair_ends),
    ("work_between_looks_is_not_patience", waits::works_between_looks),
    ("the_first_to_sleep_is_the_first_woken", waits::first_come),
    ("notify_all_wakes_all", waits::all_wake),
    ("a_hidden_value_is_noticed", states::hidden_value),
    ("a_program_that_draws_lots_is_refused", states::draws_lots),
    ("a_lock_that_outlives_a_run_is_refused", outlives),
    ("a_thread_of_std_is_refused", thread_of_std),
    ("a_sixth_thread_is_refused_by_loom", six_threads),
    ("a_model_without_a_result_agrees", no_result),
    ("a_bounded_model_is_searched_whole", bounded),
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

/// Six steps that alternate: loom with one forced switch never sees it.
fn bounded() {
    let program = || {
        let list = Mutex::new(String::new());
        let write = |name| (0..3).for_each(|_| list.lock().push_str(name));
        twice(|| write("a"), || write("b"));
        assert_ne!(list.into_inner(), "ababab", "they take turns");
    };
    let failure = |model: Model| model.bounded(1).check().failure;
    assert!(failure(model(program).huge()).is_none(), "loom looks no further");
    let said = failure(model(program)).expect("the graph has it").headline;
    assert!(said.contains("they take turns"), "{said}");
}
