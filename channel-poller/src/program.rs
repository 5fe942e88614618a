//! All of it put together: the workers, the board, and the end.
//!
//! Twin: `mutex-poller/src/program.rs`. Next: `docs/README.md`.

use std::sync::Arc;

use shared::sync::channel::{Receiver, Sender, unbounded};
use shared::sync::{now, spawn, thread};
use shared::{HttpClient, Log, NotStarted, Report, Schedule, State};
use shared::{Settings, States, Url};

use crate::monitor::state_monitor;
use crate::poller::poller;
use crate::scheduler::{Inbox, scheduler};

/// A poller, ready to run.
pub struct Program {
    settings: Settings,
    urls: Arc<[Url]>,
    schedule: Schedule,
    complete: Sender<Inbox>,
    inbox: Receiver<Inbox>,
}

/// Tells a [`Program`] to stop, from any thread, before or while it runs.
#[derive(Clone)]
pub struct Stopper(Sender<Inbox>);

impl Stopper {
    /// Nothing more is handed out; what is out is polled and reported.
    pub fn stop(&self) {
        // If nobody receives any more, it has ended already.
        let _ = self.0.send(Inbox::Stop);
    }
}

impl Program {
    /// A program that will poll these URLs.
    pub fn new(settings: Settings, urls: impl Into<Arc<[Url]>>) -> Self {
        let urls = urls.into();
        let schedule = Schedule::new(&settings, &urls, now());
        let (complete, inbox) = unbounded();
        Program { settings, urls, schedule, complete, inbox }
    }

    /// What stops it.
    pub fn stopper(&self) -> Stopper {
        Stopper(self.complete.clone())
    }

    /// Polls until every round is done or it is told to stop; then every
    /// thread has ended, and the last state of every URL is in the report.
    ///
    /// # Errors
    /// If the system has not as many threads as the settings ask for.
    pub fn run(
        self,
        http: &impl HttpClient,
        log: &impl Log,
    ) -> Result<Report, NotStarted> {
        let began = now();
        let states = States::new(self.urls.clone());
        let Settings { pollers, status_interval, .. } = self.settings;
        let (updates, updated) = unbounded();
        let states = thread::scope(|threads| {
            let listing =
                move || state_monitor(states, updated, status_interval, log);
            let monitor = spawn(threads, "monitor", listing)
                .map_err(|e| NotStarted::new(0, pollers, e))?;
            self.work(&updates, http, log)?;
            // Last, so that the board outlives all who write to it.
            drop(updates);
            Ok(monitor.join().expect("a log must not panic"))
        })?;
        Ok(Report { states, elapsed: now() - began })
    }

    /// Starts the workers, and returns when all of them have ended.
    fn work(
        self,
        updates: &Sender<State>,
        http: &impl HttpClient,
        log: &impl Log,
    ) -> Result<(), NotStarted> {
        let Program { settings, schedule, complete, inbox, .. } = self;
        let asked = settings.pollers;
        let (pending, due) = unbounded();
        thread::scope(|workers| {
            for n in 1..=asked {
                let work = || poller(&due, &complete, updates, http, log);
                spawn(workers, format!("worker {n}"), work)
                    .map_err(|e| NotStarted::new(n - 1, asked, e))?;
            }
            // On this thread, as the Codewalk's `main`.
            scheduler(schedule, asked, pending, &inbox);
            Ok(())
        })
    }
}
