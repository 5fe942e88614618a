//! The made-up web of the models: small, and built to detect mistakes.
//!
//! Next: [`view`](super::view), how their values are shown.

use std::collections::HashMap;
use std::panic::resume_unwind;
use std::time::Duration;

use checker::{Condvar, Mutex, run};
use shared::http::fake::Answer;
use shared::{HttpClient, HttpError, Log, States, Status, Url};

use crate::config::{Config, outcome, url};

/// A web with a few sites, `a`, `b` and so on. Each request is two steps, so
/// that a second one for the same URL can come in between, and is caught.
pub struct Web {
    sites: HashMap<Url, Mutex<Site>>,
    // Locked by all requests, if their order matters: without it requests for
    // two URLs are independent, and loom need not try both orders.
    meeting: Option<Mutex<Meeting>>,
    answered: Condvar,
    listings: Mutex<Vec<(Duration, States)>>,
    // How many requests began after the stop was heard.
    after_stop: Option<Mutex<Option<u64>>>,
    ways: Ways,
}

/// What is special about a web.
#[derive(Default)]
pub struct Ways {
    /// It keeps the order of all requests, and how many there are at one time.
    pub meeting: bool,
    /// It counts the requests that begin after a stop.
    pub after_stop: bool,
    /// The poll from which on `a` answers only when `b` has answered this
    /// often.
    pub slow: Option<(usize, usize)>,
    /// A listing ends only when `a` was polled this often.
    pub slow_log: Option<usize>,
    /// The log panics at every call.
    pub broken_log: bool,
    /// How long a request takes, on the clocks of the model.
    pub takes: Duration,
    /// How long a listing takes.
    pub takes_to_list: Duration,
}

#[derive(Debug, Default)]
struct Site {
    busy: bool,
    script: Vec<Answer>,
    times: Vec<Times>,
}

impl Site {
    /// The answer to the poll with this number, from 0.
    fn answer(&self, poll: usize) -> Option<Answer> {
        self.script.get(poll).or(self.script.last()).copied()
    }
}

/// When a request began and ended, on the clock of the thread that made it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Times {
    /// Since the start of the model.
    pub begin: Duration,
    /// The same.
    pub end: Duration,
}

/// What a broken log panics with.
pub const BROKEN: &str = "the log is broken";

#[derive(Debug, Default)]
struct Meeting {
    here: usize,
    most: usize,
    order: Vec<Url>,
}

impl Web {
    /// The sites of this configuration, each with its script.
    pub fn of(config: &Config) -> Self {
        Web::with(config, |_| ())
    }

    /// The same, with something special.
    pub fn with(config: &Config, special: impl FnOnce(&mut Ways)) -> Self {
        let mut ways = Ways::default();
        special(&mut ways);
        let sites = config.urls().into_iter().zip(&config.scripts);
        let sites = sites.map(|(url, script)| {
            let script = script.clone();
            (url, Mutex::new(Site { script, ..Site::default() }))
        });
        run::quietly(|| Web {
            sites: sites.collect(),
            meeting: ways.meeting.then(|| Mutex::new(Meeting::default())),
            answered: Condvar::new(),
            listings: Mutex::new(Vec::new()),
            after_stop: ways.after_stop.then(|| Mutex::new(None)),
            ways,
        })
    }

    /// The stop has been heard: from now on nothing more is handed out.
    pub fn stopped(&self) {
        if let Some(after) = &self.after_stop {
            run::note(|| "the stop has been heard".into());
            run::quietly(|| *after.lock() = Some(0));
        }
    }

    /// How many requests began after that.
    pub fn after_stop(&self) -> u64 {
        let after = self.after_stop.as_ref().expect("it counts them");
        run::quietly(|| *after.lock()).unwrap_or(0)
    }

    /// When each request for this URL began and ended.
    pub fn times(&self, url: &Url) -> Vec<Times> {
        self.site(url, |site| site.times.clone())
    }

    /// When the states were listed, and what was shown.
    pub fn listings(&self) -> Vec<(Duration, States)> {
        run::quietly(|| self.listings.lock().clone())
    }

    /// How often each URL was asked for, in order.
    pub fn polls(&self) -> Vec<u64> {
        let urls = (0..self.sites.len()).map(url);
        urls.map(|url| self.times(&url).len() as u64).collect()
    }

    /// In which order URLs were asked for.
    pub fn order(&self) -> Vec<Url> {
        self.met(|meeting| meeting.order.clone())
    }

    /// How many requests there were at one time.
    pub fn most(&self) -> usize {
        self.met(|meeting| meeting.most)
    }

    /// The answer that a URL gives the last time.
    pub fn last(&self, url: &Url) -> Option<Answer> {
        self.site(url, |site| site.answer(site.times.len().checked_sub(1)?))
    }

    fn site<T>(&self, url: &Url, look: impl FnOnce(&Site) -> T) -> T {
        run::quietly(|| look(&self.sites[url].lock()))
    }

    fn met<T: Default>(&self, look: impl FnOnce(&Meeting) -> T) -> T {
        let meeting = self.meeting.as_ref();
        let met = meeting.map(|m| run::quietly(|| look(&m.lock())));
        met.unwrap_or_default()
    }

    fn begin(&self, url: &Url) -> Answer {
        if let Some(after) = &self.after_stop {
            after.lock().iter_mut().for_each(|count| *count += 1);
        }
        if let Some(meeting) = &self.meeting {
            let mut meeting = meeting.lock();
            meeting.here += 1;
            meeting.most = meeting.most.max(meeting.here);
            meeting.order.push(url.clone());
        }
        let mut site = self.sites[url].lock();
        assert!(!site.busy, "{url} is polled by two workers at once");
        site.busy = true;
        let (begin, end) = (run::time(), run::time());
        site.times.push(Times { begin, end });
        site.answer(site.times.len() - 1).expect("a script")
    }

    fn end(&self, url: &Url) {
        let mut site = self.sites[url].lock();
        site.busy = false;
        site.times.last_mut().expect("it has begun").end = run::time();
        drop(site);
        if self.ways.slow.is_some() || self.ways.slow_log.is_some() {
            self.answered.notify_all();
        }
        if let Some(meeting) = &self.meeting {
            meeting.lock().here -= 1;
        }
    }

    fn write(&self) {
        if self.ways.broken_log {
            run::note(|| "the log panics".into());
            resume_unwind(Box::new(BROKEN));
        }
    }

    fn wait_for(&self, url: &str, answers: usize) {
        let mut site = self.sites[&Url::unchecked(url)].lock();
        while site.times.len() < answers || site.busy {
            self.answered.wait(&mut site);
        }
    }

    /// Each listing began an interval after the end of the last, or later.
    pub fn check_listings(&self, config: &Config) {
        let interval = config.settings.status_interval;
        let mut due = interval;
        for (at, _) in self.listings() {
            assert!(at >= due, "listed at {at:?}, before {due:?}");
            due = at + self.ways.takes_to_list + interval;
        }
    }
}

impl HttpClient for Web {
    fn head(&self, url: &Url) -> Result<Status, HttpError> {
        run::note(|| format!("HEAD {url}"));
        let answer = run::quietly(|| self.begin(url));
        run::hear(run::time() + self.ways.takes);
        if let (Some((from, answers)), "a") = (self.ways.slow, url.as_str())
            && self.site(url, |site| site.times.len()) >= from
        {
            self.wait_for("b", answers);
        }
        let says = || match answer {
            Answer::Status(status) => format!("{} {url}", status.as_u16()),
            Answer::Error(error) => format!("{error} {url}"),
            Answer::Panic => format!("panics {url}"),
        };
        run::step(says, || self.end(url));
        if answer == Answer::Panic {
            resume_unwind(Box::new("scripted panic"));
        }
        outcome(answer)
    }
}

/// It also is the log: a listing may take long, too.
impl Log for Web {
    fn error(&self, url: &Url, error: HttpError) {
        run::note(|| format!("log: {error} {url}"));
        self.write();
    }

    fn listing(&self, states: &States) {
        run::note(|| format!("log: {} polls", states.polls()));
        let shown = (run::time(), states.clone());
        run::quietly(|| self.listings.lock().push(shown));
        self.write();
        run::hear(run::time() + self.ways.takes_to_list);
        if let Some(polls) = self.ways.slow_log {
            self.wait_for("a", polls);
            run::note(|| "listed".into());
        }
    }
}
