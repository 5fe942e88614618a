//! A run of a program against a made-up web, and its result.

use std::fmt;
use std::io::Write;
use std::process;
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::sync::{Condvar, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use shared::http::Method;
use shared::http::fake::{Answer, FakeHttp, Request};
use shared::{HttpClient, HttpError, Log, Next, Report, Timetable};
use shared::{States, Status, Url};

use super::{Start, Started};
use crate::config::Config;

/// What happens during a run; reported before the run goes on.
pub enum Event<'a> {
    /// The program is ready, and is run next.
    Ready,
    /// This URL is about to be requested.
    Request(&'a Url, &'a FakeHttp),
    /// The log has been told of an error.
    Error,
    /// The log has been given these states.
    Listing(&'a States),
}

/// The result of a run.
pub struct Played {
    pub urls: Vec<Url>,
    pub requests: Vec<Request>,
    pub report: Report,
    pub errors: Vec<(Url, HttpError)>,
    pub listings: usize,
}

impl Config {
    fn web(&self) -> FakeHttp {
        let sites = self.urls().into_iter().zip(&self.scripts);
        sites.fold(FakeHttp::new().recorded(), |web, (url, script)| {
            web.script(&url, script.iter().copied())
        })
    }

    /// The program, ready to run.
    pub fn start(&self, start: Start) -> Started {
        start(self.settings.clone(), self.urls())
    }

    /// Runs the program and calls `on` as things happen, with what stops it;
    /// then checks what holds of every run.
    pub fn play(
        &self,
        start: Start,
        on: impl Fn(Event<'_>, &dyn Fn()) + Sync,
    ) -> Played {
        let _watch = watch(format!("{self:?}"));
        let (web, urls) = (self.web(), self.urls());
        let program = self.start(start);
        let (stop, heard) = (&*program.stop, Mutex::default());
        on(Event::Ready, stop);
        let stage = Stage { web: &web, stop, on: &on, heard };
        let report = (program.run)(&stage, &stage);
        let report = report.expect("a few threads are to be had");
        let Heard { errors, listings } =
            stage.heard.into_inner().expect("no thread panics while writing");
        // A stop after the end does no harm.
        stop();
        let requests = web.log();
        let played = Played { urls, requests, report, errors, listings };
        played.check();
        played
    }

    /// The work of a single thread that loops over the timetable.
    pub fn one_by_one(&self) -> Played {
        let (web, urls) = (self.web(), self.urls());
        let (now, log) = (Instant::now(), Mutex::default());
        let on = |_: Event<'_>, _: &dyn Fn()| ();
        let stage = Stage { web: &web, stop: &|| (), on: &on, heard: log };
        let mut timetable = Timetable::new(&self.settings, &urls);
        timetable.start(now);
        let mut states = States::new(urls.clone().into());
        while let Next::Ready(mut resource) = timetable.take(now) {
            states.update(resource.poll(&stage, &stage));
            timetable.put_back(resource, now);
        }
        let Heard { errors, listings } =
            stage.heard.into_inner().expect("no thread panics while writing");
        let report = Report { states, elapsed: Duration::ZERO };
        let requests = web.log();
        Played { urls, requests, report, errors, listings }
    }
}

impl Played {
    /// How often each URL was requested.
    pub fn polls(&self) -> Vec<usize> {
        self.urls.iter().map(|url| self.answers(url).len()).collect()
    }

    /// The URLs in the order in which they were requested.
    pub fn order(&self) -> Vec<&Url> {
        self.requests.iter().map(|r| &r.url).collect()
    }

    /// What the web answered this URL, in order.
    pub fn answers(&self, url: &Url) -> Vec<Result<Status, HttpError>> {
        let requests = self.requests.iter().filter(|r| r.url == *url);
        requests.map(|r| outcome(r.answer)).collect()
    }

    /// No two workers polled one URL at once; each request that began has
    /// ended and is reported; each error is in the log, once; the last state
    /// is on the board.
    fn check(&self) {
        let states = &self.report.states;
        let made = self.requests.len() as u64;
        assert_eq!(states.polls(), made, "polls reported, polls made");
        for r in &self.requests {
            assert!(!r.overlaps, "two workers polled one URL at once: {r:?}");
            assert!(r.end.is_some(), "the run ended before its poll: {r:?}");
        }
        for (id, url) in self.urls.iter().enumerate() {
            let answers = self.answers(url);
            let last = answers.last().copied();
            assert_eq!(states.get(id), last, "the last state of {url}");
            let lines = self.errors.iter().filter(|(of, _)| of == url);
            let lines: Vec<_> = lines.map(|(_, error)| *error).collect();
            let errors = answers.into_iter().filter_map(Result::err);
            let errors: Vec<_> = errors.collect();
            assert_eq!(lines, errors, "the error lines of {url}");
        }
    }
}

/// The state that a poll must report for an answer.
fn outcome(answer: Answer) -> Result<Status, HttpError> {
    match answer {
        Answer::Status(status) => Ok(Status(status, Method::Head)),
        Answer::Error(error) => Err(error),
        Answer::Panic => Err(HttpError::Panicked),
        Answer::Never => Err(HttpError::TimedOut),
    }
}

/// The web and the log that a program is given.
struct Stage<'a, F> {
    web: &'a FakeHttp,
    stop: &'a (dyn Fn() + Send + Sync),
    on: &'a F,
    heard: Mutex<Heard>,
}

#[derive(Default)]
struct Heard {
    errors: Vec<(Url, HttpError)>,
    listings: usize,
}

impl<F: Fn(Event<'_>, &dyn Fn()) + Sync> HttpClient for Stage<'_, F> {
    fn head(&self, url: &Url) -> Result<Status, HttpError> {
        (self.on)(Event::Request(url, self.web), &self.stop);
        // Other threads may go first: that varies the order.
        thread::yield_now();
        self.web.head(url)
    }
}

impl<F: Fn(Event<'_>, &dyn Fn()) + Sync> Log for Stage<'_, F> {
    fn error(&self, url: &Url, error: HttpError) {
        let mut heard = self.heard.lock().expect("no thread panics");
        heard.errors.push((url.clone(), error));
        drop(heard);
        (self.on)(Event::Error, &self.stop);
    }

    fn listing(&self, states: &States) {
        self.heard.lock().expect("no thread panics").listings += 1;
        (self.on)(Event::Listing(states), &self.stop);
    }
}

/// Counts what happens, and lets threads wait for it.
#[derive(Default)]
pub struct Count(Mutex<u64>, Condvar);

impl Count {
    /// Counts one more, and returns how many there are now.
    pub fn add(&self) -> u64 {
        let mut count = self.0.lock().expect("no thread panics");
        *count += 1;
        self.1.notify_all();
        *count
    }

    /// Returns when the count has reached this.
    pub fn wait_for(&self, times: u64) {
        let count = self.0.lock().expect("no thread panics");
        let waits = |count: &mut u64| *count < times;
        drop(self.1.wait_while(count, waits).expect("no thread panics"));
    }
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
