//! parking_lot's `Mutex` and `Condvar`, as the pollers use them.
//!
//! Next: [`channel`](super::channel).

use std::collections::VecDeque;
use std::fmt::Debug;
use std::ops::{Deref, DerefMut};
use std::panic::Location;
use std::sync::{Arc, OnceLock, PoisonError, TryLockError};
use std::thread::panicking;
use std::time::{Duration, Instant};

use super::run::{self, switching};
use super::{check, time};
use crate::event::{Limit, What};
use crate::value::{Change, Value};
use crate::world::{At, Kind, Notified, Op};

/// Data that only the holder of the lock can reach.
pub struct Mutex<T> {
    // loom says who has it; a thread that has it finds the data free.
    turn: loom::sync::Mutex<()>,
    inner: std::sync::Mutex<Inner<T>>,
    id: usize,
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
    // Who looked last and changed nothing, and how often in a row.
    idler: (usize, u32),
}

/// In a run that is not recorded.
const NOT_SEEN: Value = Value::Atom(String::new());

const OURS: &str = "loom gives every lock to whoever waits long enough";

/// Who has looked so often in a row and changed nothing is busy-waiting, and
/// lets others go first, or a model of it would never end. That leaves out
/// interleavings in which it looks in vain once more; who looks twice or
/// thrice for good reasons must not be touched by it.
const MOST_LOOKS: u32 = 3;

/// The right to use what a [`Mutex`] guards, until dropped.
pub struct MutexGuard<'a, T: Debug> {
    mutex: &'a Mutex<T>,
    // `None` only while it sleeps.
    held: Option<Held<'a, T>>,
    before: Option<Value>,
    changed: bool,
    // Whether a panic was under way when it was locked.
    panicking: bool,
}

impl<T> Mutex<T> {
    /// Guards this value.
    #[track_caller]
    pub fn new(value: T) -> Self {
        let inner = Inner { value, time: Duration::ZERO, idler: (0, 0) };
        let id = run::object(
            Location::caller(),
            "lock",
            Kind::Lock { holder: None, value: None },
        );
        let inner = std::sync::Mutex::new(inner);
        Mutex { turn: loom::sync::Mutex::default(), inner, id }
    }

    /// The value: nobody else can have the lock any more.
    pub fn into_inner(self) -> T {
        let inner = self.inner.into_inner();
        inner.unwrap_or_else(PoisonError::into_inner).value
    }
}

impl<T: Debug> Mutex<T> {
    /// Waits until nobody has the lock, and takes it.
    #[track_caller]
    pub fn lock(&self) -> MutexGuard<'_, T> {
        if check::has_failed() {
            return self.lock_in_a_destructor();
        }
        let (held, before) = self.acquire(Location::caller());
        run::record(Some(Location::caller()), || {
            What::Lock(self.id, before.clone().unwrap_or(NOT_SEEN))
        });
        let (held, changed, panicking) = (Some(held), false, panicking());
        MutexGuard { mutex: self, held, before, changed, panicking }
    }

    /// While a failed model is unwound no thread may be switched to, for what
    /// it borrows may be gone: so the lock is free, or it never will be.
    fn lock_in_a_destructor(&self) -> MutexGuard<'_, T> {
        let inner = match self.inner.try_lock() {
            Ok(inner) => inner,
            Err(TryLockError::Poisoned(inner)) => inner.into_inner(),
            Err(TryLockError::WouldBlock) => {
                check::abort("a destructor waits for a lock that is held")
            }
        };
        let held = Some(Held { inner, _turn: None });
        let (before, changed, panicking) = (None, false, true);
        MutexGuard { mutex: self, held, before, changed, panicking }
    }

    fn take(&self, at: At) -> Held<'_, T> {
        let turn = || self.turn.lock().expect(OURS);
        let turn = switching(Op::Lock(self.id), at, turn);
        let inner = match self.inner.try_lock() {
            Err(TryLockError::Poisoned(inner)) => inner.into_inner(),
            inner => inner.expect("free for the one that has the turn"),
        };
        Held { inner, _turn: Some(turn) }
    }

    fn acquire(&self, at: At) -> (Held<'_, T>, Option<Value>) {
        let mut held = self.take(at);
        let inner = &mut held.inner;
        let (idler, looks) = inner.idler;
        inner.idler = if idler == run::me() {
            (idler, looks + 1)
        } else {
            (run::me(), 1)
        };
        if inner.idler.1 > MOST_LOOKS {
            drop(held);
            switching(Op::Go, at, loom::thread::yield_now);
            held = self.take(at);
        }
        run::hear(held.inner.time);
        let by = (run::me(), at);
        run::update(self.id, |lock| {
            if let Kind::Lock { holder, .. } = lock {
                *holder = Some(by);
            }
        });
        let before = run::value(&held.inner.value);
        (held, before)
    }

    fn release(
        &self,
        mut held: Held<'_, T>,
        before: Option<Value>,
        changed: bool,
    ) -> Vec<Change> {
        let inner = &mut held.inner;
        if changed {
            inner.idler = (0, 0);
        }
        inner.time = run::time();
        let after = run::value(&inner.value);
        let changes = before.as_ref().zip(after.as_ref());
        let changes = changes.map(|(before, after)| before.changes(after));
        run::update(self.id, |lock| {
            *lock = Kind::Lock { holder: None, value: after };
        });
        drop(held);
        changes.unwrap_or_default()
    }
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
        let before = self.before.take();
        let changes = self.mutex.release(held, before, self.changed);
        run::record(None, || What::Unlock(self.mutex.id, changes));
    }
}

/// Where those sleep who wait for a change of what a [`Mutex`] guards.
pub struct Condvar {
    // A lock of its own: a notification may come from who has no other.
    asleep: loom::sync::Mutex<VecDeque<Arc<Sleeper>>>,
    id: usize,
}

struct Sleeper {
    thread: loom::thread::Thread,
    number: usize,
    timed: bool,
    // Set when it is woken: how late it was for who did.
    woken: OnceLock<Duration>,
}

/// Whether a timed wait ended by its deadline.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WaitTimeoutResult(bool);

impl WaitTimeoutResult {
    /// Nobody woke it.
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
    /// Nobody sleeps here yet.
    #[track_caller]
    pub fn new() -> Self {
        let (asleep, notified) = Default::default();
        let kind = Kind::Condvar { asleep, notified };
        let id = run::object(Location::caller(), "condvar", kind);
        Condvar { asleep: loom::sync::Mutex::default(), id }
    }

    /// Gives up the lock and sleeps, in one step; locks again when woken.
    #[track_caller]
    pub fn wait<T: Debug>(&self, guard: &mut MutexGuard<'_, T>) {
        self.sleep(guard, Limit::None, None, Location::caller());
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
        let at = Location::caller();
        WaitTimeoutResult(self.sleep(guard, limit, deadline, at))
    }

    /// Wakes who has slept longest.
    #[track_caller]
    pub fn notify_one(&self) {
        self.notify(false, Location::caller());
    }

    /// Wakes all who sleep.
    #[track_caller]
    pub fn notify_all(&self) {
        self.notify(true, Location::caller());
    }

    fn sleep<T: Debug>(
        &self,
        guard: &mut MutexGuard<'_, T>,
        limit: Limit,
        deadline: Option<Duration>,
        at: At,
    ) -> bool {
        let (me, lock) = (run::me(), guard.mutex.id);
        let sleeper = Arc::new(Sleeper {
            thread: loom::thread::current(),
            number: me,
            timed: deadline.is_some(),
            woken: OnceLock::new(),
        });
        switching(Op::Go, at, || self.asleep()).push_back(sleeper.clone());
        let held = guard.held.take().expect("it does not sleep yet");
        let changes =
            guard.mutex.release(held, guard.before.take(), guard.changed);
        run::sleeps(self.id);
        let condvar = self.id;
        run::record(Some(at), || What::Wait { condvar, lock, changes, limit });
        let expired = match deadline {
            Some(deadline) => self.expire(&sleeper, deadline, at),
            None => {
                switching(Op::Wait(self.id), at, || {
                    while sleeper.woken.get().is_none() {
                        loom::thread::park();
                    }
                });
                false
            }
        };
        run::hear(sleeper.woken.get().copied().unwrap_or_default());
        let (held, before) = guard.mutex.acquire(at);
        run::record(Some(at), || {
            let saw = before.clone().unwrap_or(NOT_SEEN);
            let time_is_up = expired.then(run::time);
            What::Awake { lock, time_is_up, saw }
        });
        (guard.held, guard.before) = (Some(held), before);
        guard.changed = true;
        expired
    }

    /// Ends a timed wait, at whatever moment loom comes to think of it.
    fn expire(&self, sleeper: &Sleeper, deadline: Duration, at: At) -> bool {
        let mut asleep = switching(Op::Go, at, || self.asleep());
        if sleeper.woken.get().is_some() {
            return false;
        }
        asleep.retain(|other| other.number != sleeper.number);
        run::timed(sleeper.number, false);
        run::hear(deadline);
        run::update(self.id, |kind| {
            if let Kind::Condvar { asleep, .. } = kind {
                asleep.retain(|other| *other != sleeper.number);
            }
        });
        true
    }

    fn notify(&self, all: bool, at: At) {
        if check::has_failed() {
            // In a destructor: no thread can go on any more.
            return;
        }
        let mut asleep = switching(Op::Go, at, || self.asleep());
        let most = if all { asleep.len() } else { asleep.len().min(1) };
        let mut woken = Vec::new();
        for sleeper in asleep.drain(..most) {
            sleeper.woken.set(run::time()).expect("it is woken once");
            woken.push(sleeper.number);
            run::timed(sleeper.number, false);
            if !sleeper.timed {
                sleeper.thread.unpark();
            }
        }
        drop(asleep);
        let (by, condvar) = (run::me(), self.id);
        run::update(condvar, |kind| {
            if let Kind::Condvar { asleep, notified } = kind {
                asleep.retain(|other| !woken.contains(other));
                notified.push(Notified { by, woken: woken.clone() });
            }
        });
        run::record(Some(at), || What::Notify { condvar, all, woken });
    }

    fn asleep(&self) -> loom::sync::MutexGuard<'_, VecDeque<Arc<Sleeper>>> {
        self.asleep.lock().expect(OURS)
    }
}
