//! What happens in one interleaving: whose turn it is, and, in the one that
//! is to be shown, every step.
//!
//! loom runs all threads of a model on one thread of the system, so this is
//! kept in thread-locals of that one, and nothing of loom's is asked for it:
//! a panic may come while loom's own state is borrowed.
//!
//! Next: [`locks`](super::locks).

use std::cell::{Cell, RefCell};
use std::fmt::Debug;
use std::mem;
use std::panic::Location;
use std::thread::panicking;
use std::time::Duration;

use super::{check, source};
use crate::sync::limit_threads;

/// A place in the source.
pub type At = &'static Location<'static>;

/// Everything about the interleaving that runs.
#[derive(Debug, Default)]
pub struct Run {
    recording: bool,
    // Who ran last, and whether it could have gone on when it was left.
    active: usize,
    forced: bool,
    most_timed: usize,
    /// By number, the first is the one that the model runs on.
    pub threads: Vec<Thread>,
    /// Locks, condition variables and channels, in the order of making.
    pub objects: Vec<Object>,
    /// What was done, in order.
    pub steps: Vec<Step>,
}

/// A thread.
#[derive(Debug)]
pub struct Thread {
    /// As it was spawned.
    pub name: String,
    /// What it is about to do, or cannot yet do.
    pub doing: Option<(Op, At)>,
    /// It has done all its work.
    pub ended: bool,
    /// Before how many notifications of all it went to sleep.
    pub slept: usize,
    quiet: bool,
    // In a wait for a time that has not come, and not notified.
    timed: bool,
    time: Duration,
}

/// An operation at which loom may switch, and which may have to wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Op {
    /// To lock this object.
    Lock(usize),
    /// To be woken from a wait on this object.
    Wait(usize),
    /// To send to this channel.
    Send(usize),
    /// To receive from this channel.
    Receive(usize),
    /// This thread's end.
    Join(usize),
    /// Something that never waits.
    Go,
}

/// A lock, a condition variable or a channel.
#[derive(Debug)]
pub struct Object {
    /// What the source calls it.
    pub name: String,
    /// Where it was made.
    pub made: At,
    /// What it is, and how it stands.
    pub kind: Kind,
}

/// What an object is, and how it stands.
#[derive(Debug)]
pub enum Kind {
    /// Who holds it, and where that one locked it.
    Lock(Option<(usize, At)>),
    /// Who sleeps on it, and each notification so far: by whom, and who was
    /// woken.
    Condvar(Vec<usize>, Vec<(usize, Vec<usize>)>),
    /// Messages, capacity, and every end there is.
    Channel {
        /// How many messages are in it.
        len: usize,
        /// How many may be.
        capacity: Option<usize>,
        /// Senders alive: who made each, and where.
        senders: Vec<(usize, At)>,
        /// Receivers alive.
        receivers: Vec<(usize, At)>,
    },
}

/// One row of the lanes.
#[derive(Debug)]
pub struct Step {
    /// Who did it.
    pub thread: usize,
    /// What was done.
    pub what: String,
    /// Where.
    pub at: Option<At>,
    /// The thread before could have gone on.
    pub forced: bool,
    /// How every thread stands after it.
    pub marks: Vec<Mark>,
}

/// How a thread stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mark {
    /// Not begun, or ended.
    Absent,
    /// It runs, or could.
    Runs,
    /// The same, and it holds a lock.
    Holds,
    /// It can do nothing.
    Waits,
    /// It holds a lock and can do nothing.
    HoldsAndWaits,
}

thread_local! {
    static ME: Cell<usize> = const { Cell::new(0) };
    static RUN: RefCell<Run> = RefCell::default();
}

/// Begins an interleaving.
pub(super) fn begin(recording: bool) {
    let run = Run { recording, ..Run::default() };
    drop(RUN.replace(run));
    ME.set(add_thread("main".into()));
    limit_threads(usize::MAX);
}

/// What was recorded.
pub(super) fn take() -> Run {
    RUN.take()
}

fn with<R>(f: impl FnOnce(&mut Run) -> R) -> R {
    RUN.with_borrow_mut(f)
}

fn recording<R>(f: impl FnOnce(&mut Run) -> R) -> Option<R> {
    with(|run| run.recording.then(|| f(run)))
}

/// Who runs.
pub(super) fn me() -> usize {
    ME.get()
}

/// Says what the first thread is called: its role, not `main`.
pub fn i_am(name: &str) {
    with(|run| run.threads[me()].name = name.into());
}

/// A thread is about to start, as late as the one that starts it.
pub(super) fn add_thread(name: String) -> usize {
    with(|run| {
        let time = run.threads.get(me()).map_or(Duration::ZERO, |t| t.time);
        let thread = Thread {
            name,
            doing: None,
            ended: false,
            slept: 0,
            quiet: false,
            timed: false,
            time,
        };
        run.threads.push(thread);
        run.threads.len() - 1
    })
}

/// A thread has started: it is its turn.
pub(super) fn started(thread: usize) {
    ME.set(thread);
    recording(|run| run.resumed(thread));
}

/// The thread that runs has done its work.
pub(super) fn ended() {
    with(|run| run.threads[me()].ended = true);
    step(None, || "ends".into());
}

/// How late it is for the thread that runs.
pub(super) fn time() -> Duration {
    with(|run| run.threads[me()].time)
}

/// The thread that runs has waited for this time, or heard of it.
pub(super) fn hear(time: Duration) {
    with(|run| {
        let mine = &mut run.threads[me()].time;
        *mine = time.max(*mine);
    });
}

/// Does something at which loom may switch to other threads.
pub(super) fn switching<R>(op: Op, at: At, f: impl FnOnce() -> R) -> R {
    let me = me();
    if !panicking() {
        // It may have caught the panic that said so, and gone on.
        check::go_on_failing();
    }
    recording(|run| run.threads[me].doing = Some((op, at)));
    let result = f();
    if check::failed_by().is_some_and(|by| by != me) {
        never_go_on();
    }
    ME.set(me);
    recording(|run| run.resumed(me));
    result
}

/// The model has failed, and a destructor of the thread that is unwound for it
/// has switched to this one: what it borrows may be gone.
fn never_go_on() -> ! {
    const MOST: usize = 1000;
    (0..MOST).for_each(|_| loom::thread::yield_now());
    // The destructor waits for this thread: there is no way to go on.
    check::abort("while it was unwound, a destructor waited for a thread")
}

/// A new lock, condition variable or channel: its number.
pub(super) fn object(kind: Kind, made: At) -> usize {
    recording(|run| {
        let what = match kind {
            Kind::Lock(_) => "lock",
            Kind::Condvar(..) => "condvar",
            Kind::Channel { .. } => "channel",
        };
        let name = source::name(made).unwrap_or_else(|| what.into());
        run.objects.push(Object { name, made, kind });
        run.objects.len() - 1
    })
    .unwrap_or(usize::MAX)
}

/// Changes how an object stands.
pub(super) fn update(object: usize, f: impl FnOnce(&mut Kind)) {
    recording(|run| f(&mut run.objects[object].kind));
}

/// What an object is called.
pub(super) fn name(object: usize) -> String {
    recording(|run| run.objects[object].name.clone()).unwrap_or_default()
}

/// What these threads are called.
pub(super) fn names(threads: &[usize]) -> String {
    let names = |run: &mut Run| {
        let name = |t: &usize| run.threads[*t].name.clone();
        threads.iter().map(name).collect::<Vec<_>>().join(", ")
    };
    recording(names).unwrap_or_default()
}

/// How late it was for a thread that has ended.
pub(super) fn time_of(thread: usize) -> Duration {
    with(|run| run.threads[thread].time)
}

/// A text of a value, if it is to be shown.
pub(super) fn text(value: &impl Debug) -> Option<String> {
    // Not while the run is borrowed: the value's `Debug` is anybody's code.
    let shown = with(|run| run.recording);
    shown.then(|| format!("{value:?}"))
}

/// Something was done by the thread that runs.
pub(super) fn step(at: Option<At>, what: impl FnOnce() -> String) {
    if !with(|run| run.recording && !run.threads[me()].quiet) {
        return;
    }
    let what = what();
    with(|run| {
        let thread = me();
        let forced = mem::take(&mut run.forced);
        let marks = run.marks();
        run.steps.push(Step { thread, what, at, forced, marks });
    });
}

/// Says in the lanes what a model's own part does, such as its web.
pub fn note(what: impl FnOnce() -> String) {
    step(None, what);
}

/// Does what is not to be shown: a model's own bookkeeping. It may switch all
/// the same.
pub(super) fn quietly<R>(f: impl FnOnce() -> R) -> R {
    let me = me();
    with(|run| run.threads[me].quiet = true);
    let result = f();
    with(|run| run.threads[me].quiet = false);
    result
}

/// The thread that runs goes to sleep on this condition variable.
pub(super) fn sleeps(condvar: usize) {
    recording(|run| {
        let me = me();
        if let Kind::Condvar(asleep, notified) = &mut run.objects[condvar].kind
        {
            asleep.push(me);
            run.threads[me].slept = notified.len();
        }
    });
}

/// A timed wait of this thread on a condition variable begins, or is over.
pub(super) fn timed(thread: usize, waits: bool) {
    with(|run| {
        run.threads[thread].timed = waits;
        let waiting = run.threads.iter().filter(|t| t.timed).count();
        run.most_timed = run.most_timed.max(waiting);
    });
}

/// How many threads, at most, were in a timed wait on a condition variable at
/// one time.
pub fn most_timed() -> usize {
    with(|run| run.most_timed)
}

impl Run {
    /// A thread runs, and nothing of what it does has happened yet.
    fn resumed(&mut self, thread: usize) {
        if thread != self.active {
            self.forced = self.can_go_on(self.active);
            self.active = thread;
        }
        self.threads[thread].doing = None;
    }

    /// Whether it has not ended and what it is about to do can be done.
    pub fn can_go_on(&self, thread: usize) -> bool {
        let Thread { doing, ended, .. } = &self.threads[thread];
        !ended && !doing.is_some_and(|(op, _)| self.blocks(op, thread))
    }

    fn blocks(&self, op: Op, thread: usize) -> bool {
        let kind = |object: usize| &self.objects[object].kind;
        match op {
            Op::Lock(o) => matches!(kind(o), Kind::Lock(Some(_))),
            Op::Wait(o) => match kind(o) {
                Kind::Condvar(asleep, _) => asleep.contains(&thread),
                _ => false,
            },
            Op::Send(o) => match kind(o) {
                Kind::Channel { len, capacity, .. } => *capacity == Some(*len),
                _ => false,
            },
            Op::Receive(o) => match kind(o) {
                Kind::Channel { len, senders, .. } => {
                    *len == 0 && !senders.is_empty()
                }
                _ => false,
            },
            Op::Join(thread) => !self.threads[thread].ended,
            Op::Go => false,
        }
    }

    /// The locks that a thread holds, and where it locked them.
    pub fn held_by(&self, thread: usize) -> Vec<(usize, At)> {
        let locks = self.objects.iter().enumerate();
        let held = locks.filter_map(|(id, object)| match object.kind {
            Kind::Lock(Some((by, at))) if by == thread => Some((id, at)),
            _ => None,
        });
        held.collect()
    }

    fn marks(&self) -> Vec<Mark> {
        let asleep = |thread: usize| {
            let just = self.threads[thread].doing.is_none();
            just && self.objects.iter().any(|object| match &object.kind {
                Kind::Condvar(asleep, _) => asleep.contains(&thread),
                _ => false,
            })
        };
        let mark = |thread: usize| {
            let holds = !self.held_by(thread).is_empty();
            let can = self.can_go_on(thread) && !asleep(thread);
            match (can, holds) {
                _ if self.threads[thread].ended => Mark::Absent,
                (true, false) => Mark::Runs,
                (true, true) => Mark::Holds,
                (false, false) => Mark::Waits,
                (false, true) => Mark::HoldsAndWaits,
            }
        };
        (0..self.threads.len()).map(mark).collect()
    }

    /// How many switches the scheduler forced.
    pub fn forced(&self) -> usize {
        self.steps.iter().filter(|step| step.forced).count()
    }

    /// Puts steps together that are one to the reader: a lock, and its unlock
    /// right after.
    pub(super) fn fold(&mut self) {
        for step in mem::take(&mut self.steps) {
            let Some(last) = self.steps.last_mut() else {
                self.steps.push(step);
                continue;
            };
            let lock = last.what.strip_prefix("lock ").map(str::to_string);
            let rest = lock.as_ref().and_then(|lock| {
                step.what.strip_prefix("unlock ")?.strip_prefix(lock.as_str())
            });
            match (lock.as_ref(), rest) {
                (Some(lock), Some(rest))
                    if last.thread == step.thread && !step.forced =>
                {
                    last.what = format!("[{lock}{rest}]");
                    last.marks = step.marks;
                }
                _ => self.steps.push(step),
            }
        }
    }
}
