//! The run that goes on, and what a stand-in may ask of it. Two engines run
//! the same program: loom, which switches its threads where it sees fit, and
//! turns, where a schedule is chosen from outside. A stand-in is told by
//! `turn` and `switch` when it may go on; all else is the same for both.
//!
//! What a thread will do follows from what it has seen. So whatever a stand-in
//! hands to the program goes through `saw` or `look` first, and enters the
//! history of its thread: what were handed over another way would be missing,
//! and states that differ would be taken for one.
//!
//! Next: `turns`.

use std::any::{Any, type_name};
use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::fmt::Debug;
use std::hash::Hash;
use std::panic::resume_unwind;
use std::process;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::panicking;
use std::time::Duration;

use crate::engine::loom::Loom;
use crate::engine::panics::{self, Panics};
use crate::engine::turns::{self, Turns};
use crate::event::Did;
use crate::names::Names;
use crate::object::clock;
use crate::object::thread::Spawned;
use crate::source;
use crate::stack;
use crate::value::Seen;
use crate::world::{At, How, Object, Op, State, Thread, World};

pub use crate::object::clock::{hear, time};
pub use crate::object::test::{came_to, i_am, note, quietly, step};

/// Everything about the run that goes on.
#[derive(Default)]
pub(crate) struct Current {
    // None has 0.
    serial: u64,
    pub world: World,
    pub clocks: Vec<Clock>,
    pub names: Names,
    /// How many more threads may be started.
    pub spawns_left: usize,
    /// Of each scope that is open.
    pub scopes: BTreeMap<usize, Spawned>,
    pub panics: Panics,
    /// What is wrong, and which thread noticed.
    pub failed: Option<(String, usize)>,
    /// If it failed by a panic: after so many rows, in this state.
    pub until: Option<(usize, World)>,
    // How often a thread has gone on though the run is over.
    stays: usize,
    /// What the model has said of its result.
    pub outcome: String,
    pub engine: Engine,
    // What a model allows.
    at_most_timed: Option<usize>,
    at_most_inside: BTreeMap<&'static str, usize>,
}

/// Which engine runs it.
#[derive(Default)]
pub(crate) enum Engine {
    #[default]
    None,
    Loom(Loom),
    Turns(Box<Turns>),
}

/// What is known of a thread besides what it is about to do.
#[derive(Default, Clone)]
pub(crate) struct Clock {
    pub time: Duration,
    /// It is in the test's own part.
    pub quiet: bool,
    // In a wait for a time that has not come, and not notified.
    timed: bool,
    // The time of the thread that woke it last.
    woken: Duration,
    /// How often it has changed something. Only loom asks.
    pub changes: usize,
}

impl Clock {
    /// What belongs to the state of a run.
    pub fn key(&self) -> impl Hash + use<> {
        (self.time, self.quiet, self.timed, self.woken)
    }
}

thread_local! {
    // Under loom all threads are one of the system's; with turns they share it.
    static CURRENT: RefCell<Arc<Mutex<Current>>> = RefCell::default();
    static ME: Cell<usize> = const { Cell::new(0) };
    // Asked at each operation, most of all under loom.
    static TURNS: Cell<bool> = const { Cell::new(false) };
    static KEYED: Cell<bool> = const { Cell::new(false) };
    static GONE: Cell<bool> = const { Cell::new(false) };
}

/// Begins a run on this thread, which is its first.
pub(crate) fn begin(engine: Engine, names: Names) -> Arc<Mutex<Current>> {
    static RUNS: AtomicU64 = AtomicU64::new(1);
    let serial = RUNS.fetch_add(1, Ordering::Relaxed);
    let (names, spawns_left) = (names.again(), usize::MAX);
    let mut run =
        Current { serial, engine, names, spawns_left, ..Current::default() };
    run.add_thread(0, "main", Duration::ZERO);
    let run = Arc::new(Mutex::new(run));
    enter(run.clone(), 0);
    run
}

/// This thread of the system has this part in a run from now on.
pub(crate) fn enter(run: Arc<Mutex<Current>>, number: usize) {
    is(number);
    KEYED.set(false);
    TURNS.set(run.lock().expect(NO_PANIC).turns().is_some());
    drop(CURRENT.replace(run));
}

/// This thread of the system has no part in a run any more.
pub(crate) fn leave() {
    TURNS.set(false);
    drop(CURRENT.take());
}

/// This thread of the system ends: it only drops its thread-locals.
pub(crate) fn is_gone() {
    leave();
    GONE.set(true);
}

/// Such a drop can be no step any more.
pub(crate) fn check_not_gone() {
    if GONE.get() {
        eprintln!("error: {TOO_LATE}");
        process::exit(1);
    }
}

const TOO_LATE: &str = "an end of a channel is dropped with a thread-local, \
    after its thread has ended: drop it before";

/// The run that goes on.
pub(crate) fn shared() -> Arc<Mutex<Current>> {
    CURRENT.with_borrow(Arc::clone)
}

pub(crate) const NO_PANIC: &str = "nothing panics under it";

/// Looks at it. `f` calls nothing of the program.
pub(crate) fn with<R>(f: impl FnOnce(&mut Current) -> R) -> R {
    CURRENT.with_borrow(|run| f(&mut run.lock().expect(NO_PANIC)))
}

/// What is known of the thread that runs.
pub(crate) fn mine<R>(f: impl FnOnce(&mut Clock) -> R) -> R {
    with(|run| f(&mut run.clocks[me()]))
}

fn with_turns<R>(f: impl FnOnce(&mut Turns) -> R) -> Option<R> {
    has_turns().then(|| with(|run| run.turns().map(f)))?
}

/// The thread that runs.
pub(crate) fn me() -> usize {
    ME.get()
}

/// This is the thread with this number.
pub(crate) fn is(number: usize) {
    ME.set(number);
}

/// Whether a schedule is chosen from outside.
pub(crate) fn has_turns() -> bool {
    TURNS.get()
}

/// Whether the run has failed, or goes no further, and is being unwound.
pub(crate) fn is_over() -> bool {
    with(|run| match &run.engine {
        Engine::Turns(turns) => turns.over,
        _ => run.failed.is_some(),
    })
}

/// Whether the model is to tell its result.
pub(crate) fn asks_for_outcomes() -> bool {
    with(|run| match &run.engine {
        Engine::Loom(loom) => loom.asks,
        _ => true,
    })
}

/// The run in which an object was made: it is of no use in another one.
#[derive(Clone, Copy)]
pub(crate) struct Home(u64);

const STRANGER: &str = "a lock or a channel of the model is used by a thread \
    that the checker did not start: start it with `spawn(scope, name, work)` \
    instead of `scope.spawn(work)`";

const OUTLIVES: &str = "a lock or a channel is used that was made outside of \
    the model, such as one in a `static`: make it in the model, for each run \
    begins anew";

impl Home {
    /// The run that goes on.
    pub fn here() -> Self {
        Home(with(|run| run.serial))
    }

    /// Refuses a thread that is not of this run: it would wait, or be waited
    /// for, and no engine would know.
    pub fn check(self) {
        match Home::here().0 {
            here if here == self.0 || panicking() => {}
            0 => panics::refuse(STRANGER),
            _ => panics::refuse(OUTLIVES),
        }
    }
}

const LOOKS: &str = "the `Debug` of a value uses a lock or a channel, and the \
    checker looks at values where the program does not: show the value without";

/// With turns: waits until it is this thread's turn to do this. Under loom it
/// does nothing: loom knows of the step by [`switch`].
pub(crate) fn turn(op: Op, at: At) -> How {
    // A step within a look: none that the program makes.
    if is_keyed() && !panicking() {
        panics::refuse(LOOKS);
    }
    if at.is_of_std() {
        return turn_on_the_stack(op, at);
    }
    if turns::rides_along(op, at) {
        return How::Plainly;
    }
    turns::take(op, at, None)
}

/// The same for a drop and a call from the standard library, such as that of
/// an iterator: they are not told where in the program they are.
pub(crate) fn turn_on_the_stack(op: Op, at: At) -> How {
    if !has_turns() || turns::rides_along(op, at) {
        return How::Plainly;
    }
    let at = if turns::is_blind() { at } else { stack::caller(at, None) };
    turns::take(op, at, None)
}

/// Under loom: `f` is where it may switch threads.
pub(crate) fn switch<R>(f: impl FnOnce() -> R) -> R {
    let me = me();
    if is_over() {
        if panicking() {
            panics::give_up("a destructor waits for another thread");
        }
        // It has caught the panic that said so, and gone on.
        go_on_failing();
    }
    if !panicking() {
        with(|run| run.panics.caught(me));
    }
    let result = f();
    is(me);
    result
}

/// Under loom: this was done now. Turns can do the same one after the other.
pub(crate) fn took(op: Op) {
    with(|run| {
        let quiet = run.clocks[me()].quiet;
        if let Engine::Loom(loom) = &mut run.engine {
            loom.took(me(), op, quiet);
        }
    });
}

/// Under loom: this is done as soon as a lock is taken in it, or at its end.
pub(crate) fn takes(op: Op) {
    with(|run| {
        if let Engine::Loom(loom) = &mut run.engine {
            loom.takes.push((me(), op));
        }
    });
}

/// That is its end.
pub(crate) fn took_it_all() {
    with(|run| {
        if let Engine::Loom(loom) = &mut run.engine {
            loom.took_it_all(me());
        }
    });
}

/// A new object: its number.
pub(crate) fn object(made: At, what: &str, state: impl State) -> usize {
    // Nothing is told under loom: no need to know what the source calls it.
    let name = has_turns().then(|| source::name(made)).flatten();
    let name = name.unwrap_or_else(|| what.into());
    with(|run| {
        let by = me();
        let of_the_test = run.clocks.get(by).is_some_and(|clock| clock.quiet);
        let has_turns = run.turns().is_some();
        let number = if has_turns {
            run.names.object(by)
        } else {
            run.world.objects.len()
        };
        let name = if has_turns && !of_the_test {
            run.names.called(number, name)
        } else {
            name
        };
        let objects = &mut run.world.objects;
        while objects.len() <= number {
            objects.push(Object::absent());
        }
        let (made, state) = (Some(made), Arc::new(state));
        objects[number] = Object { name, made, of_the_test, state };
        number
    })
}

/// Changes what is known of an object.
pub(crate) fn update<S: State + Clone, R>(
    object: usize,
    f: impl FnOnce(&mut S) -> R,
) -> R {
    with(|run| {
        let object = &mut run.world.objects[object];
        if Arc::get_mut(&mut object.state).is_none() {
            // A state of the world that is kept has it, too.
            let state = object.state::<S>().expect("of this kind");
            object.state = Arc::new(state.clone());
        }
        let state = Arc::get_mut(&mut object.state).expect("its only owner");
        let state: &mut dyn Any = state;
        f(state.downcast_mut().expect("of this kind"))
    })
}

/// Looks at what is known of an object.
pub(crate) fn state<S: State, R>(object: usize, f: impl FnOnce(&S) -> R) -> R {
    with(|run| f(run.world.objects[object].state().expect("of this kind")))
}

/// What an object is called.
pub(crate) fn name(object: usize) -> String {
    let object = with(|run| run.world.objects[object].clone());
    let made = object.made.filter(|_| !has_turns());
    made.and_then(source::name).unwrap_or(object.name)
}

/// The program is handed this.
pub(crate) fn saw(what: &impl Hash) {
    with_turns(|turns| turns.lived(me(), what));
}

/// The program looks at this value. It is kept if it is to be shown.
pub(crate) fn look(value: &impl Debug) -> Option<Arc<Seen>> {
    if !with_turns(|turns| !turns.blind).unwrap_or(false) {
        return None;
    }
    // Not while the run is looked at: the value's `Debug` may be any code.
    KEYED.set(true);
    let text = format!("{value:?}");
    KEYED.set(false);
    with_turns(|turns| turns.sees(me(), text))
}

/// Whether a value is written to tell states apart, and so with what it does
/// not show: the number of the channel that an end belongs to.
pub(crate) fn is_keyed() -> bool {
    KEYED.get()
}

/// What was seen, for a row.
pub(crate) fn told(seen: Option<Arc<Seen>>) -> Arc<Seen> {
    seen.expect("what is recorded was looked at")
}

/// The thread that runs has locked this, and sees this value.
pub(crate) fn keep(lock: usize, value: Option<Arc<Seen>>) {
    with_turns(|turns| turns.seen.under.insert(lock, value));
}

/// It unlocks it: what it saw.
pub(crate) fn kept(lock: usize) -> Option<Arc<Seen>> {
    with_turns(|turns| turns.seen.under.remove(&lock)).flatten().flatten()
}

/// Whether what happens is to be told.
pub(crate) fn records() -> bool {
    has_turns()
        && with(|run| {
            let quiet = run.clocks[me()].quiet;
            let turns = run.turns().filter(|_| !quiet);
            turns.is_some_and(|turns| turns.records(me()))
        })
}

/// Something was done by the thread that runs.
pub(crate) fn record(at: Option<At>, did: impl FnOnce() -> Did) {
    if records() {
        let did = did();
        with(|run| {
            let marks = run.world.marks();
            let turns = run.turns().expect("only they record");
            let at = at.map(|at| if at.is_of_std() { turns.at } else { at });
            turns.record(me(), did, at, marks);
        });
    }
}

/// The thread that runs has changed something that others can notice. So it
/// does not go round in vain.
pub(crate) fn acted() {
    with(|run| {
        let me = me();
        let clock = &mut run.clocks[me];
        clock.changes += 1;
        let quiet = clock.quiet;
        if let Some(turns) = run.turns().filter(|_| !quiet) {
            turns.acted(me);
        }
    });
}

/// The thread that runs has waited until its deadline, in vain.
pub(crate) fn timed_out() {
    with_turns(|turns| turns.vain[me()] += 1);
}

/// A thread is about to start, with the clock of the thread that starts it.
/// Returns its number, or `None` if no more are allowed.
pub(crate) fn starts(name: &str) -> Option<usize> {
    let time = clock::read();
    let is_loom = with(|run| matches!(run.engine, Engine::Loom(_)));
    if is_loom && with(|run| run.world.threads.len()) == MOST_THREADS {
        panics::refuse(TOO_MANY);
    }
    let number = with(|run| {
        run.spawns_left = run.spawns_left.checked_sub(1)?;
        Some(run.names.thread(me()))
    })?;
    if number >= usize::BITS as usize {
        panics::refuse(MANY);
    }
    with(|run| run.add_thread(number, name, time));
    Some(number)
}

// A join has a bit for each.
const MANY: &str = "a model has 64 threads at most";

/// loom's, the one that the model begins on included.
const MOST_THREADS: usize = 5;

const TOO_MANY: &str = "loom has five threads at most, the one that the model \
    begins on included: give this model `Model::by_turns`";

/// The thread that runs has waited for the end of this one, and knows all that
/// it knew.
pub(crate) fn learns_from(other: usize) {
    meets(other);
    with_turns(|turns| turns.learns_from(me(), other));
}

/// The thread that runs has waited for this one.
pub(crate) fn meets(other: usize) {
    hear(with(|run| run.clocks[other].time));
}

/// A thread that waits for a message has it in its hands.
pub(crate) fn hands_over(to: usize, op: Op) {
    with(|run| {
        if let Some((doing, _)) = &mut run.world.threads[to].doing {
            *doing = op;
        }
    });
}

/// This thread is woken by the one that runs.
pub(crate) fn wakes(thread: usize) {
    let time = clock::read();
    with(|run| run.clocks[thread].woken = time);
    timed(thread, false);
    acted();
}

/// The time on the clock of the thread that woke this one.
pub(crate) fn woken() -> Duration {
    mine(|mine| std::mem::take(&mut mine.woken))
}

/// A timed wait of this thread on a condition variable begins, or is over.
pub(crate) fn timed(thread: usize, waits: bool) {
    let (now, most) = with(|run| {
        run.clocks[thread].timed = waits;
        let now = run.clocks.iter().filter(|clock| clock.timed).count();
        (now, run.at_most_timed)
    });
    if most.is_some_and(|most| now > most) {
        fail(format!("{now} threads wait for a time at once"));
    }
}

/// From now on the model fails when more threads than this are in a timed wait
/// on a condition variable at one time. (How many there were at most would be
/// no answer: states that differ only in that are one.)
pub fn at_most_timed(threads: usize) {
    with(|run| run.at_most_timed = Some(threads));
}

/// So many messages of this type are in a channel.
pub(crate) fn inside<T>(len: usize) {
    let most = with(|run| run.at_most_inside.get(type_name::<T>()).copied());
    if most.is_some_and(|most| len > most) {
        let name = type_name::<T>().rsplit("::").next().unwrap_or_default();
        fail(format!("{len} messages ({name}) are in one channel at once"));
    }
}

/// From now on the model fails when more messages of this type are in one
/// channel at one time.
pub fn at_most_inside<T>(messages: usize) {
    with(|run| run.at_most_inside.insert(type_name::<T>(), messages));
}

/// Fails the model, now or later: for code that must not panic itself.
pub(crate) fn fail(why: String) {
    with(|run| run.fail(why, me()));
}

/// Panics if the model has failed: a poller may have caught the panic that
/// said so.
pub(crate) fn go_on_failing() {
    if is_over() {
        resume_unwind(Box::new("the model has failed"));
    }
}

/// With turns: a thread goes on though the run is over. It may not forever.
pub(crate) fn stays(why: &'static str) {
    let often = with(|run| {
        run.stays += 1;
        run.stays > MOST_STAYS
    });
    if often {
        panics::give_up(why);
    }
}

const MOST_STAYS: usize = 3_000;

impl Current {
    /// The engine, if it is the one with turns.
    pub fn turns(&mut self) -> Option<&mut Turns> {
        match &mut self.engine {
            Engine::Turns(turns) => Some(turns),
            _ => None,
        }
    }

    fn add_thread(&mut self, number: usize, name: &str, time: Duration) {
        let absent = Thread { ended: true, ..Thread::default() };
        let all = self.world.threads.len().max(number + 1);
        self.world.threads.resize(all, absent);
        self.clocks.resize(all, Clock::default());
        let name = name.into();
        self.world.threads[number] = Thread { name, ..Thread::default() };
        self.clocks[number].time = time;
        if let Some(turns) = self.turns() {
            turns.make_room(all);
        }
    }

    /// The program panics, and unwinds as it would without the checker.
    pub fn notes(&mut self, text: String, by: usize) {
        let rows = self.turns().map(|turns| turns.rows);
        let until = rows.map(|rows| (rows, self.world.clone()));
        self.panics.add(text, by, until);
    }

    /// The run has failed, and goes no further.
    pub fn fail(&mut self, what: String, by: usize) {
        let note = self.turns().is_some().then(|| self.panics.why(false));
        match note.flatten() {
            // A panic that no thread has caught comes first.
            Some(note) if self.failed.is_none() => {
                self.until = note.until;
                self.failed = Some((note.text, note.by));
            }
            _ => drop(self.failed.get_or_insert((what, by))),
        }
        if let Some(turns) = self.turns() {
            turns.stop();
        }
    }

    /// What tells this moment from others, but for what threads have seen.
    pub fn key(&self, hasher: &mut impl std::hash::Hasher) {
        self.clocks.iter().for_each(|clock| clock.key().hash(hasher));
        (self.spawns_left, &self.outcome).hash(hasher);
        self.panics.key(hasher);
        self.world.key(hasher);
    }
}
