//! One run of a case, from the start of its program to its end.
//!
//! Next: [`check`](crate::check), what must hold then.

use std::panic::{self, AssertUnwindSafe, catch_unwind};
use std::sync::atomic::Ordering::Relaxed;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, Scope, Thread};

use compare::design::{Design, Ready};
use shared::{Settings, Url};

use crate::case::{Place, Side, Stop};
use crate::check::{Trouble, check, no_thread};
use crate::stage::Stage;
use crate::tally::End;

/// Makes a program ready to run.
pub type Start = for<'a> fn(Side, Settings, Arc<[Url]>, &'a Stage) -> Ready<'a>;

/// The pollers themselves.
pub fn real<'a>(
    side: Side,
    settings: Settings,
    urls: Arc<[Url]>,
    stage: &'a Stage,
) -> Ready<'a> {
    let design = match side {
        Side::Lock => Design::Mutex,
        Side::Channel => Design::Channel,
    };
    design.ready(settings, urls, stage, stage)
}

/// Runs the stage's case once, and says how it ended.
///
/// # Errors
/// If something was not as it must be, or the machine has no more threads.
pub fn once(
    stage: &Stage,
    urls: Arc<[Url]>,
    start: Start,
) -> Result<End, Trouble> {
    let case = &stage.case;
    let ready = start(case.side, case.settings(), urls, stage);
    stage.set_halt(ready.stop);
    let ended = thread::scope(|scope| {
        let sleepers = sleepers(scope, stage);
        let ended = sleepers.map(|sleepers| {
            stage.set_sleepers(sleepers);
            let before = case.stops.iter().filter(|s| **s == Stop::Before);
            before.for_each(|stop| stage.stop(*stop));
            catch_unwind(AssertUnwindSafe(ready.run))
        });
        stage.end();
        ended
    });
    // A scope does not wait for what threads drop as they end.
    while stage.live.load(Relaxed) > 0 {
        thread::yield_now();
    }
    check(stage, ended.map_err(no_thread)?)
}

/// Starts the threads that will stop it; each waits for its request.
fn sleepers<'s>(
    scope: &'s Scope<'s, '_>,
    stage: &'s Stage,
) -> std::io::Result<Vec<(u64, Thread)>> {
    let at = |stop: &Stop| match *stop {
        Stop::At(Place::Thread, n) => Some(n),
        _ => None,
    };
    let start = |n| {
        let stop = move || {
            stage.wait_for(n);
            stage.stop(Stop::At(Place::Thread, n));
        };
        let thread = thread::Builder::new().name("stopper".into());
        let started = thread.spawn_scoped(scope, stop)?;
        Ok((n, started.thread().clone()))
    };
    let started: Result<_, _> =
        stage.case.stops.iter().filter_map(at).map(start).collect();
    if started.is_err() {
        // Those that were started need not wait.
        stage.end();
    }
    started
}

static LAST_PANIC: Mutex<String> = Mutex::new(String::new());

/// From now on a panic of a run prints nothing: [`last_panic`] has its text
/// and place.
pub fn hush() {
    let usual = panic::take_hook();
    panic::set_hook(Box::new(move |panic| {
        // One of the soak itself, not of a run.
        if thread::current().name() == Some("main") {
            return usual(panic);
        }
        let mut last =
            LAST_PANIC.lock().unwrap_or_else(PoisonError::into_inner);
        *last = panic.to_string().replace('\n', " ");
    }));
}

/// The text and place of the last panic that would have been printed.
pub fn last_panic() -> String {
    LAST_PANIC.lock().unwrap_or_else(PoisonError::into_inner).clone()
}
