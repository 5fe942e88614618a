//! The channel listing of the post, as published in 2010: a `Poller` that
//! receives from one channel and sends to another.
//!
//! "The delicate logic is conspicuously absent", says the post. What it leaves
//! out is added so that it runs and ends: the poll, and a thread at the other
//! ends of both channels. It has no intervals, no back-off and no listings: a
//! resource that comes out goes straight back in. After a stop, all that are
//! in are still polled. And if a poller panics, which a log can cause, its
//! resource never comes out, and this program waits forever.
//!
//! Twin: `mutex-poller/src/as_posted.rs`. Next:
//! [`dispatcher`](crate::dispatcher), where what comes back may have to wait.

use std::num::NonZeroU64;
use std::sync::Arc;

use shared::sync::channel::{Receiver, Sender, unbounded};
use shared::sync::now;
use shared::{HttpClient, Log, NotStarted, Report, Resource};
use shared::{Settings, State, States, Url, crew};

/// A message out of the pollers.
#[derive(Debug)]
pub enum Out {
    /// A resource that has been polled, and what the poll found.
    Polled(Resource, State),
    /// From the [`Stopper`]: send nothing more in.
    Stop,
}

/// The post's `Poller`, line by line.
pub fn poller(
    input: &Receiver<Resource>,
    out: &Sender<Out>,
    http: &impl HttpClient,
    log: &impl Log,
) {
    for mut r in input {
        // Poll the URL.
        let state = r.poll(http, log);

        // Send the processed resource to out.
        out.send(Out::Polled(r, state)).expect("main receives all of them");
    }
}

/// The pollers of the post, ready to run.
pub struct Program {
    settings: Settings,
    urls: Arc<[Url]>,
    out_tx: Sender<Out>,
    out_rx: Receiver<Out>,
}

/// Tells a [`Program`] to stop.
#[derive(Clone)]
pub struct Stopper(Sender<Out>);

impl Stopper {
    /// No more resources go in; those that are in are polled and reported.
    pub fn stop(&self) {
        // If there is no receiver any more, it has ended already.
        let _ = self.0.send(Out::Stop);
    }
}

impl Program {
    /// A program that will poll these URLs as fast as it can: of the
    /// settings it uses only `pollers` and `rounds`.
    pub fn new(settings: Settings, urls: impl Into<Arc<[Url]>>) -> Self {
        let (out_tx, out_rx) = unbounded();
        Program { settings, urls: urls.into(), out_tx, out_rx }
    }

    /// A handle that stops this program.
    pub fn stopper(&self) -> Stopper {
        Stopper(self.out_tx.clone())
    }

    /// Polls until every round is done or it is told to stop.
    ///
    /// # Errors
    /// If a thread could not be started. Then nothing was polled.
    pub fn run(
        self,
        http: &impl HttpClient,
        log: &impl Log,
    ) -> Result<Report, NotStarted> {
        let (pending_tx, pending_rx) = unbounded();
        let began = now();
        let states = crew(&|| (), |workers| {
            let work = || poller(&pending_rx, &self.out_tx, http, log);
            workers.start_workers(self.settings.pollers, work)?;
            Ok(self.go_round(pending_tx))
        })?;
        Ok(Report { states, elapsed: now() - began })
    }

    /// Sends every resource in, once a round; drops `pending_tx`, which hangs
    /// up, when all have come out for the last time.
    fn go_round(&self, pending_tx: Sender<Resource>) -> States {
        let rounds = self.settings.rounds;
        let mut rounds = rounds.map_or(u64::MAX, NonZeroU64::get);
        let mut states = States::new(self.urls.clone());
        let send = |r| pending_tx.send(r).expect("workers outlive it");
        for (id, url) in self.urls.iter().enumerate() {
            send(Resource::new(id, url.clone()));
        }
        let mut out = self.urls.len();
        while out > 0 {
            match self.out_rx.recv().expect("we hold a sender ourselves") {
                Out::Stop => rounds = 0,
                Out::Polled(r, state) => {
                    states.update(state);
                    if r.polls < rounds {
                        send(r);
                    } else {
                        out -= 1;
                    }
                }
            }
        }
        states
    }
}
