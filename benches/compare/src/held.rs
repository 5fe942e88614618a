//! The mistake: a poller that keeps the lock while the web answers.
//!
//! It is safe, and every test of its results passes. But all workers wait for
//! the one that polls: see it in the timeline of `cargo run`.

use std::sync::Arc;

use shared::sync::{Condvar, Mutex, now};
use shared::{HttpClient, Log, Next, NotStarted, Report, Timetable};
use shared::{Settings, States, Url, crew};

struct Held {
    both: Mutex<(Timetable, States)>,
    changed: Condvar,
}

/// Takes, polls and gives back, all under one lock.
fn poller(held: &Held, http: &impl HttpClient, log: &impl Log) {
    loop {
        let mut guard = held.both.lock();
        let (timetable, states) = &mut *guard;
        match timetable.take(now()) {
            Next::Ready(mut resource) => {
                // The mistake: `guard` lives on, and no other worker can even
                // look for work until the web has answered.
                states.update(resource.poll(http, log));
                timetable.put_back(resource, now());
                if timetable.is_finished() {
                    held.changed.notify_all();
                }
            }
            Next::Wait(until) => {
                held.changed.wait_until(&mut guard, until);
            }
            Next::AllOut => held.changed.wait(&mut guard),
            Next::Finished => return,
        }
    }
}

/// The mistake, ready to run.
pub struct Program {
    settings: Settings,
    held: Arc<Held>,
}

/// Tells a [`Program`] to stop.
#[derive(Clone)]
pub struct Stopper(Arc<Held>);

impl Stopper {
    /// No more polls begin.
    pub fn stop(&self) {
        self.0.both.lock().0.close();
        self.0.changed.notify_all();
    }
}

impl Program {
    /// A program that will poll these URLs.
    pub fn new(settings: Settings, urls: impl Into<Arc<[Url]>>) -> Self {
        let urls = urls.into();
        let timetable = Timetable::new(&settings, &urls);
        let both = Mutex::new((timetable, States::new(urls)));
        let held = Arc::new(Held { both, changed: Condvar::new() });
        Program { settings, held }
    }

    /// A handle that stops this program.
    pub fn stopper(&self) -> Stopper {
        Stopper(self.held.clone())
    }

    /// Polls until every round is done or it is told to stop.
    ///
    /// # Errors
    /// If a thread could not be started. The results of polls made before that
    /// are lost.
    pub fn run(
        self,
        http: &impl HttpClient,
        log: &impl Log,
    ) -> Result<Report, NotStarted> {
        let stopper = self.stopper();
        let held = &self.held;
        held.both.lock().0.start(now());
        let began = now();
        crew(&|| stopper.stop(), |workers| {
            let work = || poller(held, http, log);
            workers.start_workers(self.settings.pollers, work)
        })?;
        let elapsed = now() - began;
        let states = held.both.lock().1.clone();
        Ok(Report { states, elapsed })
    }
}
