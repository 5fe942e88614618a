//! The Codewalk *Share Memory By Communicating*, as literally as Rust allows:
//! channels without a buffer, and a thread for every resource that sleeps.
//!
//! In Go such a thread is a goroutine: a few kilobytes, and cheap to switch
//! to. Here it is a thread of the operating system, and every message over a
//! channel without a buffer makes the system switch threads: run it, and
//! measure. Rounds and a stop are added, so that it ends. It keeps the limits
//! of the original: a slow listing holds up every poll; after a stop, each
//! resource whose sleeper is due is still polled; and if a thread panics, which
//! a log can cause, the others wait forever.
//!
//! Next: [`dispatcher`](crate::dispatcher), in which one thread sleeps for all.

use std::sync::Arc;
use std::time::Duration;

use shared::settings::after;
use shared::sync::channel::RecvTimeoutError::{Disconnected, Timeout};
use shared::sync::channel::{Receiver, Sender, bounded};
use shared::sync::{Mutex, now};
use shared::{Crew, HttpClient, Log, NotStarted, Report, Resource};
use shared::{Settings, State, States, Url, crew};

/// The Codewalk's `StateMonitor`: owns the states, records what it is sent, and
/// lists them at every interval, until all senders have hung up.
fn state_monitor(
    mut states: States,
    status_rx: &Receiver<State>,
    interval: Duration,
    log: &impl Log,
) -> States {
    let mut tick = after(now(), interval);
    loop {
        match status_rx.recv_deadline(tick) {
            Ok(state) => states.update(state),
            Err(Timeout) => {}
            Err(Disconnected) => return states,
        }
        // Not only after a timeout: updates may come without a pause.
        if now() >= tick {
            log.listing(&states);
            tick = after(now(), interval);
        }
    }
}

/// The Codewalk's `Poller`: polls what is pending until that hangs up.
fn poller(
    input: &Receiver<Resource>,
    out: &Sender<Resource>,
    status: &Sender<State>,
    http: &impl HttpClient,
    log: &impl Log,
) {
    for mut r in input {
        let state = r.poll(http, log);
        status.send(state).expect("the monitor outlives the pollers");
        out.send(r).expect("main receives until all are home");
    }
}

/// The ends of channels that a sleeper needs.
struct Ends {
    pending_tx: Sender<Resource>,
    complete_tx: Sender<Resource>,
    stop_rx: Receiver<()>,
}

impl Ends {
    /// The Codewalk's `Sleep`: waits for the pause to pass, then sends the
    /// resource to be polled again; or straight home, after a stop.
    fn sleep(&self, r: Resource, pause: Duration) {
        let rested = self.rest(pause);
        let next = if rested { &self.pending_tx } else { &self.complete_tx };
        next.send(r).expect("main receives until all are home");
    }

    /// Waits for the pause to pass; `false` if a stop came first.
    fn rest(&self, pause: Duration) -> bool {
        self.stop_rx.recv_deadline(after(now(), pause)) == Err(Timeout)
    }
}

/// The Codewalk's program, ready to run.
pub struct Program {
    settings: Settings,
    urls: Arc<[Url]>,
    stop: Stopper,
    stop_rx: Receiver<()>,
}

/// Tells a [`Program`] to stop.
#[derive(Clone)]
pub struct Stopper(Arc<Mutex<Option<Sender<()>>>>);

impl Stopper {
    /// Hangs up, which wakes every sleeper at once. (Go would `close` the
    /// channel; in Rust its last sender is dropped.)
    pub fn stop(&self) {
        self.0.lock().take();
    }
}

impl Program {
    /// A program that will poll these URLs.
    pub fn new(settings: Settings, urls: impl Into<Arc<[Url]>>) -> Self {
        // Nothing is ever sent on it: the hang-up is the message.
        let (stop_tx, stop_rx) = bounded(1);
        let stop = Stopper(Arc::new(Mutex::new(Some(stop_tx))));
        Program { settings, urls: urls.into(), stop, stop_rx }
    }

    /// A handle that stops this program.
    pub fn stopper(&self) -> Stopper {
        self.stop.clone()
    }

    /// The Codewalk's `main`: polls until every round is done or it is told
    /// to stop.
    ///
    /// # Errors
    /// If a thread could not be started: one for every poller, and one for
    /// every resource that sleeps.
    pub fn run(
        self,
        http: &impl HttpClient,
        log: &impl Log,
    ) -> Result<Report, NotStarted> {
        let interval = self.settings.status_interval;
        let states = States::new(self.urls.clone());
        let (status_tx, status_rx) = bounded(0);
        let (last_tx, last_rx) = bounded(1);
        let began = now();
        crew(&|| self.stop.stop(), |threads| {
            threads.start("monitor", move || {
                let states = state_monitor(states, &status_rx, interval, log);
                last_tx.send(states).expect("main waits for it");
            })?;
            let worked = self.work(&status_tx, http, log);
            drop(status_tx);
            worked
        })?;
        let states = last_rx.recv();
        let states = states.expect("the monitor has sent it");
        Ok(Report { states, elapsed: now() - began })
    }

    /// Launches the pollers, and a sleeper for each resource that completes.
    fn work(
        &self,
        status_tx: &Sender<State>,
        http: &impl HttpClient,
        log: &impl Log,
    ) -> Result<(), NotStarted> {
        let (pending_tx, pending_rx) = bounded(0);
        let (complete_tx, complete_rx) = bounded(0);
        let out = complete_tx.clone();
        let stop_rx = self.stop_rx.clone();
        let ends = Ends { pending_tx, complete_tx, stop_rx };
        crew(&|| self.stop.stop(), |workers| {
            let work = || poller(&pending_rx, &out, status_tx, http, log);
            workers.start_workers(self.settings.pollers, work)?;
            let stop = || self.stop.stop();
            let slept = crew(&stop, |t| self.sleepers(t, &ends, &complete_rx));
            // All sleepers have ended: now `pending_tx` hangs up.
            drop(ends);
            slept
        })
    }

    /// Sends every resource out for the first time, then starts a sleeper
    /// for each that completes, until all have come home for the last time.
    fn sleepers<'env>(
        &'env self,
        threads: &Crew<'_, 'env>,
        ends: &'env Ends,
        complete_rx: &Receiver<Resource>,
    ) -> Result<(), NotStarted> {
        threads.start("feeder", || {
            for (id, url) in self.urls.iter().enumerate() {
                ends.sleep(Resource::new(id, url.clone()), Duration::ZERO);
            }
        })?;
        let rounds = self.settings.rounds;
        let (mut left, mut started) = (self.urls.len(), Ok(()));
        while left > 0 {
            let r = complete_rx.recv().expect("we hold a sender ourselves");
            let done = rounds.is_some_and(|rounds| r.polls >= rounds.get());
            if done || !ends.rest(Duration::ZERO) {
                left -= 1;
                continue;
            }
            let pause = self.settings.pause(r.err_count);
            let slept = threads.start("sleeper", move || ends.sleep(r, pause));
            if slept.is_err() {
                // The resource is lost with its thread: end the run.
                self.stop.stop();
                (started, left) = (slept, left - 1);
            }
        }
        started
    }
}
