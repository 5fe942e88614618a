//! A run of a program against a made-up web, and its result.

use std::collections::HashMap;
use std::fmt;
use std::io::Write;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::process;
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::sync::{Condvar, Mutex, MutexGuard};
use std::thread;
use std::time::{Duration, Instant};

use shared::http::fake::{FakeHttp, Request};
use shared::{HttpClient, HttpError, Log, Next, Report, Timetable};
use shared::{States, Status, Url};

use super::{Start, Started};
use crate::config::{Config, outcome};

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
    /// What was polled.
    pub urls: Vec<Url>,
    /// What the web saw.
    pub requests: Vec<Request>,
    /// What the program returned.
    pub report: Report,
    /// What the log was told.
    pub errors: Vec<(Url, HttpError)>,
    /// How often the log was given the states.
    pub listings: usize,
    /// A URL that was polled again before its interval had passed.
    pub early: Option<Url>,
}

/// What a web answered, in turn.
type Answers = Vec<Result<Status, HttpError>>;

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
    /// then checks what holds of every run. Ends the process if it hangs.
    pub fn play(
        &self,
        start: Start,
        on: impl Fn(Event<'_>, &dyn Fn()) + Sync,
    ) -> Played {
        let _watch = watch(format!("{self:?}"));
        self.run(self.start(start), on)
    }

    /// Does the same with a program that is ready, and may hang.
    pub fn run(
        &self,
        program: Started,
        on: impl Fn(Event<'_>, &dyn Fn()) + Sync,
    ) -> Played {
        let (web, urls) = (self.web(), self.urls());
        let stop = &*program.stop;
        on(Event::Ready, stop);
        let stage = Stage::new(self, &web, stop, &on);
        let report = (program.run)(&stage, &stage);
        let report = report.expect("a few threads are to be had");
        // A stop after the end does no harm.
        stop();
        let played = stage.played(urls, report);
        played.check();
        played
    }

    /// The work of a single thread that loops over the timetable.
    pub fn one_by_one(&self) -> Played {
        let (web, urls) = (self.web(), self.urls());
        let (now, on) = (Instant::now(), |_: Event<'_>, _: &dyn Fn()| ());
        let stage = Stage::new(self, &web, &|| (), &on);
        let mut timetable = Timetable::new(&self.settings, &urls);
        timetable.start(now);
        let mut states = States::new(urls.clone().into());
        while let Next::Ready(mut resource) = timetable.take(now) {
            states.update(resource.poll(&stage, &stage));
            timetable.put_back(resource, now);
        }
        stage.played(urls, Report { states, elapsed: Duration::ZERO })
    }
}

impl Played {
    /// How often each URL was requested.
    pub fn polls(&self) -> Vec<usize> {
        let all = self.all_answers();
        self.urls.iter().map(|url| all.get(url).map_or(0, Vec::len)).collect()
    }

    /// The URLs in the order in which they were requested.
    pub fn order(&self) -> Vec<&Url> {
        self.requests.iter().map(|r| &r.url).collect()
    }

    /// What the web answered this URL, in order.
    pub fn answers(&self, url: &Url) -> Answers {
        self.all_answers().remove(url).unwrap_or_default()
    }

    fn all_answers(&self) -> HashMap<&Url, Answers> {
        by_url(self.requests.iter().map(|r| (&r.url, outcome(r.answer))))
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
        let mut answers = self.all_answers();
        let mut lines = by_url(self.errors.iter().map(|(url, e)| (url, *e)));
        for (id, url) in self.urls.iter().enumerate() {
            let answers = answers.remove(url).unwrap_or_default();
            let last = answers.last().copied();
            assert_eq!(states.get(id), last, "the last state of {url}");
            let errors = answers.into_iter().filter_map(Result::err);
            let errors: Vec<_> = errors.collect();
            let lines = lines.remove(url).unwrap_or_default();
            assert_eq!(lines, errors, "the error lines of {url}");
        }
    }
}

/// What there is of each URL, in order.
fn by_url<'a, T>(
    all: impl Iterator<Item = (&'a Url, T)>,
) -> HashMap<&'a Url, Vec<T>> {
    let mut by_url: HashMap<_, Vec<_>> = HashMap::new();
    all.for_each(|(url, one)| by_url.entry(url).or_default().push(one));
    by_url
}

/// The web and the log that a program is given.
struct Stage<'a, F> {
    web: &'a FakeHttp,
    stop: &'a (dyn Fn() + Send + Sync),
    on: &'a F,
    interval: Duration,
    heard: Mutex<Heard>,
}

#[derive(Default)]
struct Heard {
    errors: Vec<(Url, HttpError)>,
    listings: usize,
    // When each URL was last answered.
    answered: HashMap<Url, Instant>,
    early: Option<Url>,
}

impl<'a, F: Fn(Event<'_>, &dyn Fn()) + Sync> Stage<'a, F> {
    fn new(
        config: &Config,
        web: &'a FakeHttp,
        stop: &'a (dyn Fn() + Send + Sync),
        on: &'a F,
    ) -> Self {
        let interval = config.settings.interval;
        Stage { web, stop, on, interval, heard: Mutex::default() }
    }

    fn heard(&self) -> MutexGuard<'_, Heard> {
        self.heard.lock().expect("no thread panics while writing")
    }

    /// Only notes it: a panic here would count as one of the client.
    fn note_early(&self, url: &Url) {
        let mut heard = self.heard();
        let pause = heard.answered.get(url).map(Instant::elapsed);
        if pause.is_some_and(|pause| pause < self.interval) {
            heard.early = Some(url.clone());
        }
    }

    fn played(self, urls: Vec<Url>, report: Report) -> Played {
        let heard = self.heard.into_inner();
        let Heard { errors, listings, early, .. } =
            heard.expect("no thread panics while writing");
        let requests = self.web.log();
        Played { urls, requests, report, errors, listings, early }
    }
}

impl<F: Fn(Event<'_>, &dyn Fn()) + Sync> HttpClient for Stage<'_, F> {
    fn head(&self, url: &Url) -> Result<Status, HttpError> {
        self.note_early(url);
        (self.on)(Event::Request(url, self.web), &self.stop);
        // Other threads may go first: that varies the order.
        thread::yield_now();
        let answer = catch_unwind(AssertUnwindSafe(|| self.web.head(url)));
        self.heard().answered.insert(url.clone(), Instant::now());
        answer.unwrap_or_else(|panic| resume_unwind(panic))
    }
}

impl<F: Fn(Event<'_>, &dyn Fn()) + Sync> Log for Stage<'_, F> {
    fn error(&self, url: &Url, error: HttpError) {
        self.heard().errors.push((url.clone(), error));
        (self.on)(Event::Error, &self.stop);
    }

    fn listing(&self, states: &States) {
        self.heard().listings += 1;
        (self.on)(Event::Listing(states), &self.stop);
    }
}

/// Counts what happens, and lets threads wait for it.
#[derive(Default)]
pub struct Count(Mutex<u64>, Condvar);

impl Count {
    /// Counts one more, and returns how many there are now.
    pub fn add(&self) -> u64 {
        self.skip(1)
    }

    /// Counts so many more at once.
    pub fn skip(&self, more: u64) -> u64 {
        let mut count = self.0.lock().expect("no thread panics");
        *count += more;
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
