//! The engine that goes through every interleaving that differs from the
//! others in effect, with loom.
//!
//! loom runs all threads of a model on one thread of the system, and nothing
//! of its own is asked for what is shown: it leaves the list of what its
//! threads did, in order, and the other engine does the same and tells it.
//!
//! Next: [`panics`](super::panics).
#![allow(unsafe_code)]

use std::cell::Cell;
use std::collections::BTreeSet;
use std::mem::{self, ManuallyDrop};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, PoisonError};

use super::panics::{self, SILENT};
use crate::names::Names;
use crate::run::{self, Current, Engine, NO_PANIC};
use crate::value::View;
use crate::world::Op;

/// A program: whether it has seen what it looks for.
pub(crate) type Body = Arc<dyn Fn() -> bool + Send + Sync>;

/// What is known of a run under loom.
pub(crate) struct Loom {
    /// What its threads have done, in order.
    pub took: Vec<(usize, Op)>,
    /// What they are in the middle of, in the test's own part.
    pub takes: Vec<(usize, Op)>,
    /// Whether the model is to tell its result.
    pub asks: bool,
    /// The model.
    pub body: Body,
    /// How its values are shown.
    pub view: View,
}

impl Loom {
    /// A thread has done this. In the test's own part, a lock is what others
    /// notice of it: with turns all of it is one step, which is made then.
    pub fn took(&mut self, thread: usize, op: Op, quiet: bool) {
        if quiet {
            self.took_it_all(thread);
        }
        self.took.push((thread, op));
    }

    /// A thread has done what it was in the middle of.
    pub fn took_it_all(&mut self, thread: usize) {
        let done = self.takes.extract_if(.., |(by, _)| *by == thread);
        self.took.extend(done);
    }
}

/// A run of loom's, for the other engine to follow.
#[derive(Default, Clone)]
pub(crate) struct Way {
    pub took: Vec<(usize, Op)>,
    pub names: Names,
}

/// What a search has gone through.
#[derive(Default)]
pub(crate) struct Found {
    pub interleavings: u64,
    /// In how many of them the model said `true`.
    pub seen: u64,
    /// What it came to, if that was asked for.
    pub outcomes: BTreeSet<String>,
}

/// One search, and how it ended.
pub(crate) struct Search {
    pub found: Found,
    /// What is wrong, and which thread noticed.
    pub failed: Option<(String, usize)>,
    /// The last run.
    pub way: Way,
}

/// Goes through interleavings, with at most so many forced switches, until all
/// are done or one fails; or the first `most`.
pub(crate) fn search(
    body: &Body,
    view: View,
    bound: Option<usize>,
    most: u64,
    asks: bool,
) -> Search {
    panics::keep();
    let found = Arc::new(Mutex::new(Found::default()));
    let all = found.clone();
    let (begins, body) = (begins(body, view, asks), body.clone());
    PATIENT.set(false);
    *panics::refused() = None;
    begins();
    let ended = catch_unwind(AssertUnwindSafe(|| {
        builder(bound).check(move || {
            if all.lock().expect(NO_PANIC).interleavings == most {
                // That is all that was asked for.
                run::fail(ENOUGH.into());
                run::go_on_failing();
            }
            all.lock().expect(NO_PANIC).interleavings += 1;
            begins();
            let seen = body();
            run::go_on_failing();
            let outcome = run::with(|run| mem::take(&mut run.outcome));
            let mut all = all.lock().expect(NO_PANIC);
            all.seen += u64::from(seen);
            all.outcomes.extend(asks.then_some(outcome));
        });
    }));
    let (way, failed) = run::with(|run| {
        if let Err(panic) = &ended {
            run.panics.ended(0, &**panic);
        }
        (left(run), why(run))
    });
    run::leave();
    let failed = failed.filter(|(what, _)| ended.is_err() && what != ENOUGH);
    let refused = panics::refused().take().map(|what| (what, 0));
    let found = mem::take(&mut *found.lock().expect(NO_PANIC));
    Search { found, failed: refused.or(failed), way }
}

/// Begins a run of this model.
fn begins(body: &Body, view: View, asks: bool) -> impl Fn() + use<> {
    let body = body.clone();
    move || {
        let (took, takes, body) = (Vec::new(), Vec::new(), body.clone());
        let loom = Loom { took, takes, asks, body, view };
        drop(run::begin(Engine::Loom(loom), Names::default()));
    }
}

const ENOUGH: &str = "that was enough";

fn left(run: &mut Current) -> Way {
    let names = mem::take(&mut run.names);
    match &mut run.engine {
        Engine::Loom(loom) => Way { took: mem::take(&mut loom.took), names },
        _ => Way::default(),
    }
}

/// Why the last run has failed, if it has: a panic that no thread caught comes
/// first.
fn why(run: &mut Current) -> Option<(String, usize)> {
    let said = run.failed.take();
    let note = run.panics.why(said.is_none());
    let note = note.map(|note| (note.text, note.by));
    note.or(said).or_else(|| Some((SILENT.into(), 0)))
}

thread_local! {
    static PATIENT: Cell<bool> = const { Cell::new(false) };
}

/// Whether the last search of loom's on this thread left interleavings out in
/// which a thread looks in vain once more.
pub(crate) fn was_patient() -> bool {
    PATIENT.get()
}

/// Whether this is what loom says of a deadlock.
pub(crate) fn is_deadlock(panic: &str) -> bool {
    panic.starts_with("deadlock;")
}

/// Whether this is what loom says of a run without end.
pub(crate) fn is_endless(panic: &str) -> bool {
    panic.contains("maximum number of branches")
}

/// loom's settings, whatever its environment variables say: some of them end
/// a search early, without a word.
fn builder(bound: Option<usize>) -> loom::model::Builder {
    let mut builder = loom::model::Builder::new();
    builder.max_branches = 2_000;
    builder.max_permutations = None;
    builder.max_duration = None;
    builder.checkpoint_file = None;
    builder.preemption_bound = bound;
    builder.location = false;
    builder.log = false;
    builder
}

/// loom lets this thread go on only if no other can.
pub(crate) fn let_others_go() {
    PATIENT.set(true);
    run::switch(loom::thread::yield_now);
}

/// loom's own lock. A thread that panics does not poison it: all threads share
/// one of the system's, and so whether it panics.
pub(crate) fn own<T>(
    lock: &loom::sync::Mutex<T>,
) -> loom::sync::MutexGuard<'_, T> {
    lock.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Counts looks in vain at one object. A thread that looks again and again,
/// and changes nothing in between, waits for another one; loom would let it
/// look forever.
#[derive(Default)]
pub(crate) struct Patience {
    // The thread that looked last, after how many changes of its own.
    last: (usize, usize),
    looks: usize,
}

/// A thread that has looked this often in a row in vain lets others go first.
/// That leaves out interleavings in which it looks once more, and the result
/// says so. The number must not affect a thread that looks two or three times
/// for good reasons.
pub(crate) const MOST_LOOKS: usize = 3;

impl Patience {
    /// The thread that runs looks once more. Whether it has to let others go
    /// first.
    pub fn looks(&mut self) -> bool {
        let now = (run::me(), run::mine(|mine| mine.changes));
        self.looks = if self.last == now { self.looks + 1 } else { 1 };
        self.last = now;
        self.looks > MOST_LOOKS
    }
}

/// A counter: `down` waits while it is 0.
pub(crate) struct Semaphore {
    up: loom::sync::mpsc::Sender<()>,
    // loom's receiver empties itself when dropped, and asks loom for leave:
    // not while a failed model is unwound.
    down: ManuallyDrop<loom::sync::mpsc::Receiver<()>>,
}

// SAFETY: loom runs all threads of a model on one thread of the system. On
// another one, where no model runs, each of loom's calls panics before it
// touches anything; and its messages are `()`, so none can be torn.
unsafe impl Sync for Semaphore {}
// SAFETY: the same.
unsafe impl Send for Semaphore {}

impl Semaphore {
    /// It begins with this number.
    pub fn new(count: usize) -> Self {
        let (up, down) = loom::sync::mpsc::channel();
        let semaphore = Semaphore { up, down: ManuallyDrop::new(down) };
        (0..count).for_each(|_| semaphore.up());
        semaphore
    }

    /// One more. After it there is no switch: what follows at once is one step
    /// with it.
    pub fn up(&self) {
        self.up.send(()).expect("both ends are here");
    }

    /// One less, as soon as there is one.
    pub fn down(&self) {
        self.down.recv().expect("both ends are here");
    }
}

impl Drop for Semaphore {
    fn drop(&mut self) {
        if !run::is_over() {
            // SAFETY: it is dropped here, and nowhere else.
            unsafe { ManuallyDrop::drop(&mut self.down) }
        }
    }
}
