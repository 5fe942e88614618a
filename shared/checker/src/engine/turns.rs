//! The engine with turns: real threads, of which only one runs at a time,
//! along a schedule that is chosen from outside.
//!
//! Before each operation of a stand-in, the thread says what it is about to do
//! and parks ([`take`]). When the thread that had the turn parks, too, or ends,
//! a [`Driver`] chooses the next among the threads that can go on. When the
//! driver ends a run, each thread unwinds from where it is parked.
//!
//! They are threads of the system, and no coroutines on one: these would share
//! one `thread::panicking()`, so a right program that asks it in a destructor
//! would be wrong here, and two threads that unwind at the same time could not
//! be told apart.
//!
//! Next: `life`, what tells a thread from what it was before.

use std::collections::{BTreeMap, HashMap};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io;
use std::mem;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::process;
use std::ptr;
use std::sync::{Arc, LazyLock, Mutex, MutexGuard};
use std::thread::{self, Builder, Scope, Thread, panicking};

use core_affinity::CoreId;

use super::check;
use super::life::Life;
use super::panics::{self, Note, SILENT};
use crate::event::{Did, Event};
use crate::graph::End;
use crate::names::Names;
use crate::object::test::is_of_the_test;
use crate::run::{self, Current, Engine, NO_PANIC};
use crate::value::{Seen, View};
use crate::world::{At, Choice, How, Mark, Op, Place, World};

/// Chooses the schedule of a run.
pub(crate) trait Driver: Send {
    /// Which step comes next; `None` ends the run here.
    fn choose(&mut self, moment: Moment<'_>) -> Option<Choice>;

    /// The run has ended in this way. There is nothing left to choose.
    fn ended(&mut self, end: End, moment: Moment<'_>);

    /// Whether a thread may wake though no thread has woken it.
    fn spurious(&self) -> bool {
        false
    }

    /// A thread that has done the same so often, and has seen the same, goes
    /// round and round.
    fn rounds(&self) -> usize;

    /// Whether what happens in the next step is to be told.
    fn tells(&self) -> bool;

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
pub(crate) struct Moment<'a> {
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
    /// If the run failed earlier: after so many rows, in this state.
    pub until: Option<&'a (usize, World)>,
    /// By what threads are known.
    pub names: &'a Names,
}

/// A step of a known way; for the last, the state before it.
pub(crate) struct Known {
    pub choice: Choice,
    pub kept: Option<(World, Kept)>,
}

/// What is not in a [`World`], and is not made along a known way.
#[derive(Clone, Default)]
pub(crate) struct Kept {
    lives: Vec<Life>,
    vain: Vec<usize>,
    seen: Memory,
}

/// What a run remembers of what was seen and done.
#[derive(Clone, Default)]
pub(crate) struct Memory {
    /// Of each lock that is held: what its holder saw.
    pub under: BTreeMap<usize, Option<Arc<Seen>>>,
    // The thread of the last row; whether another one has run since, though it
    // could have gone on.
    active: usize,
    forced: Option<bool>,
}

/// What is handed from run to run of the same program.
#[derive(Clone, Default)]
pub(crate) struct Heirloom {
    pub names: Names,
    // Each text is read once.
    texts: HashMap<String, Arc<Seen>>,
}

impl From<Names> for Heirloom {
    fn from(names: Names) -> Self {
        Heirloom { names, texts: HashMap::new() }
    }
}

/// What is known of a run of turns.
pub(crate) struct Turns {
    driver: Box<dyn Driver>,
    view: View,
    texts: HashMap<String, Arc<Seen>>,
    parked: Vec<Option<Thread>>,
    // Threads that have reached their first step, or their end.
    arrived: Vec<bool>,
    // The thread that has the turn.
    turn: Choice,
    /// Where it has it.
    pub at: At,
    // That thread, if it is still to be woken.
    next: Option<Thread>,
    riding: Riding,
    lives: Vec<Life>,
    /// Of each thread: the time-outs in a row since any thread has changed
    /// something.
    pub vain: Vec<usize>,
    /// The run goes no further.
    pub over: bool,
    /// It goes along a known way: nothing is looked at, hashed or recorded, and
    /// what is missing then is put back at its end. Most steps of a search are
    /// of this kind.
    pub blind: bool,
    tells: bool,
    pub seen: Memory,
    events: Vec<Event>,
    /// How many there were in all.
    pub rows: usize,
}

/// What the test's own part has done in this turn.
#[derive(Default)]
struct Riding {
    note: bool,
    quiet: bool,
    test: bool,
}

/// The payload with which threads unwind when their run is over.
struct Over;

/// Runs a program along the schedule that the driver chooses. Returns what is
/// to be handed to the next run of the same program.
pub(crate) fn run(
    body: &dyn Fn() -> bool,
    view: View,
    driver: Box<dyn Driver>,
    heirloom: Heirloom,
    blind: bool,
) -> Heirloom {
    stay_on_one_core();
    let Heirloom { names, texts } = heirloom;
    let turns = Turns::new(driver, view, texts, blind);
    let shared = run::begin(Engine::Turns(Box::new(turns)), names);
    let ended = catch_unwind(AssertUnwindSafe(body));
    lock(&shared).finish(ended);
    run::leave();
    let run = Arc::into_inner(shared).expect("all threads have ended");
    let mut run = run.into_inner().expect(NO_PANIC);
    let texts = mem::take(&mut run.turns().expect("its engine").texts);
    Heirloom { names: run.names, texts }
}

/// Handing the turn to another core takes longer than most steps: so all
/// threads of a program stay on one. Which one differs among programs that are
/// checked at the same time.
fn stay_on_one_core() {
    static CORE: LazyLock<Option<CoreId>> = LazyLock::new(|| {
        let all = core_affinity::get_core_ids()?;
        all.get(process::id() as usize % all.len().max(1)).copied()
    });
    if let Some(core) = *CORE {
        core_affinity::set_for_current(core);
    }
}

fn lock(shared: &Mutex<Current>) -> MutexGuard<'_, Current> {
    shared.lock().expect(NO_PANIC)
}

/// Whether nothing is looked at.
pub(crate) fn is_blind() -> bool {
    run::has_turns()
        && run::with(|run| run.turns().is_some_and(|turns| turns.blind))
}

/// Whether this belongs to the step under way: the test's own books are kept
/// within a step, if that need not wait.
pub(crate) fn rides_along(op: Op, at: At) -> bool {
    run::has_turns()
        && run::with(|run| {
            let me = run::me();
            if run.turns().is_none() || !run.clocks[me].quiet {
                return false;
            }
            let before = run.world.threads[me].doing.replace((op, at));
            let can = run.world.can_go_on(me);
            // What may end by its time is not always done at once.
            let one = run.world.now(me).is_some_and(|now| {
                !now.op.verb.is_timed() && op.verb.ways(now, false).len() == 1
            });
            run.world.threads[me].doing = before;
            can && one
        })
}

/// Whether what the test's own part says, or its books, are a step of their
/// own. One of each is in a step, or two would be one step.
pub(crate) fn needs_a_turn(says: bool) -> bool {
    run::has_turns()
        && run::with(|run| {
            let me = run::me();
            let mut others = run.world.threads.iter().enumerate();
            let alone = !says && others.all(|(n, t)| n == me || t.ended);
            let Some(turns) = run.turns() else { return false };
            let riding = &turns.riding;
            let done = if says { riding.note } else { riding.quiet };
            // A thread on its way to its first step has no turn of its own.
            let mine = turns.turn.thread == me;
            let rides = turns.over || alone || (mine && riding.test && !done);
            if rides {
                turns.rides(says);
            }
            !rides
        })
}

/// The test's own part has a turn for this.
pub(crate) fn rides(says: bool) {
    run::with(|run| run.turns().map(|turns| turns.rides(says)));
}

/// Says what this thread is about to do, and waits for its turn. If the run is
/// over it unwinds; in a destructor that is run because it does, it goes on
/// without a turn. Not for loom, which needs none of this.
pub(crate) fn take(op: Op, at: At, says: Option<String>) -> How {
    if !run::has_turns() {
        return How::Plainly;
    }
    let (shared, me) = (run::shared(), run::me());
    let mut run = lock(&shared);
    run.announce(me, op, at, says);
    while !run.has_turn(me) {
        let next = run.turns().and_then(|turns| turns.next.take());
        // The other way round, the next one would wait for this lock at once.
        drop(run);
        if let Some(next) = next {
            next.unpark();
        }
        thread::park();
        run = lock(&shared);
    }
    if run.turns().is_some_and(|turns| turns.over) {
        drop(run);
        if !panicking() {
            run::stays("a thread catches the panic that ends it");
            resume_unwind(Box::new(Over));
        }
        return How::Plainly;
    }
    run.goes_on(me, op)
}

/// The thread that runs has done its work, or has panicked.
pub(crate) fn ended() {
    let (shared, me) = (run::shared(), run::me());
    let mut run = lock(&shared);
    let Some(turns) = run.turns().filter(|turns| !turns.over) else { return };
    // A thread that joins it learns all that it knew, up to its end.
    turns.turn_ends(me);
    if !mem::replace(&mut turns.arrived[me], true) {
        return turns.wake_all();
    }
    run.decide();
    let next = run.turns().and_then(|turns| turns.next.take());
    drop(run);
    if let Some(next) = next {
        next.unpark();
    }
}

/// Starts a thread of the system. It has reached its first step, or its end,
/// when this returns, or the run is over.
pub(crate) fn spawn<'scope>(
    scope: &'scope Scope<'scope, '_>,
    number: usize,
    work: Box<dyn FnOnce() + Send + 'scope>,
) -> io::Result<()> {
    let shared = run::shared();
    let its = shared.clone();
    let work = move || {
        stay_on_one_core();
        run::enter(its, number);
        // It unwinds if the run is over: that is all there is to it.
        let _ = catch_unwind(AssertUnwindSafe(work));
        run::is_gone();
    };
    Builder::new().spawn_scoped(scope, work)?;
    loop {
        let mut run = lock(&shared);
        let Some(turns) = run.turns() else { break };
        if turns.arrived[number] || turns.over {
            break;
        }
        // A thread that has not reached its own first step may wait here.
        turns.parked[run::me()] = Some(thread::current());
        drop(run);
        thread::park();
    }
    Ok(())
}

impl Current {
    /// What a thread is about to do.
    fn announce(&mut self, me: usize, op: Op, at: At, says: Option<String>) {
        let Engine::Turns(turns) = &mut self.engine else { return };
        if turns.over {
            return;
        }
        if !panicking() {
            self.panics.caught(me);
        }
        turns.parked[me] = Some(thread::current());
        let thread = &mut self.world.threads[me];
        (thread.doing, thread.says) = (Some((op, at)), says);
        if mem::replace(&mut turns.arrived[me], true) {
            turns.turn_ends(me);
            self.decide();
        } else {
            // The one that started it goes on: not always the one that has
            // the turn.
            turns.wake_all();
        }
    }

    fn has_turn(&mut self, me: usize) -> bool {
        let turns = self.turns().expect("its engine");
        turns.over || turns.turn.thread == me
    }

    /// A thread has its turn.
    fn goes_on(&mut self, me: usize, op: Op) -> How {
        let Engine::Turns(turns) = &mut self.engine else {
            return How::Plainly;
        };
        // Not the place that was given: along a known way it may not have been
        // looked up, and what was put back has it. There is one value for each
        // line and column.
        let doing = self.world.threads[me].doing;
        let place = doing.map(|(_, at)| ptr::from_ref(at).addr());
        turns.at = doing.map_or(turns.at, |(_, at)| at);
        let how = turns.turn.how;
        let test = is_of_the_test(op);
        turns.riding = Riding { test, ..Riding::default() };
        if me != turns.seen.active && turns.seen.forced.is_none() {
            let could = self.world.can_go_on(turns.seen.active);
            turns.seen.forced = Some(could);
        } else if me == turns.seen.active {
            turns.seen.forced = None;
        }
        let thread = &mut self.world.threads[me];
        (thread.doing, thread.says) = (None, None);
        turns.lived(me, &(op, place, how));
        how
    }

    /// Every thread is parked, or has ended: what comes next?
    fn decide(&mut self) {
        let Engine::Turns(turns) = &mut self.engine else { return };
        if turns.blind
            && let Some(known) = turns.driver.known()
        {
            return self.go_blindly(known);
        }
        let mut choices = self.world.choices(turns.driver.spurious());
        if choices.is_empty() {
            match self.panics.why(false) {
                Some(note) => self.fails_by(note),
                None => self.ends(End::Deadlock, None),
            }
            return self.stop();
        }
        if let Some(by) = turns.let_others_go(&mut choices) {
            self.failed = Some((check::ROUND.into(), by));
            return self.stop();
        }
        let choice = self.moment(None, |driver, moment| {
            driver.choose(Moment { choices, ..moment })
        });
        match choice {
            Some(choice) => self.give_turn(choice),
            None => self.stop(),
        }
    }

    fn moment<R>(
        &mut self,
        until: Option<&(usize, World)>,
        f: impl FnOnce(&mut dyn Driver, Moment<'_>) -> R,
    ) -> R {
        let mut hasher = DefaultHasher::new();
        self.key(&mut hasher);
        let Engine::Turns(turns) = &mut self.engine else {
            unreachable!("its engine")
        };
        let lives: Vec<_> = turns.lives.iter().map(|life| life.hash).collect();
        (lives, &turns.vain).hash(&mut hasher);
        let (lives, vain, seen) = (&turns.lives, &turns.vain, &turns.seen);
        let keep = &|| {
            let (lives, vain) = (lives.clone(), vain.clone());
            Kept { lives, vain, seen: seen.clone() }
        };
        let moment = Moment {
            world: &self.world,
            choices: Vec::new(),
            key: hasher.finish(),
            events: mem::take(&mut turns.events),
            folded: lives.iter().any(|life| life.folded),
            keep,
            until,
            names: &self.names,
        };
        f(&mut *turns.driver, moment)
    }

    fn ends(&mut self, end: End, until: Option<&(usize, World)>) {
        self.moment(until, |driver, moment| driver.ended(end, moment));
    }

    /// A step along a known way. At its end all is as if it had been looked at.
    fn go_blindly(&mut self, Known { choice, kept }: Known) {
        let Engine::Turns(turns) = &mut self.engine else { return };
        let now = &self.world;
        let then = kept.iter().flat_map(|(world, _)| &world.threads);
        let mut both = now.threads.iter().zip(then);
        let other = both.find(|(now, then)| {
            let op = |doing: Option<(Op, At)>| doing.map(|(op, _)| op);
            (now.ended, op(now.doing)) != (then.ended, op(then.doing))
        });
        // One that sleeps may wake spuriously.
        let stuck =
            choice.how != How::Spuriously && !now.can_go_on(choice.thread);
        let stuck = stuck.then(|| &now.threads[choice.thread]);
        if let Some(thread) = other.map(|(now, _)| now).or(stuck) {
            let how = format!("{} does something else", thread.name);
            turns.driver.has_lost(how);
            return turns.stop();
        }
        if let Some((world, kept)) = kept {
            turns.blind = false;
            (turns.lives, turns.vain) = (kept.lives, kept.vain);
            (turns.seen, self.world) = (kept.seen, world);
        }
        self.give_turn(choice);
    }

    fn give_turn(&mut self, choice: Choice) {
        let Some(turns) = self.turns() else { return };
        turns.turn = choice;
        turns.next = turns.parked[choice.thread].clone();
        turns.tells = turns.driver.tells();
    }

    fn stop(&mut self) {
        self.turns().expect("its engine").stop();
    }

    fn fails_by(&mut self, note: Note) {
        self.until = note.until;
        self.failed = Some((note.text, note.by));
    }

    /// The model's own thread has ended, by a panic if there is no result.
    fn finish(&mut self, seen: thread::Result<bool>) {
        let is_over = self.turns().expect("its engine").over;
        match seen {
            _ if is_over => {}
            Ok(seen) => {
                let outcome = mem::take(&mut self.outcome);
                self.ends(End::Well { seen, outcome }, None);
            }
            Err(panic) => {
                self.panics.ended(0, &*panic);
                match self.panics.why(true) {
                    Some(note) => self.fails_by(note),
                    None => self.failed = Some((SILENT.into(), 0)),
                }
                self.stop();
            }
        }
        // Now no thread can add to it.
        let refused = panics::refused().take().map(|what| (what, 0));
        let until = self.until.take();
        if let Some((what, by)) = refused.or(self.failed.take()) {
            self.ends(End::Broken { what, by }, until.as_ref());
        }
    }
}

impl Turns {
    fn new(
        driver: Box<dyn Driver>,
        view: View,
        texts: HashMap<String, Arc<Seen>>,
        blind: bool,
    ) -> Self {
        Turns {
            tells: driver.tells(),
            driver,
            view,
            texts,
            parked: vec![Some(thread::current())],
            arrived: vec![true],
            turn: Choice::of(0),
            at: Place::here(),
            next: None,
            riding: Riding::default(),
            lives: vec![Life::default()],
            vain: vec![0],
            over: false,
            blind,
            seen: Memory::default(),
            events: Vec::new(),
            rows: 0,
        }
    }

    /// There are so many threads.
    pub fn make_room(&mut self, all: usize) {
        self.parked.resize(all, None);
        self.arrived.resize(all, false);
        self.lives.resize_with(all, Life::default);
        self.vain.resize(all, 0);
        // The new one may be before what comes next.
        self.riding = Riding::default();
    }

    /// Whether a step of this thread is to be told.
    pub fn records(&mut self, thread: usize) -> bool {
        if !self.blind && !self.tells {
            // What is known was a row, too.
            (self.seen.active, self.seen.forced) = (thread, None);
        }
        !self.blind && self.tells
    }

    /// A thread has done this.
    pub fn record(
        &mut self,
        thread: usize,
        did: Did,
        at: Option<At>,
        marks: Vec<Mark>,
    ) {
        let switched = self.seen.forced.take().unwrap_or(false);
        self.seen.active = thread;
        self.rows += 1;
        self.events.push(Event { thread, did, at, switched, marks });
    }

    /// This thread has changed something.
    pub fn acted(&mut self, thread: usize) {
        if self.blind {
            return;
        }
        self.lives[thread].acts();
        self.vain.fill(0);
    }

    /// What a thread has seen or learnt.
    pub fn lived(&mut self, thread: usize, what: &impl Hash) {
        if !self.blind {
            self.lives[thread].sees(what);
        }
    }

    /// A thread sees this text.
    pub fn sees(&mut self, thread: usize, text: String) -> Arc<Seen> {
        self.lived(thread, &text);
        if let Some(seen) = self.texts.get(&text) {
            return seen.clone();
        }
        let seen = Arc::new(Seen::new(text.clone(), self.view));
        self.texts.insert(text, seen.clone());
        seen
    }

    /// A thread knows all that this other one knew when it ended.
    pub fn learns_from(&mut self, thread: usize, other: usize) {
        let hash = self.lives[other].hash;
        self.lived(thread, &hash);
    }

    fn turn_ends(&mut self, thread: usize) {
        if !self.blind {
            let rounds = self.driver.rounds();
            self.lives[thread].turn(rounds);
        }
    }

    fn rides(&mut self, says: bool) {
        let riding = &mut self.riding;
        *(if says { &mut riding.note } else { &mut riding.quiet }) = true;
    }

    fn wake_all(&self) {
        self.parked.iter().flatten().for_each(Thread::unpark);
    }

    /// The run goes no further.
    pub fn stop(&mut self) {
        self.over = true;
        self.wake_all();
    }

    /// A thread whose deadline has passed so often, while no thread has changed
    /// anything, lets others go first: else there would be a state for each
    /// time that it comes to. If all others wait so, too, there is no end:
    /// returns such a thread.
    fn let_others_go(&mut self, choices: &mut Vec<Choice>) -> Option<usize> {
        let most = self.driver.rounds();
        let waits = |choice: &Choice| self.vain[choice.thread] > most;
        let by = choices.iter().copied().find(waits)?.thread;
        self.driver.was_patient();
        if choices.iter().all(waits) {
            return Some(by);
        }
        choices.retain(|choice| !waits(choice));
        None
    }
}
