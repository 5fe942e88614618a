//! What happens in the run that goes on: whose turn it is, and, in one that is
//! to be shown, every step.
//!
//! loom runs all threads of a model on one thread of the system, so this is
//! kept in thread-locals of that one, and nothing of loom's is asked for it:
//! a panic may come while loom's own state is borrowed. The other engine has
//! real threads, which share it: see `turns.rs`.
//!
//! Next: [`locks`](super::locks).

use std::any::type_name;
use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, VecDeque};
use std::fmt::Debug;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::mem;
use std::panic::resume_unwind;
use std::ptr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread::panicking;
use std::time::Duration;

use super::thread::Spawned;
use super::turns::Turns;
use super::{check, stack, turns};
use crate::event::{Event, Run, What};
use crate::source;
use crate::value::Value;
use crate::world::{At, How, Kind, Object, Op, Place, Thread, World};

/// How values are to be seen: see [`Value::seen_as`].
pub type View = fn(Value) -> Value;

/// Everything about the run that goes on.
pub(super) struct Recorder {
    // `None` if nothing is to be shown. In a run of turns all is recorded, and
    // values are texts that are not parsed yet.
    view: Option<View>,
    turns: bool,
    // The number of this run; none has 0.
    serial: u64,
    // The thread that ran last.
    active: usize,
    threads: Vec<Clock>,
    most_timed: usize,
    // For each type of message.
    most_inside: BTreeMap<&'static str, usize>,
    stamps: BTreeMap<usize, Stamps>,
    seen: Seen,
    // How many more threads may be started.
    spawns_left: usize,
    // Of each scope that is open.
    spawned: BTreeMap<usize, Spawned>,
    run: Run,
}

impl Default for Recorder {
    fn default() -> Self {
        Recorder {
            view: None,
            turns: false,
            serial: 0,
            active: 0,
            threads: Vec::new(),
            most_timed: 0,
            most_inside: BTreeMap::new(),
            stamps: BTreeMap::new(),
            seen: Seen::default(),
            spawns_left: usize::MAX,
            spawned: BTreeMap::new(),
            run: Run::default(),
        }
    }
}

/// What is not asked for along a known way, and is not in the [`World`].
#[derive(Default, Clone)]
pub(super) struct Seen {
    // Of each lock that is held: what its holder saw.
    before: BTreeMap<usize, Value>,
    // Whether the thread that ran before could have gone on.
    switched: bool,
}

/// What is known of a thread, recorded or not.
#[derive(Default, Clone)]
struct Clock {
    time: Duration,
    quiet: bool,
    // In a wait for a time that has not come, and not notified.
    timed: bool,
    // The time of the thread that woke it last.
    woken: Duration,
    // How often it has changed something. Only loom's half asks.
    changes: usize,
}

/// The times that an object carries from thread to thread: [`time`].
///
/// [`time`]: super::time
#[derive(Default, Hash)]
pub(super) struct Stamps {
    /// When it was left last.
    pub left: Duration,
    /// When its last sender was dropped.
    pub hung_up: Duration,
    /// When each message in it was sent.
    pub sent: VecDeque<Duration>,
}

thread_local! {
    static ME: Cell<usize> = const { Cell::new(0) };
    static RECORDER: RefCell<Recorder> = RefCell::default();
}

/// Begins a run; it is recorded if there is a view.
pub(super) fn begin(view: Option<View>) {
    let serial = next_serial();
    drop(RECORDER.replace(Recorder { view, serial, ..Recorder::default() }));
    ME.set(add_thread("main".into()));
}

fn next_serial() -> u64 {
    static RUNS: AtomicU64 = AtomicU64::new(1);
    RUNS.fetch_add(1, Ordering::Relaxed)
}

/// What was recorded.
pub(super) fn take() -> Run {
    RECORDER.take().run
}

/// What was recorded until now, if it is. Asked by the panic hook.
pub(super) fn so_far() -> Option<Run> {
    let recorder = RECORDER.with(|r| r.try_borrow().ok()?.view.map(|_| ()));
    recorder.map(|()| RECORDER.with_borrow(|r| r.run.clone()))
}

/// Whether the thread that runs is in the test's own part.
pub(super) fn is_quiet() -> bool {
    with(|recorder| recorder.threads.get(me()).is_some_and(|t| t.quiet))
}

/// The run in which an object was made: it is of no use in another one.
#[derive(Clone, Copy)]
pub(super) struct Home(u64);

impl Home {
    /// The run that goes on.
    pub fn here() -> Self {
        Home(with(|recorder| recorder.serial))
    }

    /// Refuses a thread that is not of this run: it would wait, or be waited
    /// for, and no engine would know.
    pub fn check(self) {
        let here = Home::here();
        if here.0 == self.0 || panicking() {
            return;
        }
        let what = match (here.0, self.0) {
            (0, _) => STRANGER,
            _ => OUTLIVES,
        };
        check::refuse(what);
        resume_unwind(Box::new(what));
    }
}

const STRANGER: &str = "a lock or a channel of the model is used by a thread \
    that the checker did not start: start it with `spawn(scope, name, work)` \
    instead of `scope.spawn(work)`";

const OUTLIVES: &str = "a lock or a channel is used that was made outside of \
    the model, such as one in a `static`: make it in the model, for each run \
    begins anew";

fn with<R>(f: impl FnOnce(&mut Recorder) -> R) -> R {
    match turns::current() {
        Some(turns) => turns.with(f),
        None => RECORDER.with_borrow_mut(f),
    }
}

fn recording<R>(f: impl FnOnce(&mut Recorder) -> R) -> Option<R> {
    with(|recorder| recorder.records().then(|| f(recorder)))
}

/// The thread that runs.
pub(super) fn me() -> usize {
    ME.get()
}

/// This is the thread with this number.
pub(super) fn is(number: usize) {
    ME.set(number);
}

/// Says what the first thread is called: its role, not `main`.
pub fn i_am(name: &str) {
    with(|recorder| recorder.run.world.threads[me()].name = name.into());
}

/// A thread is about to start, with the clock of the thread that starts it.
/// Returns its number, or `None` if [`limit_threads`] allows no more.
///
/// [`limit_threads`]: super::thread::limit_threads
pub(super) fn start_thread(name: String) -> Option<usize> {
    let left = with(|recorder| {
        let left = recorder.spawns_left.checked_sub(1)?;
        recorder.spawns_left = left;
        Some(left)
    });
    left.map(|_| match turns::current() {
        Some(turns) => turns.new_thread(me(), &name),
        None if with(|recorder| recorder.threads.len()) == MOST_THREADS => {
            check::refuse(TOO_MANY);
            resume_unwind(Box::new(TOO_MANY))
        }
        None => add_thread(name),
    })
}

/// loom's, the one that the model begins on included.
const MOST_THREADS: usize = 5;

const TOO_MANY: &str = "loom has five threads at most, the one that the model \
    begins on included: give this model `Model::by_turns`";

pub(super) fn limit_threads(left: usize) {
    with(|recorder| recorder.spawns_left = left);
}

fn add_thread(name: String) -> usize {
    with(|recorder| {
        let number = recorder.threads.len();
        recorder.put_thread(number, &name);
        number
    })
}

/// A thread has started: it is its turn.
pub(super) fn started(thread: usize) {
    ME.set(thread);
    if turns::current().is_none() {
        recording(|recorder| recorder.resumed(thread));
    }
}

/// The thread that runs has done its work, or has panicked.
pub(super) fn ended(panicked: bool) {
    with(|recorder| recorder.run.world.threads[me()].ended = true);
    changed();
    record(None, || if panicked { What::Panic } else { What::End });
    if let Some(turns) = turns::current() {
        turns.ended();
    }
}

/// The threads of a scope.
pub(super) fn spawned<R>(of: usize, f: impl FnOnce(&mut Spawned) -> R) -> R {
    with(|recorder| f(recorder.spawned.entry(of).or_default()))
}

/// With turns: waits until all of these have ended.
pub(super) fn join(threads: &[usize], at: At) {
    let Some(turns) = turns::current() else { return };
    let Some((last, others)) = threads.split_last() else { return };
    let (me, others) = (me(), others.to_vec());
    turns.with(|recorder| recorder.run.world.threads[me].joins = others);
    turns.take(Op::Join(*last), at, None);
    if check::has_failed() {
        return;
    }
    turns.with(|recorder| recorder.run.world.threads[me].joins.clear());
    for thread in threads {
        hear(time_of(*thread));
        turns.joined(*thread);
    }
    record(Some(at), || What::Join(threads.to_vec()));
}

/// The time on the clock of the thread that runs, for the program.
pub fn time() -> Duration {
    let time = clock();
    saw(&time);
    time
}

/// The same, for a stand-in.
pub(super) fn clock() -> Duration {
    with(|recorder| recorder.threads[me()].time)
}

/// The program is handed this. Whatever a stand-in returns, and whatever it
/// lets the program look at, goes through here first: what a thread will do
/// follows from what it has seen, so two runs in which all threads have seen
/// the same, and all objects are the same, are in the same state. What were
/// handed over another way would be missing in that, and states that differ
/// would be taken for one.
pub(super) fn saw(what: &impl Hash) {
    if let Some(turns) = turns::current() {
        turns.lived(what);
    }
}

/// The thread that runs has waited until its deadline, in vain.
pub(super) fn timed_out() {
    if let Some(turns) = turns::current() {
        turns.timed_out();
    }
}

/// The thread that runs has changed something, so that its next look at
/// something else is not one more look in vain: see `Patience`.
pub(super) fn changed() {
    with(|recorder| recorder.threads[me()].changes += 1);
}

/// Counts looks in vain at one object. A thread that looks again and again,
/// and changes nothing in between, waits for another one; loom would let it
/// look forever.
#[derive(Default)]
pub(super) struct Patience {
    // The thread that looked last, after how many changes of its own.
    last: (usize, usize),
    looks: usize,
}

/// A thread that has looked this often in a row in vain lets others go first.
/// That leaves out interleavings in which it looks once more, and the result
/// says so. The number must not affect a thread that looks two or three times
/// for good reasons.
pub(super) const MOST_LOOKS: usize = 3;

impl Patience {
    /// The thread that runs looks once more. Whether it has to let others go
    /// first.
    pub fn looks(&mut self) -> bool {
        let me = me();
        let now = (me, with(|recorder| recorder.threads[me].changes));
        self.looks = if self.last == now { self.looks + 1 } else { 1 };
        self.last = now;
        self.looks > MOST_LOOKS
    }
}

/// The time on the clock of a thread that has ended.
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

/// Does something at which threads may be switched: it waits for its turn, and
/// then calls `f`. Under loom it is `f` that waits.
pub(super) fn switching<R>(op: Op, at: At, f: impl FnOnce() -> R) -> R {
    if turns::current().is_some() {
        announce(op, at);
        return f();
    }
    let me = me();
    if check::has_failed() {
        if panicking() {
            check::give_up("a destructor waits for another thread");
        }
        // It has caught the panic that said so, and gone on.
        check::go_on_failing();
    }
    recording(|recorder| {
        recorder.run.world.threads[me].doing = Some((op, at));
    });
    let result = f();
    ME.set(me);
    if !panicking() {
        check::heard(me);
    }
    recording(|recorder| recorder.resumed(me));
    result
}

/// Waits for a turn to do this. Under loom it does nothing: there it is part
/// of a step that loom knows of.
pub(super) fn announce(op: Op, at: At) -> How {
    let Some(turns) = turns::current() else { return How::Plainly };
    // The test's own books are kept within a step, if that need not wait.
    if turns.with(|recorder| recorder.rides(me(), op, at)) {
        return How::Plainly;
    }
    // A drop is not told where it is.
    let at = match op {
        _ if turns.is_blind() => at,
        Op::Unlock(_) | Op::DropSender(_) | Op::DropReceiver(_) => {
            stack::caller(at, None)
        }
        _ => at,
    };
    turns.take(op, at, None)
}

/// The same; which thread the step reaches.
pub(super) fn announce_to(op: Op, at: At) -> Option<usize> {
    let how = announce(op, at);
    // It was chosen from those that waited: they wait still.
    let me = me();
    world(|world| world.reached_by(me, op, how)).flatten()
}

/// A thread that waits for a message has it in its hands.
pub(super) fn hand_over(to: usize, channel: usize) {
    world(|world| {
        if let Some((op, _)) = &mut world.threads[to].doing {
            *op = Op::Take(channel);
        }
    });
}

/// Whether it goes along a schedule that is chosen from outside.
pub(super) fn has_turns() -> bool {
    turns::current().is_some()
}

/// A new lock, condition variable or channel: its number.
pub(super) fn object(made: At, what: &str, kind: Kind) -> usize {
    let number = match turns::current() {
        Some(turns) => turns.new_object(me()),
        None => with(|recorder| recorder.run.world.objects.len()),
    };
    let put = |recorder: &mut Recorder| {
        let name = source::name(made).unwrap_or_else(|| what.into());
        let of_the_test = recorder.threads[me()].quiet;
        let object = Object { name, made, of_the_test, kind };
        recorder.make_room(number);
        recorder.run.world.objects[number] = object;
        number
    };
    recording(put).unwrap_or(usize::MAX)
}

/// Changes the state of an object.
pub(super) fn update(object: usize, f: impl FnOnce(&mut Kind)) {
    recording(|recorder| f(&mut recorder.run.world.objects[object].kind));
}

/// Changes the times that an object carries, if they are asked for.
pub(super) fn stamp(object: usize, f: impl FnOnce(&mut Stamps)) {
    if let Some(turns) = turns::current() {
        turns.with(|recorder| f(recorder.stamps.entry(object).or_default()));
    }
}

/// Looks at the world, if it is known.
pub(super) fn world<R>(f: impl FnOnce(&mut World) -> R) -> Option<R> {
    recording(|recorder| f(&mut recorder.run.world))
}

/// The thread that runs has locked this, and sees this value.
pub(super) fn locked(lock: usize, value: Option<Value>) {
    if let Some(value) = value {
        with(|recorder| recorder.seen.before.insert(lock, value));
    }
}

/// It unlocks it: what it saw.
pub(super) fn unlocks(lock: usize) -> Option<Value> {
    with(|recorder| recorder.seen.before.remove(&lock))
}

/// What an object is called.
pub(super) fn name(object: usize) -> String {
    world(|world| world.objects[object].name.clone()).unwrap_or_default()
}

/// A value as data, if it is to be shown.
pub(super) fn value(value: &impl Debug) -> Option<Value> {
    // Not while the run is borrowed: the value's `Debug` may be any code.
    if let Some(turns) = turns::current() {
        if turns.is_blind() {
            return Some(Value::Atom(String::new()));
        }
        KEYED.set(true);
        let text = format!("{value:?}");
        KEYED.set(false);
        turns.lived(&text);
        return Some(Value::Atom(text));
    }
    let view = with(|recorder| recorder.view)?;
    Some(Value::of(value).seen_as(view))
}

thread_local! {
    static KEYED: Cell<bool> = const { Cell::new(false) };
}

/// Whether a value is written to tell states apart, and so with what it does
/// not show: the number of the channel that an end belongs to.
pub(super) fn is_keyed() -> bool {
    KEYED.get()
}

/// Something was done by the thread that runs.
pub(super) fn record(at: Option<At>, what: impl FnOnce() -> What) {
    let quiet = |r: &mut Recorder| !r.records() || r.threads[me()].quiet;
    if with(quiet) || turns::current().is_some_and(|t| t.is_blind()) {
        return;
    }
    let what = what();
    if let Some(turns) = turns::current()
        && !what.is_a_look()
    {
        turns.effect();
    }
    with(|recorder| {
        let (thread, switched) = (me(), mem::take(&mut recorder.seen.switched));
        let marks = recorder.run.world.marks();
        let event = Event { thread, what, at, switched, marks };
        recorder.run.events.push(event);
    });
}

/// Where the program has called the test's own part.
#[track_caller]
fn caller(turns: &Turns) -> At {
    let at = Place::here();
    if turns.is_blind() { at } else { stack::caller(at, Some(at.file())) }
}

/// Adds a row for what the test's own code does, such as its web.
#[track_caller]
pub fn note(text: impl FnOnce() -> String) {
    let Some(turns) = turns::current() else {
        return record(None, || What::Note(text()));
    };
    let text = text();
    turns.test(caller(&turns), Some(&text));
    record(None, || What::Note(text));
}

/// Runs a model's own bookkeeping, which is not shown. It may still switch
/// threads.
#[track_caller]
pub fn quietly<R>(f: impl FnOnce() -> R) -> R {
    if let Some(turns) = turns::current() {
        turns.test(caller(&turns), None);
    }
    let me = me();
    with(|recorder| recorder.threads[me].quiet = true);
    let result = f();
    with(|recorder| recorder.threads[me].quiet = false);
    result
}

/// Runs bookkeeping that is not shown, then adds a row for it: one step.
#[track_caller]
pub fn step<R>(text: impl FnOnce() -> String, f: impl FnOnce() -> R) -> R {
    let Some(turns) = turns::current() else {
        let result = quietly(f);
        note(text);
        return result;
    };
    let text = text();
    turns.test(caller(&turns), Some(&text));
    let result = quietly(f);
    record(None, || What::Note(text));
    result
}

/// Tells the result of a run, in words: two runs with the same words have the
/// same outcome.
pub fn came_to(outcome: impl FnOnce() -> String) {
    match turns::current() {
        Some(turns) => turns.came_to(outcome()),
        None => check::came_to(outcome),
    }
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

/// This thread is woken by the one that runs.
pub(super) fn wakes(thread: usize) {
    with(|recorder| {
        recorder.threads[thread].woken = recorder.threads[me()].time;
    });
    changed();
}

/// The time on the clock of the thread that woke this one.
pub(super) fn woken() -> Duration {
    with(|recorder| mem::take(&mut recorder.threads[me()].woken))
}

/// How many threads, at most, were in a timed wait on a condition variable at
/// one time.
pub fn most_timed() -> usize {
    with(|recorder| recorder.most_timed)
}

/// So many messages of this type are in a channel.
pub(super) fn inside<T>(len: usize) {
    with(|recorder| {
        let most = recorder.most_inside.entry(type_name::<T>()).or_default();
        *most = len.max(*most);
    });
}

/// How many messages of this type, at most, were in one channel at one time.
pub fn most_inside<T>() -> usize {
    let most = |r: &mut Recorder| r.most_inside.get(type_name::<T>()).copied();
    with(most).unwrap_or(0)
}

impl Recorder {
    /// Of a run of turns.
    pub fn of_turns() -> Self {
        let (turns, serial) = (true, next_serial());
        let mut recorder = Recorder { turns, serial, ..Recorder::default() };
        recorder.put_thread(0, "main");
        recorder
    }

    fn records(&self) -> bool {
        self.turns || self.view.is_some()
    }

    /// A thread runs, and nothing of what it does has happened yet.
    fn resumed(&mut self, thread: usize) {
        if thread != self.active {
            self.seen.switched = self.run.world.can_go_on(self.active);
            self.active = thread;
        }
        self.run.world.threads[thread].doing = None;
    }

    /// A thread has this number, and begins as late as the one that runs.
    pub fn put_thread(&mut self, number: usize, name: &str) {
        let time = self.threads.get(me()).map_or(Duration::ZERO, |t| t.time);
        let threads = &mut self.run.world.threads;
        while threads.len() <= number {
            let absent = Thread { ended: true, ..Thread::new(String::new()) };
            threads.push(absent);
            self.threads.push(Clock::default());
        }
        threads[number] = Thread::new(name.into());
        self.threads[number].time = time;
    }

    /// There will be an object with this number.
    pub fn make_room(&mut self, number: usize) {
        while self.run.world.objects.len() <= number {
            self.run.world.objects.push(Object::absent());
        }
    }

    /// What a thread is about to do.
    pub fn announce(
        &mut self,
        thread: usize,
        op: Op,
        at: At,
        says: Option<String>,
    ) {
        let thread = &mut self.run.world.threads[thread];
        (thread.doing, thread.says) = (Some((op, at)), says);
    }

    /// A thread has its turn.
    pub fn goes_on(&mut self, thread: usize) {
        self.resumed(thread);
        self.run.world.threads[thread].says = None;
    }

    fn rides(&mut self, thread: usize, op: Op, at: At) -> bool {
        if !self.threads[thread].quiet {
            return false;
        }
        let doing = &mut self.run.world.threads[thread].doing;
        let before = doing.replace((op, at));
        let can = self.run.world.can_go_on(thread);
        self.run.world.threads[thread].doing = before;
        can
    }

    /// Whether all other threads have ended.
    pub fn is_alone(&self, thread: usize) -> bool {
        let mut others = self.run.world.threads.iter().enumerate();
        others.all(|(other, t)| other == thread || t.ended)
    }

    /// What is not in the world.
    pub fn seen(&self) -> &Seen {
        &self.seen
    }

    /// What was not looked at is this.
    pub fn put_back(&mut self, world: World, seen: Seen) {
        (self.run.world, self.seen) = (world, seen);
    }

    /// What all are doing.
    pub fn world(&self) -> &World {
        &self.run.world
    }

    /// How many threads have a number.
    pub fn threads(&self) -> usize {
        self.threads.len()
    }

    /// What was done since the last time.
    pub fn take_events(&mut self) -> Vec<Event> {
        mem::take(&mut self.run.events)
    }

    /// A hash of all that lies outside of the threads.
    pub fn key(&self) -> u64 {
        let mut hasher = DefaultHasher::new();
        for Clock { time, quiet, timed, woken, .. } in &self.threads {
            (time, quiet, timed, woken).hash(&mut hasher);
        }
        self.stamps.hash(&mut hasher);
        self.spawns_left.hash(&mut hasher);
        let World { threads, objects } = &self.run.world;
        for Thread { doing, ended, joins, .. } in threads {
            // There is one place for each line and column.
            let doing = doing.map(|(op, at)| (op, ptr::from_ref(at).addr()));
            (doing, ended, joins).hash(&mut hasher);
        }
        objects.iter().for_each(|o| o.kind.hash_state(&mut hasher));
        hasher.finish()
    }
}
