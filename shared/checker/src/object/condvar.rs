//! parking_lot's `Condvar`.
//!
//! Next: [`channel`](super::channel).

use std::collections::VecDeque;
use std::fmt::Debug;
use std::hash::{Hash, Hasher};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use super::clock;
use super::lock::{Locking, MutexGuard};
use crate::engine::loom::own;
use crate::event::{Did, Event, Fact, Run};
use crate::run::{self, Home};
use crate::value::{Change, Seen};
use crate::words;
use crate::world::{At, How, Now, Op, Place, Plain, State, Verb};

/// What is known of a condition variable.
#[derive(Debug, Default, Clone)]
pub struct Asleep {
    /// The threads that sleep on it, the longest asleep first.
    pub threads: Vec<usize>,
    /// The lock that the last of them has unlocked.
    pub lock: usize,
}

impl State for Asleep {
    fn key(&self, mut hasher: &mut dyn Hasher) {
        self.threads.hash(&mut hasher);
    }

    fn sleeps(&self, thread: usize) -> bool {
        self.threads.contains(&thread)
    }

    fn at_the_end(&self, _: usize, run: &Run) -> Option<String> {
        let names = words::names(&run.world, &self.threads);
        (!names.is_empty()).then(|| format!("{names} on it"))
    }
}

static SLEEPING: Plain = Plain("wait on");
static NOTIFYING_ALL: Plain = Plain("notify_all");
static NOTIFYING_ONE: Plain = Plain("notify_one");

/// Wakes, and then has the lock again: one step if it was woken. `on` is the
/// condition variable, `with` the lock.
#[derive(Debug)]
struct Waking {
    /// Its time may be up at any moment.
    timed: bool,
}

impl Waking {
    fn is_asleep(&self, now: Now<'_>) -> bool {
        now.state::<Asleep>().sleeps(now.thread)
    }
}

/// What it waits for once it is awake.
fn lock(now: Now<'_>) -> Now<'_> {
    Now { op: Op::new(&Locking, now.op.with), ..now }
}

impl Verb for Waking {
    fn name(&self) -> &'static str {
        if self.timed { "wait_until" } else { "wait" }
    }

    fn is_timed(&self) -> bool {
        self.timed
    }

    fn next(&self, now: Now<'_>) -> String {
        match (self.is_asleep(now), self.timed) {
            (true, true) => "its time is up".into(),
            (true, false) => format!("sleep on {}", now.name()),
            (false, _) => format!("awake: lock {} again", lock(now).name()),
        }
    }

    fn waits(&self, now: Now<'_>) -> bool {
        let asleep = self.is_asleep(now);
        if asleep { !self.timed } else { Locking.waits(lock(now)) }
    }

    fn ways(&self, now: Now<'_>, spurious: bool) -> Vec<How> {
        let spurious = spurious && self.is_asleep(now);
        let spurious = spurious.then_some(How::Spuriously);
        spurious.into_iter().chain([How::Plainly]).collect()
    }

    fn wants(&self, now: Now<'_>) -> String {
        if self.is_asleep(now) {
            return format!("sleeps on {}", now.name());
        }
        Locking.wants(lock(now))
    }

    fn why_not(&self, now: Now<'_>) -> String {
        if self.is_asleep(now) {
            return format!("sleeps on {}: no thread has woken it", now.name());
        }
        Locking.why_not(lock(now))
    }

    fn stuck(&self, now: Now<'_>, run: &Run) -> Option<String> {
        let me = now.me();
        if !self.is_asleep(now) {
            return Some(format!("{me} {}", self.why_not(now)));
        }
        let slept = run.row(|event| {
            event.thread == now.thread && condvar(event) == Some(now.op.on)
        });
        let since = slept.map(|row| format!(" since row {row}"));
        let since = since.unwrap_or_default();
        if now.world.objects[now.op.on].of_the_test {
            let text = "which is the test's own: its notifies are not shown";
            return Some(format!(
                "{me} sleeps on {}{since}, {text}",
                now.name()
            ));
        }
        let why = why(now, run, slept);
        let missed = slept.and_then(|row| missed(now, run, row));
        let missed = missed.unwrap_or_default();
        Some(format!("{me} sleeps on {}{since}, {why}{missed}", now.name()))
    }

    fn holder(&self, now: Now<'_>) -> Option<usize> {
        let awake = !self.is_asleep(now);
        awake.then(|| Locking.holder(lock(now))).flatten()
    }
}

/// The condition variable on which this step puts its thread to sleep.
fn condvar(event: &Event) -> Option<usize> {
    match event.did.fact {
        Fact::Unlocks(_, _, condvar) => condvar,
        _ => None,
    }
}

/// Why nothing has woken the thread since it went to sleep in this row.
fn why(now: Now<'_>, run: &Run, slept: Option<usize>) -> String {
    let notifies = |event: &Event| match &event.did.fact {
        Fact::Notifies(on, woken) if *on == now.op.on => Some(woken.clone()),
        _ => None,
    };
    let Some(last) = run.row(|event| notifies(event).is_some()) else {
        return "and no notify ever came".into();
    };
    let mut later = run.events.iter().skip(slept.unwrap_or(0));
    let next = later.find_map(|event| Some((event.thread, notifies(event)?)));
    let Some((by, woken)) = next else {
        let before = "every notify came before this wait";
        let woken = |woken: Vec<usize>| woken.contains(&now.thread);
        let woke = run.row(|event| notifies(event).is_some_and(woken));
        return match woke {
            Some(row) => format!("again: {before}; that in row {row} woke it"),
            None => format!("and {before}, the last in row {last}"),
        };
    };
    let by = &now.world.threads[by].name;
    format!("and {by} woke only {}", words::names(now.world, &woken))
}

/// What has changed under the lock since the thread went to sleep in this row,
/// so that it does not know.
fn missed(now: Now<'_>, run: &Run, slept: usize) -> Option<String> {
    let (lock, _) = run.events[slept - 1].changed()?;
    let mut later = run.events.iter().enumerate().skip(slept).rev();
    let (row, changes) = later.find_map(|(row, event)| {
        let (changed, changes) = event.changed()?;
        let news = changed == lock && !changes.is_empty();
        news.then(|| (row + 1, words::changes(changes)))
    })?;
    let name = &now.world.objects[lock].name;
    Some(format!("; {name}: {changes} in row {row}"))
}

/// parking_lot panics then.
const TWO_LOCKS: &str = "threads sleep on one condition variable with two \
    locks at a time";

/// Lets threads sleep until what a lock guards has changed.
pub struct Condvar {
    // loom's lock of its own: a thread may notify without holding another one.
    // With turns the world knows which threads sleep.
    asleep: Option<loom::sync::Mutex<Sleepers>>,
    id: usize,
    home: Home,
}

type Sleepers = VecDeque<Arc<Sleeper>>;

/// A thread that sleeps, under loom.
struct Sleeper {
    thread: loom::thread::Thread,
    number: usize,
    timed: bool,
    woken: AtomicBool,
}

impl Sleeper {
    fn is_woken(&self) -> bool {
        self.woken.load(Ordering::Relaxed)
    }
}

/// Whether a timed wait ended by its deadline.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WaitTimeoutResult(bool);

impl WaitTimeoutResult {
    /// Whether the deadline came before a notification.
    pub fn timed_out(self) -> bool {
        self.0
    }
}

impl Default for Condvar {
    #[track_caller]
    fn default() -> Self {
        Condvar::new()
    }
}

/// A wait: from where, and how long. `None` is until it is woken.
#[derive(Clone, Copy)]
struct Wait {
    at: At,
    deadline: Option<Duration>,
    /// As the rows say it.
    limit: Option<Duration>,
}

impl Condvar {
    /// A condition variable on which no thread sleeps yet.
    #[track_caller]
    pub fn new() -> Self {
        let id = run::object(Place::here(), "condvar", Asleep::default());
        let asleep = (!run::has_turns()).then(loom::sync::Mutex::default);
        Condvar { asleep, id, home: Home::here() }
    }

    /// Releases the lock and sleeps, in one step; locks again when woken.
    #[track_caller]
    pub fn wait<T: Debug>(&self, guard: &mut MutexGuard<'_, T>) {
        let at = Place::here();
        self.sleep(guard, Wait { at, deadline: None, limit: None });
    }

    /// The same, but it may wake by itself when the time has come.
    #[track_caller]
    pub fn wait_until<T: Debug>(
        &self,
        guard: &mut MutexGuard<'_, T>,
        deadline: Instant,
    ) -> WaitTimeoutResult {
        run::timed(run::me(), true);
        let (at, deadline) = (Place::here(), clock::comes(deadline));
        let limit = Some(deadline.unwrap_or(Duration::MAX));
        WaitTimeoutResult(self.sleep(guard, Wait { at, deadline, limit }))
    }

    /// Wakes the thread that has slept longest, as parking_lot does: the order
    /// is that of the calls of `wait`.
    #[track_caller]
    pub fn notify_one(&self) {
        self.notify(&NOTIFYING_ONE, 1, Place::here());
    }

    /// Wakes all threads that sleep.
    #[track_caller]
    pub fn notify_all(&self) {
        self.notify(&NOTIFYING_ALL, usize::MAX, Place::here());
    }

    /// Returns whether its time was up.
    fn sleep<T: Debug>(
        &self,
        guard: &mut MutexGuard<'_, T>,
        wait: Wait,
    ) -> bool {
        self.home.check();
        let op = Op::new(&SLEEPING, self.id);
        run::turn(op, wait.at);
        let sleeper = self.asleep.as_ref().map(|asleep| {
            let sleeper = Sleeper::new(wait.deadline.is_some());
            run::switch(|| own(asleep)).push_back(sleeper.clone());
            sleeper
        });
        if run::is_over() {
            guard.waits_in_a_destructor();
            return false;
        }
        run::took(op);
        let lock = guard.mutex.id;
        let is_other =
            |all: &Asleep| !all.threads.is_empty() && all.lock != lock;
        if run::state(self.id, is_other) {
            run::fail(TWO_LOCKS.into());
            run::go_on_failing();
        }
        self.frees(guard, wait);
        let waking = match wait.deadline {
            Some(_) => Op::new(&Waking { timed: true }, self.id),
            None => Op::new(&Waking { timed: false }, self.id),
        };
        let waking = waking.with(lock);
        let (expired, has_turn) = match sleeper {
            Some(sleeper) => (self.wake(&sleeper, waking, wait), false),
            None => self.wake_in_turn(waking, wait),
        };
        let locking = guard.mutex.locking();
        let is_two = expired || (self.asleep.is_none() && !has_turn);
        let op = if is_two { locking } else { waking };
        let (held, saw) = guard.mutex.acquire(op, wait.at, has_turn);
        guard.held = Some(held);
        // What woke it has changed something; a deadline has not.
        guard.changed = !expired;
        run::saw(&expired);
        if !run::is_over() {
            run::record(Some(wait.at), || awake(lock, expired, saw));
        }
        expired
    }

    /// Goes to sleep, and unlocks.
    fn frees<T: Debug>(&self, guard: &mut MutexGuard<'_, T>, wait: Wait) {
        let held = guard.held.take().expect("it does not sleep yet");
        let changes = guard.mutex.release(held, guard.changed);
        let (lock, me) = (guard.mutex.id, run::me());
        run::update(self.id, |all: &mut Asleep| {
            all.threads.push(me);
            all.lock = lock;
        });
        run::record(Some(wait.at), || self.slept(lock, changes, wait));
    }

    fn slept(&self, lock: usize, changes: Vec<Change>, wait: Wait) -> Did {
        let (name, frees) = (run::name(self.id), run::name(lock));
        let until = match wait.limit {
            None => String::new(),
            Some(Duration::MAX) => " until never".into(),
            Some(time) => format!(" until {time:?}"),
        };
        let changed = words::after(": ", &changes);
        let row = format!("wait {name}{until} (frees {frees}{changed})");
        let changed = match words::changes(&changes) {
            text if text.is_empty() => text,
            text => format!(" ({text})"),
        };
        let until = until.trim_end_matches(" until never");
        let told = format!(
            "goes to sleep on {name}{until} and unlocks {frees}{changed}, in \
             one step"
        );
        Did::new(row, told, Fact::Unlocks(lock, changes, Some(self.id)))
    }

    /// Waits until it is woken, or, in a timed wait, until loom decides, at
    /// any moment, that the time is up. Returns whether it is.
    fn wake(&self, sleeper: &Sleeper, waking: Op, wait: Wait) -> bool {
        match wait.deadline {
            Some(deadline) => {
                let asleep = self.asleep.as_ref().expect("loom's");
                let mut asleep = run::switch(|| own(asleep));
                if !sleeper.is_woken() {
                    asleep.retain(|other| other.number != sleeper.number);
                    run::took(waking);
                    self.sleeps_no_more(sleeper.number);
                    clock::hear(deadline);
                    return true;
                }
            }
            None => run::switch(|| {
                while !sleeper.is_woken() {
                    loom::thread::park();
                }
            }),
        }
        clock::hear(run::woken());
        false
    }

    /// The same with turns. Whether its time is up, and whether the turn is
    /// one for the lock, too.
    fn wake_in_turn(&self, waking: Op, wait: Wait) -> (bool, bool) {
        let how = run::turn(waking, wait.at);
        let me = run::me();
        if !run::state(self.id, |all: &Asleep| all.sleeps(me)) {
            clock::hear(run::woken());
            return (false, true);
        }
        self.sleeps_no_more(me);
        let deadline = wait.deadline.filter(|_| how == How::Plainly);
        let Some(deadline) = deadline else {
            run::record(Some(wait.at), || {
                let name = run::name(self.id);
                let told = "though no thread has woken it";
                let told = format!("wakes up on {name}, {told}");
                let row = format!("wakes on {name}, spuriously");
                Did::new(row, told, Fact::Plain)
            });
            return (false, false);
        };
        clock::hear(deadline);
        run::record(Some(wait.at), || {
            let name = run::name(self.id);
            let row = format!("sleeps no more on {name}: it is {deadline:?}");
            let told = "long enough: it is";
            let told = format!("has slept on {name} {told} {deadline:?}");
            Did::new(row, told, Fact::TimeUp(self.id))
        });
        run::timed_out();
        (true, false)
    }

    fn sleeps_no_more(&self, thread: usize) {
        run::timed(thread, false);
        run::update(self.id, |all: &mut Asleep| {
            all.threads.retain(|other| *other != thread);
        });
    }

    fn notify(&self, verb: &'static Plain, most: usize, at: At) {
        self.home.check();
        if run::is_over() {
            // In a destructor: no thread can go on any more.
            return;
        }
        let op = Op::new(verb, self.id);
        run::turn(op, at);
        let asleep =
            self.asleep.as_ref().map(|asleep| run::switch(|| own(asleep)));
        if run::is_over() {
            return;
        }
        run::took(op);
        let woken = run::update(self.id, |all: &mut Asleep| {
            let most = most.min(all.threads.len());
            all.threads.drain(..most).collect::<Vec<_>>()
        });
        for thread in &woken {
            run::wakes(*thread);
        }
        if let Some(mut asleep) = asleep {
            asleep.drain(..woken.len()).for_each(|sleeper| sleeper.wake());
        }
        let (verb, condvar) = (verb.0, self.id);
        run::record(Some(at), || notified(verb, condvar, woken));
    }
}

fn awake(lock: usize, expired: bool, saw: Option<Arc<Seen>>) -> Did {
    let (name, saw) = (run::name(lock), run::told(saw));
    let how = format!("it is {:?}", clock::read());
    let how = if expired { how.as_str() } else { "awake" };
    let sees = words::seen(saw.value(), ", and sees ");
    let told = format!("is awake, and has {name} again{sees}");
    let fact = Fact::Relocks(lock, saw);
    Did::new(format!("{how}, lock {name}"), told, fact)
}

fn notified(verb: &str, condvar: usize, woken: Vec<usize>) -> Did {
    let name = run::name(condvar);
    let names = run::with(|run| words::names(&run.world, &woken));
    let (row, told) = if woken.is_empty() {
        let lost = "but no thread sleeps on it: that is lost";
        ("no thread waits".into(), format!("notifies {name}, {lost}"))
    } else {
        let asleep = run::state(condvar, |all: &Asleep| all.threads.len());
        let longest = verb == NOTIFYING_ONE.0 && asleep > 0;
        let longest = if longest { ", which has slept longest" } else { "" };
        let told = format!("notifies {name}, which wakes {names}{longest}");
        (format!("wakes {names}"), told)
    };
    let row = format!("{verb} {name}: {row}");
    Did::new(row, told, Fact::Notifies(condvar, woken))
}

impl Sleeper {
    fn new(timed: bool) -> Arc<Self> {
        let (thread, number) = (loom::thread::current(), run::me());
        let woken = AtomicBool::new(false);
        Arc::new(Sleeper { thread, number, timed, woken })
    }

    fn wake(&self) {
        self.woken.store(true, Ordering::Relaxed);
        if !self.timed {
            self.thread.unpark();
        }
    }
}
