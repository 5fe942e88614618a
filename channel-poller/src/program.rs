//! All of it put together: the workers, the board, and the end.
//!
//! It keeps the promises of `docs/10-how-it-ends.md`: about a stop, a panic,
//! too few threads and a slow terminal. `tests/conformance.rs` tests them on
//! real threads, `tests/loom.rs` in every interleaving.
//!
//! Twin: `mutex-poller/src/program.rs`. Next: `docs/README.md`.

use std::sync::Arc;

use shared::sync::channel::{Receiver, Sender, bounded, unbounded};
use shared::sync::now;
use shared::{HttpClient, Log, NotStarted, Report, Schedule};
use shared::{Settings, States, Url, crew};

use crate::monitor::{MOST_UNREAD, Update};
use crate::monitor::{lister, snapshot, state_monitor};
use crate::poller::poller;
use crate::scheduler::{Message, scheduler};

/// A poller, ready to run.
pub struct Program {
    settings: Settings,
    urls: Arc<[Url]>,
    schedule: Schedule,
    to_scheduler: Sender<Message>,
    inbox: Receiver<Message>,
}

/// Tells a [`Program`] to stop, from any thread, before or while it runs.
#[derive(Clone)]
pub struct Stopper(Sender<Message>);

impl Stopper {
    /// As soon as the scheduler hears it, nothing more is begun; what has
    /// begun is finished and reported.
    pub fn stop(&self) {
        // If nobody receives any more, it has ended already.
        let _ = self.0.send(Message::Stop);
    }
}

impl Program {
    /// A program that will poll these URLs.
    pub fn new(settings: Settings, urls: impl Into<Arc<[Url]>>) -> Self {
        let urls = urls.into();
        let schedule = Schedule::new(&settings, &urls);
        let (to_scheduler, inbox) = unbounded();
        Program { settings, urls, schedule, to_scheduler, inbox }
    }

    /// What stops it.
    pub fn stopper(&self) -> Stopper {
        Stopper(self.to_scheduler.clone())
    }

    /// Polls until every round is done or it is told to stop; then every
    /// thread has ended, and the last state of every URL is in the report.
    ///
    /// # Errors
    /// If a thread could not be started. Then nothing was polled.
    ///
    /// # Panics
    /// If `log` does: that ends the run as a stop does. Of several panics one
    /// is raised.
    pub fn run(
        self,
        http: &impl HttpClient,
        log: &impl Log,
    ) -> Result<Report, NotStarted> {
        let stopper = self.stopper();
        let states = States::new(self.urls.clone());
        let interval = self.settings.status_interval;
        let (updates, updated) = bounded(MOST_UNREAD);
        // No message is sent on it: when `run` is dropped, the lister ends.
        let (run, running) = bounded::<()>(1);
        // A stop ends the scheduler, and that ends the workers. Then, or if
        // anything fails, `run` and `updates` are dropped with this closure.
        crew(&|| stopper.stop(), |board| {
            board.start("monitor", move || state_monitor(states, &updated))?;
            let asks = updates.clone();
            let listing = move || lister(&asks, &running, interval, log);
            board.start("lister", listing)?;
            let began = now();
            self.work(&updates, http, log)?;
            let elapsed = now() - began;
            let states = snapshot(&updates);
            // This hangs up: the lister hears of it, then the monitor.
            drop((run, updates));
            Ok(Report { states, elapsed })
        })
    }

    /// Starts the workers, hands out what is due to them, and returns when
    /// all of them have ended.
    fn work(
        self,
        updates: &Sender<Update>,
        http: &impl HttpClient,
        log: &impl Log,
    ) -> Result<(), NotStarted> {
        let stopper = self.stopper();
        let Program { settings, schedule, to_scheduler, inbox, .. } = self;
        // Unbounded, as the inbox: these two send to each other, and neither
        // may have to wait. No more are in it than the window allows.
        let (pending, due) = unbounded();
        crew(&|| stopper.stop(), |workers| {
            let work = || poller(&due, &to_scheduler, updates, http, log);
            workers.start_workers(settings.pollers, work)?;
            // Only now: either all of them poll, or none.
            let started = to_scheduler.send(Message::Start);
            started.expect("we hold the inbox");
            // On this thread, as the Codewalk's `main`.
            scheduler(schedule, settings.pollers, pending, &due, &inbox);
            Ok(())
        })
    }
}
