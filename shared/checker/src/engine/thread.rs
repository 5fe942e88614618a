//! Scoped threads, which loom has not.
//!
//! A scope is the standard library's, in name only under loom: there its
//! threads are loom's.
//!
//! Next: [`time`](super::time).
#![allow(unsafe_code)]

use std::io::{self, ErrorKind};
use std::marker::PhantomData;
use std::mem::{self, ManuallyDrop};
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::ptr;
use std::sync::{Arc, Mutex};
use std::thread::Builder;

pub use std::thread::Scope;

use super::run::{self, switching};
use super::turns::{self, Turns};
use super::{catch_panic, check};
use crate::event::What;
use crate::world::{At, Op, Place};

struct Handle {
    number: usize,
    // loom's; `None` with turns, and once it is joined.
    inner: Mutex<Option<loom::thread::JoinHandle<()>>>,
}

/// The threads of a scope.
#[derive(Default)]
pub(super) struct Spawned {
    open: Vec<Arc<Handle>>,
    // How many panics of its threads no `join` has returned.
    panics: usize,
}

type Joined<T> = std::thread::Result<T>;

/// A spawned thread, and what it will return.
pub struct ScopedJoinHandle<'scope, T> {
    handle: Arc<Handle>,
    result: Arc<Mutex<Option<Joined<T>>>>,
    of: usize,
    scope: PhantomData<&'scope ()>,
}

/// By what a scope is known while it is open.
fn key(scope: &Scope<'_, '_>) -> usize {
    ptr::from_ref(scope).addr()
}

/// Runs `f`, and returns when every thread spawned in it has ended.
///
/// # Panics
/// If `f` does, or a thread did that was not joined.
#[track_caller]
pub fn scope<'env, F, T>(f: F) -> T
where
    F: for<'scope> FnOnce(&'scope Scope<'scope, 'env>) -> T,
{
    let (at, mut result) = (Place::here(), None);
    // Little is kept on the stack: a thread of loom's has 32 KiB.
    std::thread::scope(|scope| {
        let led = catch_unwind(AssertUnwindSafe(|| f(scope)));
        close(key(scope), led.is_ok(), at);
        result = Some(led);
    });
    let result = result.expect("it has returned, or has panicked");
    result.unwrap_or_else(|panic| resume_unwind(panic))
}

fn close(scope: usize, led: bool, at: At) {
    check::go_on_failing();
    if !led {
        check::panics_in_a_scope();
    }
    // A thread of the scope may start another on it: that one is in the list
    // before the one that started it ends. So once all are joined and the list
    // is empty, no thread of this scope is left.
    loop {
        let open = run::spawned(scope, |all| mem::take(&mut all.open));
        if open.is_empty() {
            break;
        }
        join_all(open, at);
    }
    let unheard = run::spawned(scope, mem::take).panics;
    if unheard > 0 && led {
        const PANICKED: &str = "a scoped thread panicked";
        check::note(PANICKED.into());
        resume_unwind(Box::new(PANICKED));
    }
}

const ALONE: &str = "never held across a switch";

fn join_all(open: Vec<Arc<Handle>>, at: At) {
    if !run::has_turns() {
        return open.iter().for_each(|handle| handle.join(at));
    }
    // One step, not one for each.
    let numbers: Vec<_> = open.iter().map(|handle| handle.number).collect();
    run::join(&numbers, at);
}

/// From now on at most `left` threads can be started in this run.
pub fn limit_threads(left: usize) {
    run::limit_threads(left);
}

/// Starts a thread with a name, which the diagram shows.
///
/// # Errors
/// If there are as many as [`limit_threads`] allows.
#[track_caller]
pub fn spawn<'scope, 'env, T: Send + 'scope>(
    scope: &'scope Scope<'scope, 'env>,
    name: impl Into<String>,
    work: impl FnOnce() -> T + Send + 'scope,
) -> io::Result<ScopedJoinHandle<'scope, T>> {
    let (name, at, of) = (name.into(), Place::here(), key(scope));
    let Some(number) = run::start_thread(name.clone()) else {
        run::record(Some(at), || What::NoThread(name));
        run::saw(&"no thread");
        let none = "no more threads to be had";
        return Err(io::Error::new(ErrorKind::WouldBlock, none));
    };
    run::record(Some(at), || What::Spawn(number));
    let result = Arc::new(Mutex::new(None));
    let slot = result.clone();
    let run: Box<dyn FnOnce() + Send + 'scope> = Box::new(move || {
        run::started(number);
        let returned = catch_panic(work);
        check::go_on_failing();
        let panicked = returned.is_err();
        if panicked {
            run::spawned(of, |all| all.panics += 1);
        }
        *slot.lock().expect(ALONE) = Some(returned);
        run::ended(panicked);
    });
    let inner = match turns::current() {
        Some(turns) => spawn_with_turns(scope, &turns, number, run)?,
        None => Some(spawn_under_loom(run)),
    };
    let inner = Mutex::new(inner);
    let handle = Arc::new(Handle { number, inner });
    run::spawned(of, |all| all.open.push(handle.clone()));
    Ok(ScopedJoinHandle { handle, result, of, scope: PhantomData })
}

/// Starts a real thread; it has reached its first step when this returns.
fn spawn_with_turns<'scope>(
    scope: &'scope Scope<'scope, '_>,
    turns: &Arc<Turns>,
    number: usize,
    run: Box<dyn FnOnce() + Send + 'scope>,
) -> io::Result<Option<loom::thread::JoinHandle<()>>> {
    let its = turns.clone();
    let work = move || {
        its.enter(number);
        // It unwinds if the run is over: that is all there is to it.
        let _ = catch_unwind(AssertUnwindSafe(run));
        turns::leave();
    };
    Builder::new().spawn_scoped(scope, work)?;
    turns.wait_for(number);
    Ok(None)
}

fn spawn_under_loom(
    run: Box<dyn FnOnce() + '_>,
) -> loom::thread::JoinHandle<()> {
    // SAFETY: what `run` borrows outlives `scope`, so it must not be used
    // after that. If all goes well, or a thread panics of itself, `scope`
    // joins all its threads first, those too that were started on it by one
    // another: see `close`. If the model fails, `scope` is unwound without
    // that; then
    // - no thread is switched to any more, not even by a destructor: it ends
    //   the process rather than wait (`run::switching`, `Mutex::lock`);
    // - the stack of a thread that has begun is left as it is: loom drops its
    //   coroutines during the panic, and they do not unwind then;
    // - what one that has not begun would do is not dropped (`ManuallyDrop`).
    let run: Box<dyn FnOnce() + 'static> = unsafe { mem::transmute(run) };
    let run = ManuallyDrop::new(run);
    loom::thread::spawn(move || ManuallyDrop::into_inner(run)())
}

impl Handle {
    fn join(&self, at: At) {
        if run::has_turns() {
            return run::join(&[self.number], at);
        }
        let Some(inner) = self.inner.lock().expect(ALONE).take() else {
            return;
        };
        let ended = switching(Op::Join(self.number), at, || inner.join());
        ended.expect("its panic was caught, or has failed the model");
        run::hear(run::time_of(self.number));
    }
}

impl<T> ScopedJoinHandle<'_, T> {
    /// Waits for its end, and returns what it did.
    ///
    /// # Errors
    /// If it panicked: with what.
    #[track_caller]
    pub fn join(self) -> Joined<T> {
        self.handle.join(Place::here());
        let result = self.result.lock().expect(ALONE).take();
        result.expect("it has ended").inspect_err(|_| {
            check::heard(self.handle.number);
            run::spawned(self.of, |all| {
                all.panics = all.panics.saturating_sub(1);
            });
        })
    }
}
