//! A run of a program against a made-up web, what must hold at its end, and
//! its result.
//!
//! Next: `polling`, `web` and `ending`, the properties.

use std::collections::HashMap;
use std::fmt;
use std::io::Write;
use std::num::NonZeroU64;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::process;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::thread;
use std::time::{Duration, Instant};

use shared::http::fake::FakeHttp;
use shared::sync::{Condvar, Mutex};
use shared::{HttpClient, HttpError, Log, Report, Settings};
use shared::{States, Status, Url};

use super::{Start, Stop};
use crate::config::Config;

/// What happens during a run; reported before the run goes on.
#[derive(Clone, Copy)]
pub enum Event<'a> {
    /// The program is ready, and is run next.
    Ready,
    /// This URL is about to be requested.
    Request(&'a Url),
    /// The log has been told of an error.
    Error,
    /// The log has been given these states.
    Listing(&'a States),
}

/// The result of a run.
pub struct Played {
    /// What was polled.
    pub urls: Vec<Url>,
    /// What the program returned.
    pub report: Report,
    /// Whether it was told to stop before its end.
    pub told: bool,
    /// All requests, in the order in which they began.
    pub requests: Vec<Request>,
}

/// One request.
#[derive(Debug)]
pub struct Request {
    url: Url,
    begun: Instant,
    ended: Option<Instant>,
    /// What the program must report of it, once it has ended.
    pub found: Result<Status, HttpError>,
    // What the log was told before the next request for this URL.
    logged: Vec<HttpError>,
}

impl Config {
    /// Runs the program and calls `on` as things happen, with what stops it;
    /// then checks what holds of every run. Ends the process if it hangs.
    pub fn play(
        &self,
        start: Start,
        on: impl Fn(Event<'_>, &Stop) + Sync,
    ) -> Played {
        let _watch = watch(format!("{self:?}"));
        self.run(start, on)
    }

    /// Does the same, and may hang.
    pub fn run(
        &self,
        start: Start,
        on: impl Fn(Event<'_>, &Stop) + Sync,
    ) -> Played {
        let urls = self.urls();
        let program = start(self.settings.clone(), urls.clone());
        let told = Arc::new(AtomicBool::new(false));
        let (stop, tell) = (program.stop, told.clone());
        let stop: Stop = Arc::new(move || {
            tell.store(true, Relaxed);
            stop();
        });
        on(Event::Ready, &stop);
        let sites = urls.iter().zip(&self.scripts);
        let web = sites.fold(FakeHttp::new(), |web, (url, script)| {
            web.script(url, script.iter().copied())
        });
        let stage = Stage { web, stop, on, requests: Mutex::default() };
        let report = (program.run)(&stage, &stage);
        let report = report.expect("a few threads are to be had");
        let told = told.load(Relaxed);
        // A stop after the end does no harm.
        (stage.stop)();
        let requests = stage.requests.into_inner();
        let played = Played { urls, report, told, requests };
        played.check(&self.settings);
        played
    }
}

impl Played {
    /// The requests for each URL, in the order of the list.
    pub fn by_url(&self) -> impl Iterator<Item = (&Url, Vec<&Request>)> {
        let mut all: HashMap<_, Vec<_>> = HashMap::new();
        for request in &self.requests {
            all.entry(&request.url).or_default().push(request);
        }
        let urls = self.urls.iter();
        urls.map(move |url| (url, all.remove(url).unwrap_or_default()))
    }

    /// So many requests were made in the order of the list, round by round.
    pub fn check_order(&self, first: usize) {
        let order = self.requests.iter().map(|request| &request.url);
        let mut both = order.zip(self.urls.iter().cycle()).take(first);
        assert!(both.all(|(request, url)| request == url));
    }

    /// Each request that began has ended, and the board has it; so has the log,
    /// if it is an error, once; and of each URL there are as many as there are
    /// rounds, or fewer after a stop, one after the other.
    fn check(&self, settings: &Settings) {
        let states = &self.report.states;
        let made = self.requests.len() as u64;
        assert_eq!(states.polls(), made, "polls reported, polls made");
        let rounds = settings.rounds.map_or(u64::MAX, NonZeroU64::get);
        for (id, (url, all)) in self.by_url().enumerate() {
            let last = all.last().map(|r| r.found);
            assert_eq!(states.get(id), last, "the last state of {url}");
            let polls = all.len() as u64;
            let few = polls == rounds || self.told && polls < rounds;
            let rounds = settings.rounds;
            assert!(few, "{url} was polled {polls} times, of {rounds:?}");
            for r in all {
                assert!(r.ended.is_some(), "the run ended before {r:?}");
                let error = Vec::from_iter(r.found.err());
                assert_eq!(r.logged, error, "what the log has of {url}");
            }
        }
        self.check_pauses(Duration::ZERO);
    }

    /// Between two polls of a URL there is at least this pause: without one,
    /// no two workers polled it at once.
    pub fn check_pauses(&self, pause: Duration) {
        for (url, all) in self.by_url() {
            let early = all.windows(2).any(|two| {
                let rested = two[1].begun.checked_duration_since(
                    two[0].ended.expect("`check` was before"),
                );
                rested.is_none_or(|rested| rested < pause)
            });
            assert!(!early, "{url} was polled before it was due");
        }
    }
}

/// The web and the log that a program is given.
struct Stage<F> {
    web: FakeHttp,
    stop: Stop,
    on: F,
    requests: Mutex<Vec<Request>>,
}

impl<F: Fn(Event<'_>, &Stop) + Sync> HttpClient for Stage<F> {
    fn head(&self, url: &Url) -> Result<Status, HttpError> {
        let number = {
            let (url, begun) = (url.clone(), Instant::now());
            let (found, logged) = (Err(HttpError::Panicked), Vec::new());
            let mut requests = self.requests.lock();
            requests.push(Request { url, begun, ended: None, found, logged });
            requests.len() - 1
        };
        let answer = catch_unwind(AssertUnwindSafe(|| {
            (self.on)(Event::Request(url), &self.stop);
            // Other threads may go first: that varies the order.
            thread::yield_now();
            self.web.head(url)
        }));
        let mut requests = self.requests.lock();
        let request = &mut requests[number];
        request.ended = Some(Instant::now());
        if let Ok(found) = answer {
            request.found = found;
        }
        drop(requests);
        answer.unwrap_or_else(|panic| resume_unwind(panic))
    }
}

impl<F: Fn(Event<'_>, &Stop) + Sync> Log for Stage<F> {
    fn error(&self, url: &Url, error: HttpError) {
        let mut requests = self.requests.lock();
        let last = requests.iter_mut().rfind(|r| r.url == *url);
        last.expect("it was requested").logged.push(error);
        drop(requests);
        (self.on)(Event::Error, &self.stop);
    }

    fn listing(&self, states: &States) {
        (self.on)(Event::Listing(states), &self.stop);
    }
}

/// Counts what happens, and lets threads wait for it.
#[derive(Default)]
pub struct Count(Mutex<u64>, Condvar);

impl Count {
    /// Counts one more, and returns how many there are now.
    pub fn add(&self) -> u64 {
        let mut count = self.0.lock();
        *count += 1;
        self.1.notify_all();
        *count
    }

    /// Returns when the count has reached this.
    pub fn wait_for(&self, times: u64) {
        self.1.wait_while(&mut self.0.lock(), |count| *count < times);
    }
}

/// Does the work in a thread of its own. If it has not ended after `patience`,
/// it is left to itself, and there is no result; nor is there if it panics.
pub fn in_time<T: Send + 'static>(
    patience: Duration,
    work: impl FnOnce() -> T + Send + 'static,
) -> Option<T> {
    let (tell, ended) = channel();
    // If it is not heard any more, it has taken too long.
    thread::spawn(move || drop(tell.send(work())));
    ended.recv_timeout(patience).ok()
}

/// The time limit of a run that should take milliseconds.
const TOO_LONG: Duration = Duration::from_secs(60);

/// Ends the process if the returned value is not dropped in time: a test that
/// hangs says less than one that fails.
pub fn watch(what: impl fmt::Display + Send + 'static) -> Sender<()> {
    let (alive, news) = channel();
    thread::spawn(move || {
        if news.recv_timeout(TOO_LONG) == Err(RecvTimeoutError::Timeout) {
            // Not `eprintln`: libtest would keep it to itself.
            let _ = writeln!(
                std::io::stderr(),
                "no end after {TOO_LONG:?}, so probably a deadlock: {what}"
            );
            process::abort();
        }
    });
    alive
}
