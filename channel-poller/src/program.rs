//! All of it put together: the workers, the board, and the end.
//!
//! It keeps the promises of `docs/12-how-it-ends.md`: about a stop, a panic,
//! too few threads and a slow terminal. `tests/conformance.rs` tests them on
//! real threads, `tests/loom.rs` in every interleaving.
//!
//! Twin: `mutex-poller/src/program.rs`. Next: `docs/README.md`.

use std::sync::Arc;

use shared::sync::channel::{Receiver, Sender, bounded, unbounded};
use shared::sync::now;
use shared::{HttpClient, Log, NotStarted, Report, Timetable};
use shared::{Settings, States, Url, crew};

use crate::dispatcher::{Message, dispatcher};
use crate::monitor::{MOST_UNREAD, Update};
use crate::monitor::{lister, snapshot, state_monitor};
use crate::poller::poller;

/// A poller, ready to run.
pub struct Program {
    settings: Settings,
    urls: Arc<[Url]>,
    timetable: Timetable,
    inbox_tx: Sender<Message>,
    inbox_rx: Receiver<Message>,
}

/// Tells a [`Program`] to stop, from any thread, before or while it runs.
#[derive(Clone)]
pub struct Stopper(Sender<Message>);

impl Stopper {
    /// Once the dispatcher has read it and emptied `pending`, no more polls
    /// begin; those that have begun are finished and reported.
    pub fn stop(&self) {
        // If there is no receiver any more, it has ended already.
        let _ = self.0.send(Message::Stop);
    }
}

impl Program {
    /// A program that will poll these URLs.
    pub fn new(settings: Settings, urls: impl Into<Arc<[Url]>>) -> Self {
        let urls = urls.into();
        let timetable = Timetable::new(&settings, &urls);
        let (inbox_tx, inbox_rx) = unbounded();
        Program { settings, urls, timetable, inbox_tx, inbox_rx }
    }

    /// A handle that stops this program.
    pub fn stopper(&self) -> Stopper {
        Stopper(self.inbox_tx.clone())
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
        let (updates_tx, updates_rx) = bounded(MOST_UNREAD);
        // No message is sent on it: dropping `running_tx` ends the lister.
        let (running_tx, running_rx) = bounded::<()>(1);
        // A stop ends the dispatcher, and that ends the workers. Then, or if
        // anything fails, both senders are dropped with this closure.
        crew(&|| stopper.stop(), |board| {
            let recording = move || state_monitor(states, &updates_rx);
            board.start("monitor", recording)?;
            let asks_tx = updates_tx.clone();
            let listing = move || lister(&asks_tx, &running_rx, interval, log);
            board.start("lister", listing)?;
            let began = now();
            self.work(&updates_tx, http, log)?;
            let elapsed = now() - began;
            let states = snapshot(&updates_tx);
            // This hangs up, which ends the lister and then the monitor.
            drop((running_tx, updates_tx));
            Ok(Report { states, elapsed })
        })
    }

    /// Starts the workers, hands out what is due to them, and returns when
    /// all of them have ended.
    fn work(
        self,
        updates_tx: &Sender<Update>,
        http: &impl HttpClient,
        log: &impl Log,
    ) -> Result<(), NotStarted> {
        let stopper = self.stopper();
        let Program { settings, timetable, inbox_tx, inbox_rx, .. } = self;
        // Unbounded, like the inbox: workers and dispatcher send to each other,
        // so neither may wait for room. The dispatcher limits what is in it.
        let (pending_tx, pending_rx) = unbounded();
        crew(&|| stopper.stop(), |workers| {
            let work = || poller(&pending_rx, &inbox_tx, updates_tx, http, log);
            workers.start_workers(settings.pollers, work)?;
            // Only now that all have started: all poll, or none.
            let started = inbox_tx.send(Message::Start);
            started.expect("we hold the inbox");
            // On this thread, like the Codewalk's `main`.
            let pollers = settings.pollers;
            dispatcher(timetable, pollers, pending_tx, &pending_rx, &inbox_rx);
            Ok(())
        })
    }
}
