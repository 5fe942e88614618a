//! Scoped threads, which loom has not.
//!
//! A scope is the standard library's, in name only under loom: there its
//! threads are loom's.
//!
//! Next: [`clock`](super::clock).
#![allow(unsafe_code)]

use std::io::{self, ErrorKind};
use std::marker::PhantomData;
use std::mem::{self, ManuallyDrop};
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::ptr;
use std::sync::{Arc, Mutex};

pub use std::thread::Scope;

use crate::engine::turns;
use crate::event::{Did, Fact, Run};
use crate::run;
use crate::words;
use crate::world::{At, Now, Op, Place, Verb, World};

/// Waits for the end of the threads whose bits are set in `with`.
#[derive(Debug)]
struct Joining;

fn join_op(threads: &[usize]) -> Op {
    let with = threads.iter().fold(0, |all, thread| all | 1 << thread);
    Op { verb: &Joining, on: usize::MAX, with }
}

/// The threads that it waits for still.
fn unfinished(now: Now<'_>) -> Vec<usize> {
    let threads = now.world.threads.iter().enumerate();
    let left = threads
        .filter(|(n, thread)| now.op.with >> n & 1 == 1 && !thread.ended);
    left.map(|(n, _)| n).collect()
}

impl Verb for Joining {
    fn name(&self) -> &'static str {
        "join"
    }

    fn next(&self, _: Now<'_>) -> String {
        "go on: they have ended".into()
    }

    fn waits(&self, now: Now<'_>) -> bool {
        !unfinished(now).is_empty()
    }

    fn wants(&self, now: Now<'_>) -> String {
        let first = unfinished(now).into_iter().take(1).collect::<Vec<_>>();
        format!("waits for {}", words::names(now.world, &first))
    }

    fn why_not(&self, now: Now<'_>) -> String {
        let left = words::names(now.world, &unfinished(now));
        format!("waits for the end of {left}")
    }

    fn stuck(&self, _: Now<'_>, _: &Run) -> Option<String> {
        None
    }
}

/// The threads that wait for the end of this one, before all others.
pub(super) fn joining(
    world: &World,
    thread: usize,
) -> impl Iterator<Item = usize> {
    let all = (0..world.threads.len()).filter_map(|t| world.now(t));
    let joins = all.filter(|now| now.op.verb.name() == Joining.name());
    joins
        .filter(move |now| unfinished(*now).first() == Some(&thread))
        .map(|now| now.thread)
}

struct Handle {
    number: usize,
    // loom's; `None` with turns, and once it is joined.
    inner: Mutex<Option<loom::thread::JoinHandle<()>>>,
}

/// The threads of a scope.
#[derive(Default)]
pub(crate) struct Spawned {
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

fn spawned<R>(of: usize, f: impl FnOnce(&mut Spawned) -> R) -> R {
    run::with(|run| f(run.scopes.entry(of).or_default()))
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
    run::go_on_failing();
    if !led {
        run::with(|run| run.panics.in_a_scope(run::me()));
    }
    // A thread of the scope may start another on it: that one is in the list
    // before the one that started it ends. So once all are joined and the list
    // is empty, no thread of this scope is left.
    let mut joined = Vec::new();
    loop {
        let open = spawned(scope, |all| mem::take(&mut all.open));
        if open.is_empty() {
            break;
        }
        join(&open, at);
        joined.extend(open.iter().map(|handle| handle.number));
    }
    run::with(|run| run.panics.leaves_a_scope(run::me(), &joined));
    let unheard = spawned(scope, mem::take).panics;
    if unheard > 0 && led {
        const PANICKED: &str = "a scoped thread panicked";
        run::with(|run| {
            // The first one says why.
            if !run.panics.throws_on(run::me()) {
                run.notes(PANICKED.into(), run::me());
            }
        });
        resume_unwind(Box::new(PANICKED));
    }
}

const OVER: &str = "the run is over";

const ALONE: &str = "never held across a switch";

/// Waits for the end of all of these: one step, not one for each.
fn join(all: &[Arc<Handle>], at: At) {
    let numbers: Vec<_> = all.iter().map(|handle| handle.number).collect();
    let op = join_op(&numbers);
    run::turn(op, at);
    if run::is_over() {
        return;
    }
    for handle in all {
        let inner = handle.inner.lock().expect(ALONE).take();
        if let Some(inner) = inner {
            let ended = run::switch(|| inner.join());
            ended.expect("its panic was caught, or has failed the model");
        }
        run::learns_from(handle.number);
    }
    run::took(op);
    run::acted();
    run::record(Some(at), || {
        let world = |run: &mut run::Current| run.world.clone();
        let world = run::with(world);
        let row = format!("join {}", words::names(&world, &numbers));
        let told = words::have(&world, &numbers);
        Did::new(row, format!("goes on: {told} ended"), Fact::Silent)
    });
}

/// From now on at most `left` threads can be started in this run. For a model
/// in which one thread starts all others: starting is no step of its own, so
/// which of several threads gets the last one is not tried.
pub fn limit_threads(left: usize) {
    run::with(|run| run.spawns_left = left);
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
    let number = run::starts(&name);
    run::acted();
    run::record(Some(at), || spawns(&name, number.is_some()));
    let Some(number) = number else {
        run::saw(&"no thread");
        let none = "no more threads to be had";
        return Err(io::Error::new(ErrorKind::WouldBlock, none));
    };
    let result = Arc::new(Mutex::new(None));
    let slot = result.clone();
    let work: Box<dyn FnOnce() + Send + 'scope> = Box::new(move || {
        run::is(number);
        let returned = crate::catch_panic(work);
        run::go_on_failing();
        let panicked = returned.is_err();
        run::with(|run| match &returned {
            Ok(_) => run.panics.caught(number),
            Err(panic) => run.panics.ended(number, &**panic),
        });
        if panicked {
            spawned(of, |all| all.panics += 1);
        }
        *slot.lock().expect(ALONE) = Some(returned);
        // If no `join` can ask for it, it is dropped here, before the end.
        drop(slot);
        ends(panicked);
    });
    let inner = if run::has_turns() {
        turns::spawn(scope, number, work)?;
        None
    } else {
        Some(spawn_under_loom(work))
    };
    let inner = Mutex::new(inner);
    let handle = Arc::new(Handle { number, inner });
    spawned(of, |all| all.open.push(handle.clone()));
    Ok(ScopedJoinHandle { handle, result, of, scope: PhantomData })
}

fn spawns(name: &str, can: bool) -> Did {
    let (row, told) = if can {
        (format!("spawn {name}"), format!("spawns {name}"))
    } else {
        let told = format!("wants to spawn {name}: there are no more threads");
        (format!("cannot spawn {name}"), told)
    };
    Did::new(row, told, Fact::Plain)
}

/// The thread that runs has done its work, or has panicked.
fn ends(panicked: bool) {
    run::with(|run| run.world.threads[run::me()].ended = true);
    run::acted();
    run::record(None, || {
        let (row, told) = if panicked {
            ("panics, and ends", "has ended, with a panic")
        } else {
            ("ends", "has ended")
        };
        Did::new(row.into(), told.into(), Fact::Ends)
    });
    turns::ended();
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
    //   the process rather than wait (`run::switch`, `Mutex::lock`);
    // - the stack of a thread that has begun is left as it is: loom drops its
    //   coroutines during the panic, and they do not unwind then;
    // - what one that has not begun would do is not dropped (`ManuallyDrop`).
    let run: Box<dyn FnOnce() + 'static> = unsafe { mem::transmute(run) };
    let run = ManuallyDrop::new(run);
    loom::thread::spawn(move || ManuallyDrop::into_inner(run)())
}

impl<T> ScopedJoinHandle<'_, T> {
    /// Waits for its end, and returns what it did.
    ///
    /// # Errors
    /// If it panicked: with what.
    #[track_caller]
    pub fn join(self) -> Joined<T> {
        join(std::slice::from_ref(&self.handle), Place::here());
        let result = self.result.lock().expect(ALONE).take();
        // There is none if the run is over, and this is a destructor.
        let result = result.unwrap_or_else(|| Err(Box::new(OVER)));
        result.inspect_err(|_| {
            run::with(|run| run.panics.caught(self.handle.number));
            spawned(self.of, |all| {
                all.panics = all.panics.saturating_sub(1);
            });
        })
    }
}
