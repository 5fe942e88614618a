//! Scoped threads, which loom has not.
//!
//! Next: [`time`](super::time).
#![allow(unsafe_code)]

use std::cell::Cell;
use std::io::{self, ErrorKind};
use std::marker::PhantomData;
use std::mem::{self, ManuallyDrop};
use std::panic::{AssertUnwindSafe, Location, catch_unwind, resume_unwind};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use super::run::{self, switching};
use super::{catch_panic, check};
use crate::event::What;
use crate::world::{At, Op};

/// Where threads are spawned that all end before it does.
pub struct Scope<'scope, 'env: 'scope> {
    open: Mutex<Vec<Arc<Handle>>>,
    // How many panics of its threads nobody has been told of.
    panics: Arc<AtomicUsize>,
    scope: PhantomData<&'scope mut &'scope ()>,
    env: PhantomData<&'env mut &'env ()>,
}

struct Handle {
    number: usize,
    inner: Mutex<Option<loom::thread::JoinHandle<()>>>,
}

type Joined<T> = std::thread::Result<T>;

/// A spawned thread, and what it will return.
pub struct ScopedJoinHandle<'scope, T> {
    handle: Arc<Handle>,
    result: Arc<Mutex<Option<Joined<T>>>>,
    panics: Arc<AtomicUsize>,
    scope: PhantomData<&'scope ()>,
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
    let (open, panics) = Default::default();
    let scope = Scope { open, panics, scope: PhantomData, env: PhantomData };
    let at = Location::caller();
    let result = catch_unwind(AssertUnwindSafe(|| f(&scope)));
    check::go_on_failing();
    let open = mem::take(&mut *scope.open.lock().expect(ALONE));
    open.iter().for_each(|handle| handle.join(at));
    let unheard = scope.panics.load(Ordering::Relaxed);
    assert!(unheard == 0 || result.is_err(), "a scoped thread panicked");
    result.unwrap_or_else(|panic| resume_unwind(panic))
}

const ALONE: &str = "never held across a switch";

thread_local! {
    static LEFT: Cell<usize> = const { Cell::new(usize::MAX) };
}

/// From now on no more than so many threads can be started in this run.
pub fn limit_threads(left: usize) {
    LEFT.set(left);
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
    let (name, at) = (name.into(), Location::caller());
    let Some(left) = LEFT.get().checked_sub(1) else {
        run::record(Some(at), || What::NoThread(name));
        let none = "no more threads to be had";
        return Err(io::Error::new(ErrorKind::WouldBlock, none));
    };
    LEFT.set(left);
    let number = run::add_thread(name);
    run::record(Some(at), || What::Spawn(number));
    let (result, panics) = (Arc::new(Mutex::new(None)), scope.panics.clone());
    let (slot, count) = (result.clone(), panics.clone());
    let run: Box<dyn FnOnce() + 'scope> = Box::new(move || {
        run::started(number);
        let returned = catch_panic(work);
        check::go_on_failing();
        let panicked = returned.is_err();
        if panicked {
            count.fetch_add(1, Ordering::Relaxed);
        }
        *slot.lock().expect(ALONE) = Some(returned);
        run::ended(panicked);
    });
    // SAFETY: what `run` borrows outlives `scope`, so it must not be used
    // after that. If all goes well, or a thread panics of itself, `scope`
    // joins all its threads first. If the model fails, `scope` is unwound
    // without that; then
    // - no thread is switched to any more, not even by a destructor: it ends
    //   the process rather than wait (`run::switching`, `Mutex::lock`);
    // - the stack of a thread that has begun is left as it is: loom drops its
    //   coroutines during the panic, and they do not unwind then;
    // - what one that has not begun would do is not dropped (`ManuallyDrop`).
    let run: Box<dyn FnOnce() + 'static> = unsafe { mem::transmute(run) };
    let run = ManuallyDrop::new(run);
    let inner = loom::thread::spawn(move || ManuallyDrop::into_inner(run)());
    let inner = Mutex::new(Some(inner));
    let handle = Arc::new(Handle { number, inner });
    scope.open.lock().expect(ALONE).push(handle.clone());
    Ok(ScopedJoinHandle { handle, result, panics, scope: PhantomData })
}

impl Handle {
    fn join(&self, at: At) {
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
        self.handle.join(Location::caller());
        let result = self.result.lock().expect(ALONE).take();
        result.expect("it has ended").inspect_err(|_| {
            self.panics.fetch_sub(1, Ordering::Relaxed);
        })
    }
}
