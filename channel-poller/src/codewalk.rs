//! The Codewalk *Share Memory By Communicating*, as literally as Rust allows:
//! channels without a buffer, and a thread for every resource that sleeps.
//!
//! In Go such a thread is a goroutine: a few kilobytes, and cheap to switch
//! to. Here it is one of the system's, and every hop over a channel without a
//! buffer makes the system switch threads: run it, and measure. What the
//! Codewalk has not is added so that it ends: rounds, and a stop.
//!
//! Next: [`scheduler`](crate::scheduler), in which one thread sleeps for all.

use std::sync::Arc;
use std::time::Duration;

use shared::sync::channel::{Receiver, RecvTimeoutError, Sender, bounded};
use shared::sync::{Mutex, now, spawn, thread};
use shared::{HttpClient, Log, NotStarted, Report, Resource};
use shared::{Settings, State, States, Url};

use crate::monitor::state_monitor;

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

/// What a sleeper must know.
struct Ends {
    pending: Sender<Resource>,
    complete: Sender<Resource>,
    stopped: Receiver<()>,
}

impl Ends {
    /// The Codewalk's `Sleep`: rests for a while, then sends the resource to
    /// be polled again; or straight home, if it is told to stop meanwhile.
    fn sleep(&self, r: Resource, pause: Duration) {
        let next = match self.rest(pause) {
            true => &self.pending,
            false => &self.complete,
        };
        next.send(r).expect("main receives until all are home");
    }

    /// Waits; `false` if told to stop.
    fn rest(&self, pause: Duration) -> bool {
        let rested = self.stopped.recv_deadline(now() + pause);
        rested == Err(RecvTimeoutError::Timeout)
    }
}

/// The Codewalk's program, ready to run.
pub struct Program {
    settings: Settings,
    urls: Arc<[Url]>,
    stop: Stopper,
    stopped: Receiver<()>,
}

/// Tells a [`Program`] to stop.
#[derive(Clone)]
pub struct Stopper(Arc<Mutex<Option<Sender<()>>>>);

impl Stopper {
    /// Hangs up, and every thread that sleeps hears it at once. (Go would
    /// `close` the channel; in Rust its last sender is dropped.)
    pub fn stop(&self) {
        self.0.lock().take();
    }
}

impl Program {
    /// A program that will poll these URLs.
    pub fn new(settings: Settings, urls: impl Into<Arc<[Url]>>) -> Self {
        // Nothing is ever sent on it: only its end is news.
        let (stop, stopped) = bounded(1);
        let stop = Stopper(Arc::new(Mutex::new(Some(stop))));
        Program { settings, urls: urls.into(), stop, stopped }
    }

    /// What stops it.
    pub fn stopper(&self) -> Stopper {
        self.stop.clone()
    }

    /// The Codewalk's `main`: polls until every round is done or it is told
    /// to stop.
    ///
    /// # Errors
    /// If the system has not a thread for every poller and every sleeper.
    pub fn run(
        self,
        http: &impl HttpClient,
        log: &impl Log,
    ) -> Result<Report, NotStarted> {
        let Settings { pollers, status_interval, .. } = self.settings;
        let states = States::new(self.urls.clone());
        let (status, updates) = bounded(0);
        let began = now();
        let states = thread::scope(|threads| {
            let listing =
                move || state_monitor(states, updates, status_interval, log);
            let monitor = spawn(threads, "monitor", listing)
                .map_err(|e| NotStarted::new(0, pollers, e))?;
            self.work(&status, http, log)?;
            drop(status);
            Ok(monitor.join().expect("a log must not panic"))
        })?;
        Ok(Report { states, elapsed: now() - began })
    }

    /// Launches the pollers, and a sleeper for each resource that completes.
    fn work(
        &self,
        status: &Sender<State>,
        http: &impl HttpClient,
        log: &impl Log,
    ) -> Result<(), NotStarted> {
        let asked = self.settings.pollers;
        let (pending, input) = bounded(0);
        let (complete, home) = bounded(0);
        let out = complete.clone();
        let stopped = self.stopped.clone();
        let ends = Ends { pending, complete, stopped };
        thread::scope(|workers| {
            for n in 1..=asked {
                let work = || poller(&input, &out, status, http, log);
                spawn(workers, format!("worker {n}"), work)
                    .map_err(|e| NotStarted::new(n - 1, asked, e))?;
            }
            let slept = self.sleepers(&ends, &home);
            // Everybody sleeps no more: `pending` hangs up.
            drop(ends);
            slept
        })
    }

    /// Sends every resource out for the first time, then starts a sleeper
    /// for each that completes, until all have come home for good.
    fn sleepers(
        &self,
        ends: &Ends,
        home: &Receiver<Resource>,
    ) -> Result<(), NotStarted> {
        let Settings { interval, backoff, .. } = self.settings;
        let rounds = self.settings.rounds.unwrap_or(u64::MAX);
        let (mut left, all) = (self.urls.len(), self.urls.len());
        let mut started = Ok(());
        thread::scope(|threads| {
            let feed = || {
                for (id, url) in self.urls.iter().enumerate() {
                    let r = Resource::new(id, url.clone());
                    ends.sleep(r, Duration::ZERO);
                }
            };
            spawn(threads, "feeder", feed)
                .map_err(|e| NotStarted::new(0, all, e))?;
            while left > 0 {
                let r = home.recv().expect("we hold a sender ourselves");
                if r.polls >= rounds || !ends.rest(Duration::ZERO) {
                    left -= 1;
                    continue;
                }
                let pause = interval + backoff * r.err_count;
                let sleep = move || ends.sleep(r, pause);
                if let Err(e) = spawn(threads, "sleeper", sleep) {
                    // The resource is lost with its thread: end it all.
                    started = Err(NotStarted::new(left, all, e));
                    self.stop.stop();
                    left -= 1;
                }
            }
            started
        })
    }
}
