//! One run of a case, and what must hold at its end. What must hold of every
//! run is checked as in the tests: what the web counted, and what the program
//! reports and logs, must agree.
//!
//! Next: [`report`](super), case after case.

use std::any::Any;
use std::num::NonZeroU64;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::thread;
use std::time::Duration;

use super::case::{Case, Place};
use crate::real::{Count, Event, Played, Start};
use shared::HttpError;

/// What is counted: runs, polls, errors, panics of the client; and how many
/// runs have ended by their rounds, by a stop, and by a panic of the log.
pub type Tally = [u64; 7];

/// What the log panics with, and nothing else does.
struct Thrown;

/// What has happened so far.
#[derive(Default)]
struct Seen {
    requests: Count,
    errors: Count,
    listings: Count,
    told: AtomicBool,
    thrown: AtomicBool,
}

impl Case {
    /// Runs it once. If a run never ends, its threads sleep from their next
    /// request on once it is `given_up`.
    ///
    /// # Errors
    /// If something does not hold: what.
    pub fn run(
        &self,
        start: Start,
        given_up: &AtomicBool,
    ) -> Result<Tally, String> {
        let config = self.config();
        let program = config.start(start);
        let (stop, seen) = (program.stop.clone(), Seen::default());
        let stop = || {
            seen.told.store(true, Relaxed);
            stop();
        };
        let on = |event: Event<'_>, _: &dyn Fn()| {
            while given_up.load(Relaxed) {
                thread::park();
            }
            self.happens(&event, &seen, &stop);
        };
        let (played, told) = thread::scope(|scope| {
            for (_, n) in self.stops.iter().filter(|s| s.0 == Place::Thread) {
                scope.spawn(|| {
                    seen.requests.wait_for(*n);
                    stop();
                });
            }
            let run = AssertUnwindSafe(|| config.run(program, on));
            let played = catch_unwind(run);
            let told = seen.told.load(Relaxed);
            // Those that have waited in vain stop it now: that is no fault.
            seen.requests.skip(u64::MAX / 2);
            (played, told)
        });
        let thrown = seen.thrown.load(Relaxed);
        match played {
            Ok(_) if thrown => Err("`run` swallowed a panic of the log".into()),
            Ok(played) => self.check(&played, told),
            Err(panic) if panic.is::<Thrown>() => Ok([1, 0, 0, 0, 0, 0, 1]),
            Err(panic) => Err(text(&*panic)),
        }
    }

    /// Stops the program, or panics, if that is to happen now.
    fn happens(&self, event: &Event<'_>, seen: &Seen, stop: &dyn Fn()) {
        let (place, n) = match event {
            Event::Ready if self.stops.iter().any(|(_, n)| *n == 0) => {
                return stop();
            }
            Event::Ready => return,
            Event::Request(..) => (Place::Worker, seen.requests.add()),
            Event::Error => (Place::Error, seen.errors.add()),
            Event::Listing(_) => (Place::Listing, seen.listings.add()),
        };
        if place == Place::Worker && n.checked_rem(self.slow) == Some(0) {
            thread::sleep(Duration::from_micros(n % 100));
        }
        if self.stops.contains(&(place, n)) {
            stop();
        }
        if self.log_panics.is_some_and(|(p, from)| p == place && n >= from) {
            seen.thrown.store(true, Relaxed);
            // Past the hook that would print it.
            resume_unwind(Box::new(Thrown));
        }
    }

    /// The rounds and the pauses are as they should be.
    fn check(&self, played: &Played, told: bool) -> Result<Tally, String> {
        if let Some(url) = &played.early {
            return Err(format!("{url} was polled before it was due"));
        }
        let rounds = self.settings.rounds.map_or(u64::MAX, NonZeroU64::get);
        if rounds == u64::MAX && !told && self.urls > 0 {
            return Err("it has ended, with no rounds and no stop".into());
        }
        for (url, polls) in played.urls.iter().zip(played.polls()) {
            let polls = polls as u64;
            if polls > rounds || (polls < rounds && !told) {
                let of = format!("{polls} times, in {rounds} rounds");
                return Err(format!("{url} was polled {of}"));
            }
        }
        let errors = &played.errors;
        let panics = errors.iter().filter(|e| e.1 == HttpError::Panicked);
        let (errors, panics) = (errors.len() as u64, panics.count() as u64);
        let polls = played.requests.len() as u64;
        let (ended, stopped) = (u64::from(!told), u64::from(told));
        Ok([1, polls, errors - panics, panics, ended, stopped, 0])
    }
}

/// What a panic says.
fn text(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<String>().cloned();
    let text = text.or(panic.downcast_ref::<&str>().map(ToString::to_string));
    text.unwrap_or_else(|| "a panic with no text".into())
}
