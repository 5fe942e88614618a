//! parking_lot's `Mutex`.
//!
//! Next: [`condvar`](super::condvar).

use std::fmt::Debug;
use std::hash::{Hash, Hasher};
use std::ops::{Deref, DerefMut};
use std::sync::{Arc, MutexGuard as StdGuard, PoisonError, TryLockError};
use std::thread::{self, panicking};
use std::time::Duration;

use super::clock;
use crate::engine::loom::{Patience, let_others_go, own};
use crate::engine::panics;
use crate::event::{Did, Fact, Run};
use crate::run::{self, Home};
use crate::source;
use crate::value::{Change, Seen, Value};
use crate::words;
use crate::world::{At, Now, Op, Place, Plain, State, Verb};

/// What is known of a lock.
#[derive(Debug, Default, Clone)]
pub struct Lock {
    /// The thread that holds it, and where that thread locked it.
    pub holder: Option<(usize, At)>,
    /// The value it guards, as of the last unlock.
    pub value: Option<Arc<Seen>>,
    // When it was unlocked last.
    left: Duration,
}

impl State for Lock {
    fn key(&self, mut hasher: &mut dyn Hasher) {
        let text = self.value.as_ref().map(|value| value.text());
        (self.holder.map(|(by, _)| by), text, self.left).hash(&mut hasher);
    }

    fn holders(&self) -> Vec<(usize, At)> {
        self.holder.into_iter().collect()
    }

    fn at_the_end(&self, id: usize, run: &Run) -> Option<String> {
        let value = self.value.as_ref()?.value();
        let whole = vec![(String::new(), value.clone())];
        let fields = match value {
            Value::Struct(_, fields) => fields,
            _ => &whole,
        };
        let by = self.holder.map(|(by, _)| &run.world.threads[by]);
        let by = by.map(|thread| {
            let ended = if thread.ended { ", which has ended" } else { "" };
            format!("held by {}{ended}", thread.name)
        });
        // What is no struct is shown in any case, if need be cut.
        let shown = |name: &str, value| name.is_empty() || is_short(value);
        let fields = fields.iter().filter(|(name, value)| shown(name, value));
        let fields = fields.map(|(name, value)| field(name, value, id, run));
        let parts: Vec<_> = by.into_iter().chain(fields).collect();
        Some(if parts.is_empty() { "free".into() } else { parts.join(", ") })
    }
}

fn is_short(value: &Value) -> bool {
    match value {
        Value::Atom(_) => true,
        Value::List(items) => value.is_simple_list() && !items.is_empty(),
        _ => false,
    }
}

/// A field of what a lock guards, and the row that changed it last.
fn field(name: &str, value: &Value, id: usize, run: &Run) -> String {
    let row = run.row(|event| {
        let changed = event.changed().filter(|(lock, _)| *lock == id);
        changed.is_some_and(|(_, all)| all.iter().any(|c| c.path == name))
    });
    let text = format!("{name} {}{}", words::short(value), words::in_row(row));
    text.trim_start().into()
}

/// Locks it. `on` is the lock.
#[derive(Debug)]
pub struct Locking;

impl Verb for Locking {
    fn name(&self) -> &'static str {
        "lock"
    }

    fn next(&self, now: Now<'_>) -> String {
        format!("lock {}", now.name())
    }

    fn waits(&self, now: Now<'_>) -> bool {
        self.holder(now).is_some()
    }

    fn wants(&self, now: Now<'_>) -> String {
        format!("wants {}", now.name())
    }

    fn why_not(&self, now: Now<'_>) -> String {
        let Some((by, since)) = now.state::<Lock>().holder else {
            return String::new();
        };
        let (holder, since) = (&now.world.threads[by], source::short(since));
        let itself = if by == now.thread { " itself" } else { "" };
        let (lock, by) = (now.name(), &holder.name);
        if holder.ended {
            let ended = "has ended without unlocking it";
            return format!(
                "waits for {lock}: {by} locked it at {since}, and {ended}"
            );
        }
        format!("waits for {lock}, held by {by}{itself} since {since}")
    }

    fn holder(&self, now: Now<'_>) -> Option<usize> {
        now.state::<Lock>().holder.map(|(by, _)| by)
    }
}

static UNLOCKING: Plain = Plain("unlock");

/// Data that only the holder of the lock can reach.
pub struct Mutex<T> {
    // An engine decides which thread has the lock; that thread finds the data
    // free.
    turn: Option<loom::sync::Mutex<()>>,
    inner: std::sync::Mutex<Inner<T>>,
    pub(super) id: usize,
    home: Home,
}

struct Inner<T> {
    value: T,
    // Of the thread that locked it last without a change.
    patience: Patience,
}

/// The lock, and its data.
pub(super) struct Held<'a, T> {
    inner: StdGuard<'a, Inner<T>>,
    // Dropped after the data. `None` in a destructor of a failed model.
    _turn: Option<loom::sync::MutexGuard<'a, ()>>,
}

/// The right to use what a [`Mutex`] guards, until dropped.
pub struct MutexGuard<'a, T: Debug> {
    pub(super) mutex: &'a Mutex<T>,
    // `None` only while it sleeps.
    pub(super) held: Option<Held<'a, T>>,
    pub(super) changed: bool,
    at: At,
    // Whether a panic was under way when it was locked.
    panicking: bool,
}

impl<T> Mutex<T> {
    /// Guards this value.
    #[track_caller]
    pub fn new(value: T) -> Self {
        let inner = Inner { value, patience: Patience::default() };
        let id = run::object(Place::here(), "lock", Lock::default());
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
        run::look(&value);
        value
    }

    /// Waits until the lock is free, and takes it.
    #[track_caller]
    pub fn lock(&self) -> MutexGuard<'_, T> {
        let at = Place::here();
        self.home.check();
        if run::is_over() {
            return self.lock_in_a_destructor(at);
        }
        let (held, saw) = self.acquire(self.locking(), at, false);
        run::record(Some(at), || {
            let (name, saw) = (run::name(self.id), run::told(saw));
            let sees = words::seen(saw.value(), ", and sees ");
            let told = format!("locks {name}{sees}");
            Did::new(format!("lock {name}"), told, Fact::Locks(self.id, saw))
        });
        let (held, changed, panicking) = (Some(held), false, panicking());
        MutexGuard { mutex: self, held, changed, at, panicking }
    }

    pub(super) fn locking(&self) -> Op {
        Op::new(&Locking, self.id)
    }

    /// While a failed model is unwound no thread may be switched to under
    /// loom, for what it borrows may be gone: so the lock is free, or it never
    /// will be. With turns every thread unwinds on its own, and gives up its
    /// locks.
    fn lock_in_a_destructor(&self, at: At) -> MutexGuard<'_, T> {
        if !panicking() {
            run::go_on_failing();
        }
        // Seconds are enough for a thread that unwinds; one that waits for a
        // lock of its own would do so forever.
        let tries = if run::has_turns() { 5_000 } else { 0 };
        let mut inner = self.try_inner();
        for _ in 0..tries {
            if inner.is_some() {
                break;
            }
            thread::sleep(Duration::from_millis(1));
            inner = self.try_inner();
        }
        let Some(inner) = inner else {
            panics::give_up("a destructor waits for a lock that is held")
        };
        let held = Some(Held { inner, _turn: None });
        let (changed, panicking) = (false, true);
        MutexGuard { mutex: self, held, changed, at, panicking }
    }

    fn try_inner(&self) -> Option<StdGuard<'_, Inner<T>>> {
        match self.inner.try_lock() {
            Ok(inner) => Some(inner),
            Err(TryLockError::Poisoned(inner)) => Some(inner.into_inner()),
            Err(TryLockError::WouldBlock) => None,
        }
    }

    fn take(&self, op: Op, at: At, has_turn: bool) -> Held<'_, T> {
        let turn = match &self.turn {
            None => {
                if !has_turn {
                    run::turn(op, at);
                }
                None
            }
            Some(turn) => Some(run::switch(|| own(turn))),
        };
        let inner = self.try_inner().unwrap_or_else(|| {
            // Of a run that is over, whose threads unwind one after the other.
            assert!(run::is_over(), "free for the one that has the turn");
            self.inner.lock().unwrap_or_else(PoisonError::into_inner)
        });
        Held { inner, _turn: turn }
    }

    /// Waits until it has the lock. Returns what it sees, too, if that is
    /// asked for. With `has_turn` the turn that the thread has is for this.
    pub(super) fn acquire(
        &self,
        op: Op,
        at: At,
        has_turn: bool,
    ) -> (Held<'_, T>, Option<Arc<Seen>>) {
        let mut held = self.take(op, at, has_turn);
        if self.turn.is_some() && held.inner.patience.looks() {
            // Let others go first if this thread looks again and again: loom
            // would never come to an end.
            drop(held);
            let_others_go();
            held = self.take(op, at, false);
        }
        run::took(op);
        let by = run::me();
        let left = run::update(self.id, |lock: &mut Lock| {
            lock.holder = Some((by, at));
            lock.left
        });
        clock::hear(left);
        let saw = run::look(&held.inner.value);
        if saw.is_some() {
            // It may never be unlocked: then this is what is known of it.
            run::update(self.id, |lock: &mut Lock| lock.value = saw.clone());
        }
        run::keep(self.id, saw.clone());
        (held, saw)
    }

    /// Unlocks it. Returns what has changed, if that is asked for.
    pub(super) fn release(
        &self,
        mut held: Held<'_, T>,
        changed: bool,
    ) -> Vec<Change> {
        if changed {
            held.inner.patience = Patience::default();
        }
        let after = run::look(&held.inner.value);
        let before = run::kept(self.id);
        if if run::has_turns() { before != after } else { changed } {
            run::acted();
        }
        let changes = if run::records() && before != after {
            let (before, after) = before.as_ref().zip(after.as_ref()).unzip();
            let values = before.zip(after);
            values.map(|(b, a)| b.value().changes(a.value()))
        } else {
            None
        };
        let (holder, left) = (None, clock::read());
        run::update(self.id, |lock: &mut Lock| {
            *lock = Lock { holder, value: after, left };
        });
        drop(held);
        changes.unwrap_or_default()
    }
}

impl<T: Debug> MutexGuard<'_, T> {
    /// In a destructor of a run that is over: others that unwind may yet do
    /// what it waits for.
    pub(super) fn waits_in_a_destructor(&mut self) {
        self.held = None;
        thread::sleep(Duration::from_millis(1));
        run::stays("a destructor waits for another thread");
        self.held = self.mutex.lock_in_a_destructor(self.at).held.take();
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
        if run::is_over() {
            // The model is over. loom unlocks, without a switch.
            return;
        }
        let id = self.mutex.id;
        // Under loom all threads share one of the system's: so the panic of
        // another may have been under way before, and is not meant.
        if panicking() && !self.panicking {
            let name = run::name(id);
            return run::fail(format!("a panic, while {name} is locked"));
        }
        run::turn_on_the_stack(Op::new(&UNLOCKING, id), self.at);
        if run::is_over() {
            return;
        }
        run::took(Op::new(&UNLOCKING, id));
        let changes = self.mutex.release(held, self.changed);
        run::record(None, || {
            let name = run::name(id);
            let row = words::after(": ", &changes);
            let told = match changes.as_slice() {
                [] => ", and has changed nothing",
                _ => &row,
            };
            let told = format!("unlocks {name}{told}");
            let fact = Fact::Unlocks(id, changes, None);
            Did::new(format!("unlock {name}{row}"), told, fact)
        });
    }
}
