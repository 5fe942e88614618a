//! All of it put together: the workers, the board, and the end.
//!
//! It keeps the promises of `docs/12-how-it-ends.md`: about a stop, a panic,
//! too few threads and a slow terminal. `tests/conformance.rs` tests them on
//! real threads, `tests/loom.rs` in every interleaving.
//!
//! Twin: `channel-poller/src/program.rs`. Next: `docs/README.md`.

use std::sync::Arc;

use shared::sync::now;
use shared::{HttpClient, Log, NotStarted, Report, Timetable};
use shared::{Settings, States, Url, crew};

use crate::monitor::StateMonitor;
use crate::poller::poller;
use crate::resources::Resources;

/// A poller, ready to run.
pub struct Program {
    settings: Settings,
    urls: Arc<[Url]>,
    resources: Arc<Resources>,
}

/// Tells a [`Program`] to stop, from any thread, before or while it runs.
#[derive(Clone)]
pub struct Stopper(Arc<Resources>);

impl Stopper {
    /// No more polls begin; those that have begun are finished and reported.
    pub fn stop(&self) {
        self.0.close();
    }
}

impl Program {
    /// A program that will poll these URLs.
    pub fn new(settings: Settings, urls: impl Into<Arc<[Url]>>) -> Self {
        let urls = urls.into();
        let timetable = Timetable::new(&settings, &urls);
        let resources = Arc::new(Resources::new(timetable));
        Program { settings, urls, resources }
    }

    /// A handle that stops this program.
    pub fn stopper(&self) -> Stopper {
        Stopper(self.resources.clone())
    }

    /// Polls until every round is done or it is told to stop. When it returns,
    /// every thread has ended, and the report has every URL's last state.
    ///
    /// # Errors
    /// If a thread could not be started. Then nothing was polled.
    ///
    /// # Panics
    /// If `log` panics: that ends the run as a stop does. Of several panics
    /// one is raised.
    pub fn run(
        self,
        http: &impl HttpClient,
        log: &impl Log,
    ) -> Result<Report, NotStarted> {
        let stopper = self.stopper();
        let interval = self.settings.status_interval;
        let states = States::new(self.urls.clone());
        let monitor = StateMonitor::new(states);
        // A thread that sleeps does so in one of these two.
        let stop = || {
            stopper.stop();
            monitor.close();
        };
        let elapsed = crew(&stop, |board| {
            board.start("lister", || monitor.list(interval, log))?;
            let began = now();
            self.work(&monitor, http, log)?;
            let elapsed = now() - began;
            monitor.close();
            Ok(elapsed)
        })?;
        Ok(Report { states: monitor.into_states(), elapsed })
    }

    /// Starts the workers, lets them begin, and returns when all of them have
    /// ended.
    fn work(
        self,
        monitor: &StateMonitor,
        http: &impl HttpClient,
        log: &impl Log,
    ) -> Result<(), NotStarted> {
        let stopper = self.stopper();
        let Program { settings, resources, .. } = self;
        crew(&|| stopper.stop(), |workers| {
            let work = || poller(&resources, monitor, http, log);
            workers.start_workers(settings.pollers, work)?;
            // Only now that all have started: all poll, or none.
            resources.open();
            Ok(())
        })
    }
}
