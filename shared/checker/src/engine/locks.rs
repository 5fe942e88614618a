//! parking_lot's `Mutex` and `Condvar`, as the pollers use them.
//!
//! Next: [`channel`](super::channel).

use std::collections::VecDeque;
use std::fmt::Debug;
use std::ops::{Deref, DerefMut};
use std::sync::{Arc, OnceLock, PoisonError, TryLockError};
use std::thread::{self, panicking};
use std::time::{Duration, Instant};

use super::run::{self, Home, Patience, switching};
use super::{check, time};
use crate::event::{Limit, What};
use crate::value::{Change, Value};
use crate::world::{At, How, Kind, Notified, Op, Place};

/// Data that only the holder of the lock can reach.
pub struct Mutex<T> {
    // loom or the turns decide which thread has the lock; that thread finds
    // the data free.
    turn: Option<loom::sync::Mutex<()>>,
    inner: std::sync::Mutex<Inner<T>>,
    id: usize,
    home: Home,
}

/// The lock, and its data.
struct Held<'a, T> {
    inner: std::sync::MutexGuard<'a, Inner<T>>,
    // Dropped after the data. `None` in a destructor of a failed model.
    _turn: Option<loom::sync::MutexGuard<'a, ()>>,
}

struct Inner<T> {
    value: T,
    // When it was unlocked last.
    time: Duration,
    // Of the thread that locked it last without a change.
    patience: Patience,
}

/// In a run that is not recorded.
const NOT_SEEN: Value = Value::Atom(String::new());

/// The right to use what a [`Mutex`] guards, until dropped.
pub struct MutexGuard<'a, T: Debug> {
    mutex: &'a Mutex<T>,
    // `None` only while it sleeps.
    held: Option<Held<'a, T>>,
    changed: bool,
    at: At,
    // Whether a panic was under way when it was locked.
    panicking: bool,
}

impl<T> Mutex<T> {
    /// Guards this value.
    #[track_caller]
    pub fn new(value: T) -> Self {
        let (time, patience) = Default::default();
        let inner = Inner { value, time, patience };
        let id = run::object(
            Place::here(),
            "lock",
            Kind::Lock { holder: None, value: None },
        );
        let inner = std::sync::Mutex::new(inner);
        let turn = (!run::has_turns()).then(loom::sync::Mutex::default);
        Mutex { turn, inner, id, home: Home::here() }
    }
}

impl<T: Debug> Mutex<T> {
    /// Takes the value out: no other thread can have the lock any more.
    pub fn into_inner(self) -> T {
        let inner = self.inner.into_inner();
        let value = inner.unwrap_or_else(PoisonError::into_inner).value;
        run::value(&value);
        value
    }

    /// Waits until the lock is free, and takes it.
    #[track_caller]
    pub fn lock(&self) -> MutexGuard<'_, T> {
        let at = Place::here();
        self.home.check();
        if check::has_failed() {
            return self.lock_in_a_destructor(at);
        }
        let (held, before) = self.acquire(at, false);
        run::record(Some(at), || {
            What::Lock(self.id, before.clone().unwrap_or(NOT_SEEN))
        });
        let (held, changed, panicking) = (Some(held), false, panicking());
        MutexGuard { mutex: self, held, changed, at, panicking }
    }

    /// While a failed model is unwound no thread may be switched to, for what
    /// it borrows may be gone: so the lock is free, or it never will be. With
    /// turns every thread unwinds on its own, and gives up its locks.
    fn lock_in_a_destructor(&self, at: At) -> MutexGuard<'_, T> {
        if !panicking() {
            check::go_on_failing();
        }
        let inner = match self.inner.try_lock() {
            Ok(inner) => inner,
            Err(TryLockError::Poisoned(inner)) => inner.into_inner(),
            Err(TryLockError::WouldBlock) => self.wait_in_a_destructor(),
        };
        let held = Some(Held { inner, _turn: None });
        let (changed, panicking) = (false, true);
        MutexGuard { mutex: self, held, changed, at, panicking }
    }

    fn wait_in_a_destructor(&self) -> std::sync::MutexGuard<'_, Inner<T>> {
        // Seconds are enough for a thread that unwinds; one that waits for a
        // lock of its own would do so forever.
        for _ in 0..5_000 {
            if !run::has_turns() {
                break;
            }
            thread::sleep(Duration::from_millis(1));
            match self.inner.try_lock() {
                Ok(inner) => return inner,
                Err(TryLockError::Poisoned(inner)) => {
                    return inner.into_inner();
                }
                Err(TryLockError::WouldBlock) => {}
            }
        }
        check::give_up("a destructor waits for a lock that is held")
    }

    fn take(&self, at: At, has_turn: bool) -> Held<'_, T> {
        let turn = || Some(own(self.turn.as_ref()?));
        let turn = if has_turn {
            turn()
        } else {
            switching(Op::Lock(self.id), at, turn)
        };
        let inner = match self.inner.try_lock() {
            Err(TryLockError::Poisoned(inner)) => inner.into_inner(),
            Err(_) if check::has_failed() => {
                let inner = self.inner.lock();
                inner.unwrap_or_else(PoisonError::into_inner)
            }
            inner => inner.expect("free for the one that has the turn"),
        };
        Held { inner, _turn: turn }
    }

    /// Lets others go first if this thread looks again and again: loom would
    /// never come to an end.
    fn look<'a>(&'a self, mut held: Held<'a, T>, at: At) -> Held<'a, T> {
        if self.turn.is_none() {
            return held;
        }
        if !held.inner.patience.looks() {
            return held;
        }
        drop(held);
        let_others_go(at);
        self.take(at, false)
    }

    fn acquire(&self, at: At, has_turn: bool) -> (Held<'_, T>, Option<Value>) {
        let held = self.take(at, has_turn);
        let held = self.look(held, at);
        run::hear(held.inner.time);
        let by = (run::me(), at);
        run::update(self.id, |lock| {
            if let Kind::Lock { holder, .. } = lock {
                *holder = Some(by);
            }
        });
        let before = run::value(&held.inner.value);
        run::locked(self.id, before.clone());
        (held, before)
    }

    fn release(&self, mut held: Held<'_, T>, changed: bool) -> Vec<Change> {
        let inner = &mut held.inner;
        if changed {
            inner.patience = Patience::default();
            run::changed();
        }
        inner.time = run::clock();
        run::stamp(self.id, |stamps| stamps.left = inner.time);
        let after = run::value(&inner.value);
        let before = run::unlocks(self.id);
        let changes = before.as_ref().zip(after.as_ref());
        let changes = changes.map(|(before, after)| before.changes(after));
        run::update(self.id, |lock| {
            *lock = Kind::Lock { holder: None, value: after };
        });
        drop(held);
        changes.unwrap_or_default()
    }
}

/// loom lets this thread go on only if no other can.
pub(super) fn let_others_go(at: At) {
    check::be_patient();
    switching(Op::Go, at, loom::thread::yield_now);
}

impl<T: Debug> Deref for MutexGuard<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.held.as_ref().expect("it does not sleep").inner.value
    }
}

impl<T: Debug> DerefMut for MutexGuard<'_, T> {
    fn deref_mut(&mut self) -> &mut T {
        self.changed = true;
        &mut self.held.as_mut().expect("it does not sleep").inner.value
    }
}

impl<T: Debug> Drop for MutexGuard<'_, T> {
    fn drop(&mut self) {
        let Some(held) = self.held.take() else { return };
        if check::has_failed() {
            // The model is over. loom unlocks, without a switch.
            return;
        }
        // All threads share one of the system's: so the panic of another
        // may have been under way before, and is not meant.
        if panicking() && !self.panicking {
            let name = run::name(self.mutex.id);
            return check::fail(format!("a panic, while {name} is locked"));
        }
        run::announce(Op::Unlock(self.mutex.id), self.at);
        if check::has_failed() {
            return;
        }
        let changes = self.mutex.release(held, self.changed);
        run::record(None, || What::Unlock(self.mutex.id, changes));
    }
}

/// Lets threads sleep until what a [`Mutex`] guards has changed.
pub struct Condvar {
    // A lock of its own: a thread may notify without holding another one.
    // With turns the world knows which threads sleep.
    asleep: Option<loom::sync::Mutex<VecDeque<Arc<Sleeper>>>>,
    id: usize,
    home: Home,
}

struct Sleeper {
    thread: loom::thread::Thread,
    number: usize,
    timed: bool,
    // Set when it is woken: the time of the thread that woke it.
    woken: OnceLock<Duration>,
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

impl Condvar {
    /// A condition variable on which no thread sleeps yet.
    #[track_caller]
    pub fn new() -> Self {
        let (asleep, notified) = Default::default();
        let kind = Kind::Condvar { asleep, notified };
        let id = run::object(Place::here(), "condvar", kind);
        let asleep = (!run::has_turns()).then(loom::sync::Mutex::default);
        Condvar { asleep, id, home: Home::here() }
    }

    /// Releases the lock and sleeps, in one step; locks again when woken.
    #[track_caller]
    pub fn wait<T: Debug>(&self, guard: &mut MutexGuard<'_, T>) {
        self.sleep(guard, Limit::None, None, Place::here());
    }

    /// The same, but it may wake by itself when the time has come.
    #[track_caller]
    pub fn wait_until<T: Debug>(
        &self,
        guard: &mut MutexGuard<'_, T>,
        deadline: Instant,
    ) -> WaitTimeoutResult {
        run::timed(run::me(), true);
        let deadline = time::comes(deadline);
        let limit = deadline.map_or(Limit::Never, Limit::Until);
        let at = Place::here();
        WaitTimeoutResult(self.sleep(guard, limit, deadline, at))
    }

    /// Wakes the thread that has slept longest, as parking_lot does: the order
    /// is that of the calls of `wait`.
    #[track_caller]
    pub fn notify_one(&self) {
        self.notify(false, Place::here());
    }

    /// Wakes all threads that sleep.
    #[track_caller]
    pub fn notify_all(&self) {
        self.notify(true, Place::here());
    }

    fn sleep<T: Debug>(
        &self,
        guard: &mut MutexGuard<'_, T>,
        limit: Limit,
        deadline: Option<Duration>,
        at: At,
    ) -> bool {
        self.home.check();
        run::announce(Op::Sleep(self.id), at);
        let sleeper = self.asleep.as_ref().map(|asleep| {
            let sleeper = Sleeper::new(deadline.is_some());
            let mut asleep = switching(Op::Go, at, || own(asleep));
            asleep.push_back(sleeper.clone());
            sleeper
        });
        if check::has_failed() {
            return false;
        }
        let lock = guard.mutex.id;
        let held = guard.held.take().expect("it does not sleep yet");
        let changes = guard.mutex.release(held, guard.changed);
        run::sleeps(self.id);
        let condvar = self.id;
        run::record(Some(at), || What::Wait { condvar, lock, changes, limit });
        let (expired, has_turn) = match sleeper {
            Some(sleeper) => (self.wake(&sleeper, deadline, lock, at), false),
            None => self.wake_in_turn(deadline, lock, at),
        };
        let (held, before) = guard.mutex.acquire(at, has_turn);
        guard.held = Some(held);
        // What woke it has changed something; a deadline has not.
        guard.changed = !expired;
        run::saw(&expired);
        if !check::has_failed() {
            run::record(Some(at), || {
                let saw = before.unwrap_or(NOT_SEEN);
                let time_is_up = expired.then(run::clock);
                What::Awake { lock, time_is_up, saw }
            });
        }
        expired
    }

    /// Waits until it is woken, or, in a timed wait, until loom decides, at
    /// any moment, that the time is up. Returns whether it is.
    fn wake(
        &self,
        sleeper: &Sleeper,
        deadline: Option<Duration>,
        lock: usize,
        at: At,
    ) -> bool {
        let expired = match deadline {
            Some(deadline) => self.expire(sleeper, deadline, at),
            None => {
                switching(Op::Wait(self.id, lock), at, || {
                    while sleeper.woken.get().is_none() {
                        loom::thread::park();
                    }
                });
                false
            }
        };
        run::hear(sleeper.woken.get().copied().unwrap_or_default());
        expired
    }

    fn expire(&self, sleeper: &Sleeper, deadline: Duration, at: At) -> bool {
        let asleep = self.asleep.as_ref().expect("loom's");
        let mut asleep = switching(Op::Go, at, || own(asleep));
        if sleeper.woken.get().is_some() {
            return false;
        }
        asleep.retain(|other| other.number != sleeper.number);
        run::timed(sleeper.number, false);
        run::hear(deadline);
        self.sleeps_no_more(sleeper.number);
        true
    }

    /// The same with turns. Whether its time is up, and whether the turn is
    /// one for the lock, too.
    fn wake_in_turn(
        &self,
        deadline: Option<Duration>,
        lock: usize,
        at: At,
    ) -> (bool, bool) {
        let op = match deadline {
            Some(_) => Op::WaitUntil(self.id, lock),
            None => Op::Wait(self.id, lock),
        };
        let how = run::announce(op, at);
        let me = run::me();
        if !run::world(|world| world.sleeps(me, self.id)).unwrap_or(false) {
            run::hear(run::woken());
            return (false, true);
        }
        self.sleeps_no_more(me);
        run::timed(me, false);
        let deadline = deadline.filter(|_| how == How::Plainly);
        let Some(deadline) = deadline else {
            run::record(Some(at), || What::WakeUp(self.id));
            return (false, false);
        };
        run::hear(deadline);
        run::record(Some(at), || What::TimeUp(self.id, deadline));
        run::timed_out();
        (true, false)
    }

    fn sleeps_no_more(&self, thread: usize) {
        run::update(self.id, |kind| {
            if let Kind::Condvar { asleep, .. } = kind {
                asleep.retain(|other| *other != thread);
            }
        });
    }

    fn notify(&self, all: bool, at: At) {
        self.home.check();
        if check::has_failed() {
            // In a destructor: no thread can go on any more.
            return;
        }
        let woken = match &self.asleep {
            Some(asleep) => wake_sleepers(asleep, all, at),
            None => self.wake_by_turn(all, at),
        };
        if check::has_failed() {
            return;
        }
        let (by, condvar) = (run::me(), self.id);
        run::update(condvar, |kind| {
            if let Kind::Condvar { asleep, notified } = kind {
                asleep.retain(|other| !woken.contains(other));
                notified.push(Notified { by, woken: woken.clone() });
            }
        });
        run::record(Some(at), || What::Notify { condvar, all, woken });
    }

    /// The threads that a notification wakes: the turn says which one.
    fn wake_by_turn(&self, all: bool, at: At) -> Vec<usize> {
        let how = run::announce(Op::Notify(self.id, all), at);
        let asleep = run::world(|world| match &world.objects[self.id].kind {
            Kind::Condvar { asleep, .. } => asleep.clone(),
            _ => Vec::new(),
        });
        let mut woken = asleep.unwrap_or_default();
        if let How::To(thread) = how {
            woken = vec![thread];
        } else if !all {
            woken.truncate(1);
        }
        for thread in &woken {
            run::wakes(*thread);
            run::timed(*thread, false);
        }
        woken
    }
}

impl Sleeper {
    fn new(timed: bool) -> Arc<Self> {
        let (thread, number) = (loom::thread::current(), run::me());
        Arc::new(Sleeper { thread, number, timed, woken: OnceLock::new() })
    }
}

type Sleepers = VecDeque<Arc<Sleeper>>;

/// loom's own lock. A thread that panics does not poison it: all threads share
/// one of the system's, and so whether it panics.
pub(super) fn own<T>(
    lock: &loom::sync::Mutex<T>,
) -> loom::sync::MutexGuard<'_, T> {
    lock.lock().unwrap_or_else(PoisonError::into_inner)
}

fn wake_sleepers(
    asleep: &loom::sync::Mutex<Sleepers>,
    all: bool,
    at: At,
) -> Vec<usize> {
    let mut asleep = switching(Op::Go, at, || own(asleep));
    let most = if all { asleep.len() } else { asleep.len().min(1) };
    let mut woken = Vec::new();
    for sleeper in asleep.drain(..most) {
        sleeper.woken.set(run::clock()).expect("it is woken once");
        woken.push(sleeper.number);
        run::timed(sleeper.number, false);
        if !sleeper.timed {
            sleeper.thread.unpark();
        }
    }
    woken
}
