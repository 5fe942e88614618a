//! The lock listing of the post, as published in 2010: flags in a table, a
//! scan for the least recently polled, and no sleep when nothing is found.
//!
//! It is here to be read, run and measured. What the post leaves out is added
//! so that it runs and ends: the poll, rounds, a stop, the states. It has no
//! intervals, no back-off and no listings, and it may begin to poll before all
//! of its threads have been started.
//!
//! Twin: `channel-poller/src/as_posted.rs`. Next:
//! [`resources`](crate::resources), where the table learns to sleep.

use std::num::NonZeroU64;
use std::sync::Arc;
use std::time::Instant;

use shared::sync::{Mutex, now};
use shared::{HttpClient, Log, NotStarted, Report};
use shared::{Settings, States, Url, crew};

/// A URL and its bookkeeping. No thread owns it: a flag says it is taken.
#[derive(Debug)]
struct Resource {
    url: Url,
    polling: bool,
    last_polled: Option<Instant>,
    polls: u64,
}

/// The table, and the lock that guards all of it.
pub struct Resources(Mutex<Table>);

#[derive(Debug)]
struct Table {
    data: Vec<Resource>,
    rounds: u64,
    states: States,
}

impl Resources {
    /// A table of `urls`, each to be polled `rounds` times.
    pub fn new(urls: Arc<[Url]>, rounds: u64) -> Self {
        let resource = |url: &Url| Resource {
            url: url.clone(),
            polling: false,
            last_polled: None,
            polls: 0,
        };
        let data = urls.iter().map(resource).collect();
        let states = States::new(urls);
        Resources(Mutex::new(Table { data, rounds, states }))
    }

    /// Ends the pollers: no resource has a round left.
    pub fn close(&self) {
        self.0.lock().rounds = 0;
    }
}

/// The post's `Poller`, line by line.
pub fn poller(res: &Resources, http: &impl HttpClient, log: &impl Log) {
    loop {
        // Get the least recently polled resource and mark it as polled.
        let mut table = res.0.lock();
        let mut over = true;
        let mut r: Option<usize> = None;
        for (v, resource) in table.data.iter().enumerate() {
            if resource.polls >= table.rounds {
                continue;
            }
            over = false;
            if resource.polling {
                continue;
            }
            let last_polled = |r: usize| table.data[r].last_polled;
            if r.is_none_or(|r| resource.last_polled < last_polled(r)) {
                r = Some(v);
            }
        }
        if let Some(r) = r {
            table.data[r].polling = true;
        }
        let url = r.map(|r| table.data[r].url.clone());
        drop(table);
        if over {
            return;
        }
        // Nothing to do? Look again at once: this burns a whole core.
        let (Some(r), Some(url)) = (r, url) else { continue };

        // Poll the URL: a copy of it, because the table is unlocked now.
        let state = shared::Resource::new(r, url).poll(http, log);

        // Update the flag and the time of the poll.
        let mut table = res.0.lock();
        table.states.update(state);
        table.data[r].polling = false;
        table.data[r].polls += 1;
        table.data[r].last_polled = Some(now());
    }
}

/// The pollers of the post, ready to run.
pub struct Program {
    settings: Settings,
    resources: Arc<Resources>,
}

/// Tells a [`Program`] to stop.
#[derive(Clone)]
pub struct Stopper(Arc<Resources>);

impl Stopper {
    /// No more polls begin; those that have begun are finished and reported.
    pub fn stop(&self) {
        self.0.close();
    }
}

impl Program {
    /// A program that will poll these URLs as fast as it can: of the
    /// settings it uses only `pollers` and `rounds`.
    pub fn new(settings: Settings, urls: impl Into<Arc<[Url]>>) -> Self {
        let rounds = settings.rounds.map_or(u64::MAX, NonZeroU64::get);
        let resources = Arc::new(Resources::new(urls.into(), rounds));
        Program { settings, resources }
    }

    /// A handle that stops this program.
    pub fn stopper(&self) -> Stopper {
        Stopper(self.resources.clone())
    }

    /// Polls until every round is done or it is told to stop.
    ///
    /// # Errors
    /// If a thread could not be started. The states of polls made before that
    /// are lost.
    ///
    /// # Panics
    /// If `log` panics.
    pub fn run(
        self,
        http: &impl HttpClient,
        log: &impl Log,
    ) -> Result<Report, NotStarted> {
        let resources = &self.resources;
        let began = now();
        crew(&|| resources.close(), |workers| {
            let work = || poller(resources, http, log);
            workers.start_workers(self.settings.pollers, work)
        })?;
        let elapsed = now() - began;
        let states = resources.0.lock().states.clone();
        Ok(Report { states, elapsed })
    }
}
