//! That the model checker sees what is wrong: models that must fail, and how
//! they fail.

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use checker::check::{Model, Quantity};
use checker::run::quietly;
use shared::sync::Mutex;
use shared::sync::channel::{bounded, unbounded};

use crate::threads::{beside, both};

/// All of them, by name.
pub const ALL: &[(&str, fn())] = &[
    ("a_failure_that_a_thread_swallows_is_seen", swallowed),
    ("a_failure_may_have_any_text", any_text),
    ("what_is_to_be_seen_once_is_shown_if_it_never_is", never_seen),
    ("a_panic_that_nobody_catches_fails", nobody_catches),
    ("a_panic_under_a_lock_fails", under_a_lock),
    ("a_thread_that_never_began_drops_nothing", never_began),
    ("a_thread_that_was_under_way_goes_no_further", under_way),
    ("a_destructor_may_lock_when_a_model_fails", destructor),
    ("too_many_messages_fail", too_many_messages),
];

/// What is wrong with this model.
fn failure_of(body: fn()) -> String {
    let failure = Model::new("", "", body).check().failure;
    failure.expect("it must fail").headline
}

fn swallowed() {
    let said = failure_of(|| {
        let work = || {
            drop(catch_unwind(|| quietly(|| panic!("broken"))));
        };
        beside(work, || ());
    });
    assert_eq!(said, "broken");
}

fn any_text() {
    let said = failure_of(|| panic!("recorded nowhere"));
    assert_eq!(said, "recorded nowhere");
}

fn never_seen() {
    let (kind, body) = (Quantity::Some, Arc::new(|| false));
    let model = Model { kind, body, ..Model::new("", "", || ()) };
    let failure = model.check().failure.expect("it must fail");
    assert_eq!(failure.headline, "seen in none of the 1 interleavings");
    assert!(!failure.deadlock);
}

fn nobody_catches() {
    let said = failure_of(|| {
        beside(|| resume_unwind(Box::new("a")), || ());
    });
    assert_eq!(said, "a scoped thread panicked");
}

fn under_a_lock() {
    let said = failure_of(|| {
        let lock = Mutex::new(0);
        let work = || {
            let _guard = lock.lock();
            resume_unwind(Box::new("a"))
        };
        both(|| drop(catch_unwind(AssertUnwindSafe(work))), || ());
    });
    assert_eq!(said, "a panic, while lock is locked");
}

/// None by loom; one in the run of turns that tells it, where each thread
/// unwinds while what it borrows is there.
const TOLD: usize = 1;

/// Counts into what a model's main thread owns.
struct Count<'a>(&'a AtomicUsize);

impl Drop for Count<'_> {
    fn drop(&mut self) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }
}

fn never_began() {
    static DROPPED: AtomicUsize = AtomicUsize::new(0);
    let said = failure_of(|| {
        let count = Count(&DROPPED);
        let work = move || drop(count);
        beside(work, || quietly(|| panic!("before it has begun")))
    });
    assert_eq!(said, "before it has begun");
    assert_eq!(DROPPED.load(Ordering::Relaxed), TOLD, "what is gone was used");
}

fn under_way() {
    static DROPPED: AtomicUsize = AtomicUsize::new(0);
    let said = failure_of(|| {
        let (started, begun) = unbounded();
        let (_never, waits) = bounded::<()>(1);
        let work = || {
            let _count = Count(&DROPPED);
            started.send(()).expect("sent");
            let _ = waits.recv();
        };
        beside(work, || {
            begun.recv().expect("it has begun");
            quietly(|| panic!("while it waits"))
        })
    });
    assert_eq!(said, "while it waits");
    assert_eq!(DROPPED.load(Ordering::Relaxed), TOLD, "what is gone was used");
}

/// A guard that closes something when a thread dies is natural.
struct Close<'a>(&'a Mutex<bool>);

impl Drop for Close<'_> {
    fn drop(&mut self) {
        *self.0.lock() = true;
    }
}

fn destructor() {
    let said = failure_of(|| {
        let closed = Mutex::new(false);
        both(
            || {
                let _close = Close(&closed);
                let _guard = closed.lock();
                panic!("with two guards");
            },
            || drop(closed.lock()),
        );
    });
    assert_eq!(said, "with two guards");
}

fn too_many_messages() {
    let said = failure_of(|| {
        let (sender, _receiver) = unbounded();
        (0..200).for_each(|n| sender.send(n).expect("sent"));
    });
    assert_eq!(said, "more messages than a model may send");
}
