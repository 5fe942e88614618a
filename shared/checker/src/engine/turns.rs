//! The other engine: real threads, of which only one runs at a time, along a
//! schedule that is chosen from outside.
//!
//! Before each operation of a stand-in, the thread says what it is about to do
//! and parks ([`Turns::take`]). When the thread that had the turn parks, too,
//! or ends, a [`Driver`] chooses the next among the threads that can go on.
//! When the driver ends a run, each thread unwinds from where it is parked.
//!
//! Next: [`explore`](super::explore), all schedules there are.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::mem;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::ptr;
use std::sync::{Arc, Mutex, MutexGuard};
use std::thread::{self, Thread, panicking};

use super::check::{self, Notes};
use super::run::{self, Recorder, Seen};
use crate::event::Event;
use crate::graph::End;
use crate::world::{self, At, Choice, How, Op, World};

/// Chooses the schedule of a run.
pub(super) trait Driver: Send {
    /// Which step comes next; `None` ends the run here.
    fn choose(&mut self, moment: Moment<'_>) -> Option<Choice>;

    /// The run has ended in this way. There is nothing left to choose.
    fn ended(&mut self, end: End, moment: Moment<'_>);

    /// Whether a thread may wake though no thread has woken it.
    fn spurious(&self) -> bool;

    /// A thread that has done the same so often, and has seen the same, goes
    /// round and round.
    fn rounds(&self) -> usize;

    /// The next step of a way that is known and need not be looked at again.
    fn known(&mut self) -> Option<Known> {
        None
    }

    /// Along a known way a thread does something else than before.
    fn has_lost(&mut self, _how: String) {}

    /// Something was left out: a thread that has waited so often in vain had
    /// to let others go first.
    fn was_patient(&mut self) {}
}

/// Between two steps: every thread is parked, or has ended.
pub(super) struct Moment<'a> {
    /// What all are doing.
    pub world: &'a World,
    /// The steps that could come next.
    pub choices: Vec<Choice>,
    /// Equal at two moments if the program cannot tell them apart.
    pub key: u64,
    /// What was done since the last choice.
    pub events: Vec<Event>,
    /// A thread goes round and round: states were taken for one that may not
    /// be.
    pub folded: bool,
    /// What a later run needs that comes here without looking.
    pub keep: &'a dyn Fn() -> Kept,
}

/// A step of a known way; for the last, the state before it.
pub(super) struct Known {
    pub choice: Choice,
    pub kept: Option<(World, Kept)>,
}

/// What is not in a [`World`], and is not made along a known way.
#[derive(Clone, Default)]
pub(super) struct Kept {
    lives: Vec<Life>,
    vain: Vec<usize>,
    seen: Seen,
}

impl Kept {
    fn of(lives: &[Life], vain: &[usize], recorder: &Recorder) -> Self {
        let (lives, vain) = (lives.to_vec(), vain.to_vec());
        Kept { lives, vain, seen: recorder.seen().clone() }
    }
}

/// A run, shared by its threads.
pub(super) struct Turns(Mutex<Shared>);

struct Shared {
    recorder: Recorder,
    driver: Box<dyn Driver>,
    parked: Vec<Option<Thread>>,
    /// Threads that have reached their first step, or their end.
    arrived: Vec<bool>,
    /// The thread that has the turn.
    turn: Choice,
    /// That thread, if it is still to be woken.
    next: Option<Thread>,
    riding: Riding,
    lives: Vec<Life>,
    /// What the program's memory of this name is known by in all runs.
    names: Names,
    over: bool,
    /// It goes along a known way: nothing is looked at, hashed or recorded, and
    /// what is missing then is put back at its end. Most steps of a search are
    /// of this kind.
    blind: bool,
    failed: Option<(String, usize)>,
    panics: Notes,
    /// Of each thread: the time-outs in a row since any thread has changed
    /// something.
    vain: Vec<usize>,
    outcome: String,
}

/// What the test's own part has done in this turn.
#[derive(Default)]
struct Riding {
    note: bool,
    quiet: bool,
    test: bool,
}

/// What a thread has done and seen, as a hash: what it will do follows from
/// that, and from what it will see.
#[derive(Default, Clone)]
struct Life {
    hash: u64,
    now: DefaultHasher,
    /// It has changed something in this turn.
    effect: bool,
    /// Rounds of it were left out of the hash.
    folded: bool,
    /// Of each turn since it changed something last: the hash of what it did,
    /// and of all before.
    idle: Vec<(u64, u64)>,
}

/// A round has no more turns than this.
const LONGEST_ROUND: usize = 12;

impl Life {
    /// A turn is over. Rounds without end are the same as so many.
    fn turn(&mut self, rounds: usize) {
        let did = mem::take(&mut self.now).finish();
        if mem::take(&mut self.effect) {
            self.idle.clear();
        } else {
            self.idle.push((did, self.hash));
        }
        self.hash = hash(&(self.hash, did));
        let all = &self.idle;
        let goes_round = |period: &usize| {
            let turns = period * rounds;
            let last = all.len().checked_sub(turns).map(|from| &all[from..]);
            last.is_some_and(|last| {
                last.windows(period + 1).all(|w| w[0].0 == w[*period].0)
            })
        };
        if let Some(period) = (1..=LONGEST_ROUND).find(goes_round) {
            let before = all.len() - period;
            self.hash = all[before].1;
            self.folded = true;
            self.idle.truncate(before);
        }
    }
}

/// Numbers that are the same in every run: a thread is known by the one that
/// started it, an object by the thread that made it, and by how many that one
/// had started or made before.
#[derive(Default, Clone)]
pub(super) struct Names {
    threads: HashMap<(usize, usize), usize>,
    objects: HashMap<(usize, usize), usize>,
    /// In this run.
    made: HashMap<usize, (usize, usize)>,
}

impl Names {
    fn thread(&mut self, by: usize) -> usize {
        let made = self.made.entry(by).or_default();
        let (next, name) = (self.threads.len() + 1, (by, made.0));
        made.0 += 1;
        *self.threads.entry(name).or_insert(next)
    }

    fn object(&mut self, by: usize) -> usize {
        let made = self.made.entry(by).or_default();
        let (next, name) = (self.objects.len(), (by, made.1));
        made.1 += 1;
        *self.objects.entry(name).or_insert(next)
    }
}

thread_local! {
    static TURNS: RefCell<Option<Arc<Turns>>> = const { RefCell::new(None) };
    // Read by the panic hook, too, which must not borrow.
    static HERE: Cell<bool> = const { Cell::new(false) };
}

/// The run that this thread has a part in, if it is of this engine.
pub(super) fn current() -> Option<Arc<Turns>> {
    if HERE.get() { TURNS.with_borrow(Clone::clone) } else { None }
}

pub(super) fn hash(value: &impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    hasher.finish()
}

/// The payload with which threads unwind when their run is over.
struct Over;

/// Runs a program along the schedule that the driver chooses. Returns what is
/// to be handed to the next run of the same program.
pub(super) fn run(
    body: &dyn Fn() -> bool,
    driver: Box<dyn Driver>,
    names: Names,
    blind: bool,
) -> Names {
    let turn = Choice { thread: 0, how: How::Plainly };
    let names = Names { made: HashMap::new(), ..names };
    let shared = Shared {
        recorder: Recorder::of_turns(),
        driver,
        parked: vec![Some(thread::current())],
        arrived: vec![true],
        turn,
        next: None,
        riding: Riding { test: true, ..Riding::default() },
        lives: vec![Life::default()],
        names,
        over: false,
        blind,
        failed: None,
        panics: Notes::default(),
        vain: vec![0],
        outcome: String::new(),
    };
    let turns = Arc::new(Turns(Mutex::new(shared)));
    turns.enter(0);
    let ended = catch_unwind(AssertUnwindSafe(body));
    if let Ok(seen) = ended {
        turns.well(seen);
    } else {
        turns.panicked();
    }
    turns.finish();
    leave();
    let shared = Arc::into_inner(turns).expect("all threads have ended");
    shared.0.into_inner().expect(NO_PANIC).names
}

/// This thread has no part in a run any more.
pub(super) fn leave() {
    HERE.set(false);
    TURNS.set(None);
}

const NO_PANIC: &str = "nothing panics under it";

impl Turns {
    fn lock(&self) -> MutexGuard<'_, Shared> {
        self.0.lock().expect(NO_PANIC)
    }

    /// This thread has a part in the run from now on.
    pub fn enter(self: &Arc<Self>, number: usize) {
        TURNS.set(Some(self.clone()));
        HERE.set(true);
        run::is(number);
    }

    /// What is known of the run.
    pub fn with<R>(&self, f: impl FnOnce(&mut Recorder) -> R) -> R {
        f(&mut self.lock().recorder)
    }

    /// Whether nothing is looked at.
    pub fn is_blind(&self) -> bool {
        self.lock().blind
    }

    /// Whether the run goes no further.
    pub fn is_over(&self) -> bool {
        self.lock().over
    }

    /// The number of a thread that is started by this one.
    pub fn new_thread(&self, by: usize, name: &str) -> usize {
        let mut shared = self.lock();
        let shared = &mut *shared;
        let number = shared.names.thread(by);
        shared.recorder.put_thread(number, name);
        let all = shared.recorder.threads();
        shared.parked.resize(all, None);
        shared.arrived.resize(all, false);
        shared.lives.resize_with(all, Life::default);
        shared.vain.resize(all, 0);
        shared.lives[by].effect = true;
        number
    }

    /// The number of an object that is made by this thread.
    pub fn new_object(&self, by: usize) -> usize {
        let mut shared = self.lock();
        let number = shared.names.object(by);
        shared.recorder.make_room(number);
        number
    }

    /// Waits until a thread that was just started has reached its first step,
    /// or its end; or until the run is over. It may be a thread that has not
    /// reached its own first step that waits here.
    pub fn wait_for(&self, child: usize) {
        let mut shared = self.lock();
        shared.parked[run::me()] = Some(thread::current());
        while !shared.arrived[child] && !shared.over {
            drop(shared);
            thread::park();
            shared = self.lock();
        }
    }

    /// Says what this thread is about to do, and waits for its turn. If the
    /// run is over it unwinds; in a destructor that is run because it does, it
    /// goes on without a turn.
    pub fn take(&self, op: Op, at: At, says: Option<String>) -> How {
        let me = run::me();
        let mut shared = self.lock();
        if !shared.over {
            shared.parked[me] = Some(thread::current());
            shared.recorder.announce(me, op, at, says);
            if shared.arrived[me] {
                shared.turn(me);
                shared.decide();
            } else {
                shared.arrive(me);
            }
        }
        while !shared.over && !shared.has_turn(me) {
            wake_next(shared);
            thread::park();
            shared = self.lock();
        }
        if shared.over {
            drop(shared);
            if !panicking() {
                resume_unwind(Box::new(Over));
            }
            return How::Plainly;
        }
        let how = shared.turn.how;
        shared.riding = Riding { test: op == Op::Test, ..Riding::default() };
        // Not `at`: along a known way it may not have been looked up, and what
        // was put back has it. There is one place for each line and column.
        let doing = shared.recorder.world().threads[me].doing;
        let place = doing.map(|(_, at)| ptr::from_ref(at).addr());
        shared.recorder.goes_on(me);
        shared.lived(me, &(op, place, how));
        if !panicking() {
            shared.panics.caught(me);
        }
        how
    }

    /// The test's own part of this thread says something, or keeps its books.
    /// One of each is in a step of its own, or two would be one step.
    pub fn test(&self, at: At, note: Option<&str>) {
        let me = run::me();
        let mut shared = self.lock();
        let riding = &mut shared.riding;
        let done = if note.is_some() { riding.note } else { riding.quiet };
        let alone = note.is_none() && shared.recorder.is_alone(me);
        if shared.over || alone || (shared.riding.test && !done) {
            shared.rides(note.is_some());
            return;
        }
        drop(shared);
        self.take(Op::Test, at, note.map(str::to_string));
        self.lock().rides(note.is_some());
    }

    /// This thread has done its work, or has panicked.
    pub fn ended(&self) {
        let me = run::me();
        let mut shared = self.lock();
        if shared.over {
            return;
        }
        // A thread that joins it learns all that it knew, up to its end.
        shared.turn(me);
        if shared.arrived[me] {
            shared.decide();
            wake_next(shared);
        } else {
            shared.arrive(me);
        }
    }

    /// The run has failed, and goes no further.
    pub fn fail(&self, what: String, by: usize) {
        let mut shared = self.lock();
        let why = shared.panics.why(false).map(|note| (note.text, note.by));
        shared.failed.get_or_insert(why.unwrap_or((what, by)));
        shared.stop();
    }

    /// A thread panics, and unwinds as it would without the checker.
    pub fn note(&self, text: String, by: usize) {
        self.lock().panics.add(text, by, None);
    }

    /// A thread leaves a scope by a panic.
    pub fn in_a_scope(&self, by: usize) {
        self.lock().panics.in_a_scope(by);
    }

    /// This thread's panic was handed to another one.
    pub fn heard(&self, thread: usize) {
        self.lock().panics.caught(thread);
    }

    /// The model's own panic has come to its end.
    fn panicked(&self) {
        let mut shared = self.lock();
        if !shared.over {
            let why = shared.panics.why(true);
            let why = why.map(|note| (note.text, note.by));
            let silent = ("a panic that no thread caught".into(), 0);
            shared.failed = Some(why.unwrap_or(silent));
            shared.stop();
        }
    }

    /// What this thread has seen or learnt.
    pub fn lived(&self, what: &impl Hash) {
        self.lock().lived(run::me(), what);
    }

    /// This thread has changed something.
    pub fn effect(&self) {
        let mut shared = self.lock();
        shared.lives[run::me()].effect = true;
        shared.vain.fill(0);
    }

    /// This thread has waited until its deadline, in vain.
    pub fn timed_out(&self) {
        self.lock().vain[run::me()] += 1;
    }

    /// It knows all that this other thread knew when it ended.
    pub fn joined(&self, other: usize) {
        let mut shared = self.lock();
        let hash = shared.lives[other].hash;
        shared.lived(run::me(), &hash);
    }

    /// The model tells its result.
    pub fn came_to(&self, outcome: String) {
        self.lock().outcome = outcome;
    }

    fn well(&self, seen: bool) {
        let mut shared = self.lock();
        if !shared.over {
            let outcome = mem::take(&mut shared.outcome);
            shared.end(End::Well { seen, outcome });
        }
    }

    /// Tells the driver of a failure, once no thread can add to it.
    fn finish(&self) {
        let mut shared = self.lock();
        let refused = check::refused().take().map(|what| (what, 0));
        if let Some((what, by)) = refused.or(shared.failed.take()) {
            shared.end(End::Broken { what, by });
        }
    }
}

/// Lets go of what all share, and then wakes the thread that has the turn: the
/// other way round it would wait at once for this one.
fn wake_next(mut shared: MutexGuard<'_, Shared>) {
    let next = shared.next.take();
    drop(shared);
    if let Some(next) = next {
        next.unpark();
    }
}

impl Shared {
    fn has_turn(&self, thread: usize) -> bool {
        self.turn.thread == thread
    }

    /// A thread has reached its first step: the one that started it goes on.
    /// That is not always the one that has the turn.
    fn arrive(&mut self, thread: usize) {
        self.arrived[thread] = true;
        self.wake_all();
    }

    /// The turn of a thread is over.
    fn turn(&mut self, thread: usize) {
        if self.blind {
            return;
        }
        let rounds = self.driver.rounds();
        self.lives[thread].turn(rounds);
    }

    fn wake(&self, thread: usize) {
        if let Some(thread) = &self.parked[thread] {
            thread.unpark();
        }
    }

    fn wake_all(&self) {
        (0..self.parked.len()).for_each(|thread| self.wake(thread));
    }

    /// Every thread is parked, or has ended.
    fn decide(&mut self) {
        if self.blind
            && let Some(known) = self.driver.known()
        {
            return self.go_blindly(known);
        }
        let mut choices = self.recorder.world().choices(self.driver.spurious());
        if choices.is_empty() {
            match self.panics.why(false) {
                Some(note) => self.failed = Some((note.text, note.by)),
                None => self.end(End::Deadlock),
            }
            return self.stop();
        }
        if let Some(by) = self.let_others_go(&mut choices) {
            self.failed = Some((check::ROUND.into(), by));
            return self.stop();
        }
        let (key, events) = (self.key(), self.recorder.take_events());
        let world = self.recorder.world();
        let folded = self.is_folded();
        let keep = &|| Kept::of(&self.lives, &self.vain, &self.recorder);
        let moment = Moment { world, choices, key, events, folded, keep };
        match self.driver.choose(moment) {
            Some(choice) => self.give_turn(choice),
            None => self.stop(),
        }
    }

    /// A thread whose deadline has passed so often, while no thread has changed
    /// anything, lets others go first: else there would be a state for each
    /// time that it comes to. If all others go round and round, too, there is
    /// no end: returns such a thread.
    fn let_others_go(&mut self, choices: &mut Vec<Choice>) -> Option<usize> {
        let most = self.driver.rounds();
        let waits = |choice: &Choice| self.vain[choice.thread] > most;
        let by = choices.iter().copied().find(waits)?.thread;
        self.driver.was_patient();
        let idles =
            |choice: &Choice| self.lives[choice.thread].idle.len() + 1 >= most;
        if choices.iter().all(|choice| waits(choice) || idles(choice)) {
            return Some(by);
        }
        choices.retain(|choice| !waits(choice));
        None
    }

    fn end(&mut self, end: End) {
        let (key, events) = (self.key(), self.recorder.take_events());
        let (world, choices) = (self.recorder.world(), Vec::new());
        let folded = self.is_folded();
        let keep = &|| Kept::of(&self.lives, &self.vain, &self.recorder);
        let moment = Moment { world, choices, key, events, folded, keep };
        self.driver.ended(end, moment);
    }

    /// A step along a known way. At its end all is as if it had been looked at.
    fn go_blindly(&mut self, Known { choice, kept }: Known) {
        let now = self.recorder.world();
        let doing = |t: &world::Thread| (t.ended, t.doing.map(|(op, _)| op));
        let mut others = kept.iter().flat_map(|(then, _)| {
            let both = now.threads.iter().zip(&then.threads);
            both.filter(|(now, then)| doing(now) != doing(then))
        });
        let other = others.next().map(|(thread, _)| thread.name.clone());
        let stuck = !now.can_go_on(choice.thread);
        let stuck = stuck.then(|| now.threads[choice.thread].name.clone());
        if let Some(name) = other.or(stuck) {
            self.driver.has_lost(format!("{name} does something else"));
            return self.stop();
        }
        if let Some((world, kept)) = kept {
            self.blind = false;
            (self.lives, self.vain) = (kept.lives, kept.vain);
            self.recorder.put_back(world, kept.seen);
        }
        self.give_turn(choice);
    }

    fn give_turn(&mut self, choice: Choice) {
        self.turn = choice;
        self.next = self.parked[choice.thread].clone();
    }

    fn is_folded(&self) -> bool {
        self.lives.iter().any(|life| life.folded)
    }

    fn stop(&mut self) {
        self.over = true;
        self.wake_all();
    }

    fn rides(&mut self, note: bool) {
        let done =
            if note { &mut self.riding.note } else { &mut self.riding.quiet };
        *done = true;
    }

    fn lived(&mut self, thread: usize, what: &impl Hash) {
        if !self.blind {
            what.hash(&mut self.lives[thread].now);
        }
    }

    fn key(&self) -> u64 {
        let lives: Vec<_> = self.lives.iter().map(|life| life.hash).collect();
        hash(&(lives, &self.vain, self.recorder.key()))
    }
}
