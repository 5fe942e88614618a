//! What happens in the run that goes on: whose turn it is, and, in the one
//! that is to be shown, every step.
//!
//! loom runs all threads of a model on one thread of the system, so this is
//! kept in thread-locals of that one, and nothing of loom's is asked for it:
//! a panic may come while loom's own state is borrowed.
//!
//! Next: [`locks`](super::locks).

use std::cell::{Cell, RefCell};
use std::fmt::Debug;
use std::mem;
use std::thread::panicking;
use std::time::Duration;

use super::{check, thread};
use crate::event::{Event, Run, What};
use crate::source;
use crate::value::Value;
use crate::world::{At, Kind, Object, Op, Thread};

/// How values are to be seen: see [`Value::seen_as`].
pub type View = fn(Value) -> Value;

/// Everything about the run that goes on.
#[derive(Default)]
struct Recorder {
    view: Option<View>,
    // Who ran last, and whether it could have gone on when it was left.
    active: usize,
    switched: bool,
    threads: Vec<Clock>,
    most_timed: usize,
    run: Run,
}

/// What is known of a thread, recorded or not.
struct Clock {
    time: Duration,
    quiet: bool,
    // In a wait for a time that has not come, and not notified.
    timed: bool,
}

thread_local! {
    static ME: Cell<usize> = const { Cell::new(0) };
    static RECORDER: RefCell<Recorder> = RefCell::default();
}

/// Begins a run; it is recorded if there is a view.
pub(super) fn begin(view: Option<View>) {
    drop(RECORDER.replace(Recorder { view, ..Recorder::default() }));
    ME.set(add_thread("main".into()));
    thread::limit_threads(usize::MAX);
}

/// What was recorded.
pub(super) fn take() -> Run {
    RECORDER.take().run
}

fn with<R>(f: impl FnOnce(&mut Recorder) -> R) -> R {
    RECORDER.with_borrow_mut(f)
}

fn recording<R>(f: impl FnOnce(&mut Recorder) -> R) -> Option<R> {
    with(|recorder| recorder.view.is_some().then(|| f(recorder)))
}

/// Who runs.
pub(super) fn me() -> usize {
    ME.get()
}

/// Says what the first thread is called: its role, not `main`.
pub fn i_am(name: &str) {
    with(|recorder| recorder.run.world.threads[me()].name = name.into());
}

/// A thread is about to start, as late as the one that starts it.
pub(super) fn add_thread(name: String) -> usize {
    with(|recorder| {
        let time =
            recorder.threads.get(me()).map_or(Duration::ZERO, |t| t.time);
        recorder.threads.push(Clock { time, quiet: false, timed: false });
        let thread = Thread { name, doing: None, ended: false, slept: 0 };
        recorder.run.world.threads.push(thread);
        recorder.threads.len() - 1
    })
}

/// A thread has started: it is its turn.
pub(super) fn started(thread: usize) {
    ME.set(thread);
    recording(|recorder| recorder.resumed(thread));
}

/// The thread that runs has done its work, or has panicked.
pub(super) fn ended(panicked: bool) {
    with(|recorder| recorder.run.world.threads[me()].ended = true);
    record(None, || if panicked { What::Panic } else { What::End });
}

/// How late it is for the thread that runs.
pub fn time() -> Duration {
    with(|recorder| recorder.threads[me()].time)
}

/// How late it was for a thread that has ended.
pub(super) fn time_of(thread: usize) -> Duration {
    with(|recorder| recorder.threads[thread].time)
}

/// The thread that runs has waited until this time, or has heard of it.
pub fn hear(time: Duration) {
    with(|recorder| {
        let mine = &mut recorder.threads[me()].time;
        *mine = time.max(*mine);
    });
}

/// Does something at which loom may switch to other threads.
pub(super) fn switching<R>(op: Op, at: At, f: impl FnOnce() -> R) -> R {
    let me = me();
    if check::has_failed() {
        if panicking() {
            check::abort("a destructor waits for another thread");
        }
        // It has caught the panic that said so, and gone on.
        check::go_on_failing();
    }
    recording(|recorder| {
        recorder.run.world.threads[me].doing = Some((op, at));
    });
    let result = f();
    ME.set(me);
    recording(|recorder| recorder.resumed(me));
    result
}

/// A new lock, condition variable or channel: its number.
pub(super) fn object(made: At, what: &str, kind: Kind) -> usize {
    recording(|recorder| {
        let name = source::name(made).unwrap_or_else(|| what.into());
        let of_the_test = recorder.threads[me()].quiet;
        let objects = &mut recorder.run.world.objects;
        objects.push(Object { name, made, of_the_test, kind });
        objects.len() - 1
    })
    .unwrap_or(usize::MAX)
}

/// Changes the state of an object.
pub(super) fn update(object: usize, f: impl FnOnce(&mut Kind)) {
    recording(|recorder| f(&mut recorder.run.world.objects[object].kind));
}

/// What an object is called.
pub(super) fn name(object: usize) -> String {
    let name = |recorder: &mut Recorder| {
        recorder.run.world.objects[object].name.clone()
    };
    recording(name).unwrap_or_default()
}

/// A value as data, if it is to be shown.
pub(super) fn value(value: &impl Debug) -> Option<Value> {
    // Not while the run is borrowed: the value's `Debug` is anybody's code.
    let view = with(|recorder| recorder.view)?;
    Some(Value::of(value).seen_as(view))
}

/// Something was done by the thread that runs.
pub(super) fn record(at: Option<At>, what: impl FnOnce() -> What) {
    let quiet = |r: &mut Recorder| r.view.is_none() || r.threads[me()].quiet;
    if with(quiet) {
        return;
    }
    let what = what();
    with(|recorder| {
        let (thread, switched) = (me(), mem::take(&mut recorder.switched));
        let marks = recorder.run.world.marks();
        let event = Event { thread, what, at, switched, marks };
        recorder.run.events.push(event);
    });
}

/// Says in a row what a model's own part does, such as its web.
pub fn note(text: impl FnOnce() -> String) {
    record(None, || What::Note(text()));
}

/// Does what is not to be shown: a model's own bookkeeping. It may switch all
/// the same.
pub fn quietly<R>(f: impl FnOnce() -> R) -> R {
    let me = me();
    with(|recorder| recorder.threads[me].quiet = true);
    let result = f();
    with(|recorder| recorder.threads[me].quiet = false);
    result
}

/// The thread that runs goes to sleep on this condition variable.
pub(super) fn sleeps(condvar: usize) {
    recording(|recorder| {
        let (me, world) = (me(), &mut recorder.run.world);
        let kind = &mut world.objects[condvar].kind;
        if let Kind::Condvar { asleep, notified } = kind {
            asleep.push(me);
            world.threads[me].slept = notified.len();
        }
    });
}

/// A timed wait of this thread on a condition variable begins, or is over.
pub(super) fn timed(thread: usize, waits: bool) {
    with(|recorder| {
        recorder.threads[thread].timed = waits;
        let waiting = recorder.threads.iter().filter(|t| t.timed).count();
        recorder.most_timed = recorder.most_timed.max(waiting);
    });
}

/// How many threads, at most, were in a timed wait on a condition variable at
/// one time.
pub fn most_timed() -> usize {
    with(|recorder| recorder.most_timed)
}

impl Recorder {
    /// A thread runs, and nothing of what it does has happened yet.
    fn resumed(&mut self, thread: usize) {
        if thread != self.active {
            self.switched = self.run.world.can_go_on(self.active);
            self.active = thread;
        }
        self.run.world.threads[thread].doing = None;
    }
}
