//! All of it put together: the workers, the board, and the end.
//!
//! Twin: `channel-poller/src/program.rs`. Next: `docs/README.md`.

use std::sync::Arc;

use shared::sync::{now, spawn, thread};
use shared::{HttpClient, Log, NotStarted, Report, Schedule};
use shared::{Settings, States, Url};

use crate::monitor::StateMonitor;
use crate::poller::poller;
use crate::resources::Resources;

/// A poller, ready to run.
pub struct Program {
    settings: Settings,
    resources: Arc<Resources>,
    monitor: StateMonitor,
}

/// Tells a [`Program`] to stop, from any thread, before or while it runs.
#[derive(Clone)]
pub struct Stopper(Arc<Resources>);

impl Stopper {
    /// Nothing more is begun; what has begun is finished and reported.
    pub fn stop(&self) {
        self.0.close();
    }
}

impl Program {
    /// A program that will poll these URLs.
    pub fn new(settings: Settings, urls: impl Into<Arc<[Url]>>) -> Self {
        let urls = urls.into();
        let schedule = Schedule::new(&settings, &urls, now());
        let resources = Arc::new(Resources::new(schedule));
        let monitor = StateMonitor::new(States::new(urls));
        Program { settings, resources, monitor }
    }

    /// What stops it.
    pub fn stopper(&self) -> Stopper {
        Stopper(self.resources.clone())
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
        let Settings { pollers, status_interval, .. } = self.settings;
        thread::scope(|threads| {
            let monitor = &self.monitor;
            let listing = move || monitor.run(status_interval, log);
            spawn(threads, "monitor", listing)
                .map_err(|e| NotStarted::new(0, pollers, e))?;
            let worked = self.work(http, log);
            // Last, so that the board outlives all who write on it.
            monitor.close();
            worked
        })?;
        let elapsed = now() - began;
        Ok(Report { states: self.monitor.into_states(), elapsed })
    }

    /// Starts the workers, and returns when all of them have ended.
    fn work(
        &self,
        http: &impl HttpClient,
        log: &impl Log,
    ) -> Result<(), NotStarted> {
        let Program { settings, resources, monitor } = self;
        let asked = settings.pollers;
        thread::scope(|workers| {
            for n in 1..=asked {
                let work = || poller(resources, monitor, http, log);
                spawn(workers, format!("worker {n}"), work).map_err(|e| {
                    resources.close();
                    NotStarted::new(n - 1, asked, e)
                })?;
            }
            Ok(())
        })
    }
}
