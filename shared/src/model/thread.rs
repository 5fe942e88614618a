//! Scoped threads, which loom has not.
//!
//! Next: [`time`](super::time).
#![allow(unsafe_code)]

use std::io;
use std::marker::PhantomData;
use std::mem;
use std::panic::Location;
use std::sync::{Arc, Mutex};

use super::run::{self, At, Op, switching};

/// Where threads are spawned that all end before it does.
pub struct Scope<'scope, 'env: 'scope> {
    open: Mutex<Vec<Arc<Handle>>>,
    scope: PhantomData<&'scope mut &'scope ()>,
    env: PhantomData<&'env mut &'env ()>,
}

struct Handle {
    number: usize,
    inner: Mutex<Option<loom::thread::JoinHandle<()>>>,
}

/// A spawned thread, and what it will return.
pub struct ScopedJoinHandle<'scope, T> {
    handle: Arc<Handle>,
    result: Arc<Mutex<Option<T>>>,
    scope: PhantomData<&'scope ()>,
}

/// Runs `f`, and returns when every thread spawned in it has ended.
#[track_caller]
pub fn scope<'env, F, T>(f: F) -> T
where
    F: for<'scope> FnOnce(&'scope Scope<'scope, 'env>) -> T,
{
    let open = Mutex::default();
    let scope = Scope { open, scope: PhantomData, env: PhantomData };
    let result = f(&scope);
    let open = mem::take(&mut *scope.open.lock().expect(ALONE));
    open.iter().for_each(|handle| handle.join(Location::caller()));
    result
}

const ALONE: &str = "never held across a switch";

/// Starts a thread with a name, which the lanes show.
///
/// # Errors
/// Never: loom has its own way to say that there are too many.
#[track_caller]
pub fn spawn<'scope, 'env, T: Send + 'scope>(
    scope: &'scope Scope<'scope, 'env>,
    name: impl Into<String>,
    work: impl FnOnce() -> T + Send + 'scope,
) -> io::Result<ScopedJoinHandle<'scope, T>> {
    let name = name.into();
    run::step(Some(Location::caller()), || format!("spawn {name}"));
    let number = run::add_thread(name);
    let result = Arc::new(Mutex::new(None));
    let slot = result.clone();
    let run: Box<dyn FnOnce() + 'scope> = Box::new(move || {
        run::started(number);
        let returned = work();
        *slot.lock().expect(ALONE) = Some(returned);
        run::ended();
    });
    // SAFETY: `scope` joins the thread before it returns, so what `run`
    // borrows outlives it. If the model fails, `scope` is unwound first and
    // `run` is unwound after it, never to go on; what it then drops touches
    // nothing borrowed, for each `drop` of this module ends at once.
    let run: Box<dyn FnOnce() + 'static> = unsafe { mem::transmute(run) };
    let inner = Mutex::new(Some(loom::thread::spawn(run)));
    let handle = Arc::new(Handle { number, inner });
    scope.open.lock().expect(ALONE).push(handle.clone());
    Ok(ScopedJoinHandle { handle, result, scope: PhantomData })
}

impl Handle {
    fn join(&self, at: At) {
        let Some(inner) = self.inner.lock().expect(ALONE).take() else {
            return;
        };
        let ended = switching(Op::Join(self.number), at, || inner.join());
        ended.expect("a panic ends a model");
        run::hear(run::time_of(self.number));
    }
}

impl<T> ScopedJoinHandle<'_, T> {
    /// Waits for its end, and returns what it did.
    ///
    /// # Errors
    /// Never: a panic ends the model.
    #[track_caller]
    pub fn join(self) -> std::thread::Result<T> {
        self.handle.join(Location::caller());
        let result = self.result.lock().expect(ALONE).take();
        Ok(result.expect("it has ended"))
    }
}
