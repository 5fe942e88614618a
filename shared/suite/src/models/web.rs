//! The made-up web of the models: small, and built to detect mistakes.
//!
//! Next: [`view`](super::view), how their values are shown.

use std::collections::HashMap;
use std::panic::resume_unwind;
use std::time::Duration;

use checker::{Condvar, Mutex, run};
use shared::http::StatusCode;
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
    // The poll from which on `a` answers only when `b` has answered this often.
    slow: Option<(u64, u64)>,
    answered: Condvar,
    // A listing ends only when `a` was polled this often.
    slow_log: Option<u64>,
    listings: Mutex<u64>,
    // Whether the log panics.
    broken_log: bool,
    // How long a request takes, and a listing, on the clocks of the model.
    takes: Duration,
    takes_to_list: Duration,
    // How many requests began after the stop was heard.
    after_stop: Option<Mutex<Option<u64>>>,
}

#[derive(Debug, Default)]
struct Site {
    busy: bool,
    polls: u64,
    script: Vec<Answer>,
    times: Vec<Times>,
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
        let sites = config.urls().into_iter().zip(&config.scripts);
        let sites = sites.map(|(url, script)| {
            let script = script.clone();
            let site = Mutex::new(Site { script, ..Site::default() });
            (url, site)
        });
        let sites = run::quietly(|| sites.collect());
        Web {
            sites,
            meeting: None,
            slow: None,
            answered: run::quietly(|| Condvar::new()),
            slow_log: None,
            listings: run::quietly(|| Mutex::new(0)),
            broken_log: false,
            takes: Duration::ZERO,
            takes_to_list: Duration::ZERO,
            after_stop: None,
        }
    }

    /// The log panics at every call.
    pub fn broken_log(self) -> Self {
        Web { broken_log: true, ..self }
    }

    /// Each request takes this long.
    pub fn taking(self, takes: Duration) -> Self {
        Web { takes, ..self }
    }

    /// Each listing takes this long.
    pub fn taking_to_list(self, takes_to_list: Duration) -> Self {
        Web { takes_to_list, ..self }
    }

    /// Counts the requests that begin after a stop.
    pub fn counting_after_stop(self) -> Self {
        let after = run::quietly(|| Mutex::new(None));
        Web { after_stop: Some(after), ..self }
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
        run::quietly(|| self.sites[url].lock().times.clone())
    }

    /// Keeps the order of all requests, and how many there are at one time.
    pub fn meeting(self) -> Self {
        let meeting = run::quietly(|| Mutex::new(Meeting::default()));
        Web { meeting: Some(meeting), ..self }
    }

    /// From this poll on `a` answers only when `b` has answered this often.
    pub fn slow(self, from: u64, answers: u64) -> Self {
        Web { slow: Some((from, answers)), ..self }
    }

    /// A listing ends only when `a` was polled this often.
    pub fn slow_log(self, polls: u64) -> Self {
        Web { slow_log: Some(polls), ..self }
    }

    /// How often the states were listed.
    pub fn listings(&self) -> u64 {
        run::quietly(|| *self.listings.lock())
    }

    /// How often each URL was asked for, in order.
    pub fn polls(&self) -> Vec<u64> {
        let urls = (0..self.sites.len()).map(url);
        urls.map(|url| run::quietly(|| self.sites[&url].lock().polls)).collect()
    }

    /// In which order URLs were asked for.
    pub fn order(&self) -> Vec<Url> {
        let meeting = self.meeting.as_ref();
        let order = meeting.map(|m| run::quietly(|| m.lock().order.clone()));
        order.unwrap_or_default()
    }

    /// How many requests there were at one time.
    pub fn most(&self) -> usize {
        let meeting = self.meeting.as_ref();
        meeting.map_or(0, |m| run::quietly(|| m.lock().most))
    }

    /// The answer that a URL gives the last time.
    pub fn last(&self, url: &Url) -> Option<Answer> {
        let site = run::quietly(|| {
            let site = self.sites[url].lock();
            (site.polls, site.script.clone())
        });
        let turn = usize::try_from(site.0.checked_sub(1)?).ok()?;
        site.1.get(turn).or(site.1.last()).copied()
    }

    fn begin(&self, url: &Url) -> Answer {
        let mut site = self.sites[url].lock();
        assert!(!site.busy, "{url} is polled by two workers at once");
        site.busy = true;
        let (begin, end) = (run::time(), run::time());
        site.times.push(Times { begin, end });
        let turn = usize::try_from(site.polls).unwrap_or(usize::MAX);
        site.polls += 1;
        *site.script.get(turn).or(site.script.last()).expect("a script")
    }

    fn end(&self, url: &Url) {
        let mut site = self.sites[url].lock();
        site.busy = false;
        site.times.last_mut().expect("it has begun").end = run::time();
        drop(site);
        if self.slow.is_some() || self.slow_log.is_some() {
            self.answered.notify_all();
        }
    }

    fn meet(&self, url: &Url) {
        if let Some(meeting) = &self.meeting {
            let mut meeting = meeting.lock();
            meeting.here += 1;
            meeting.most = meeting.most.max(meeting.here);
            meeting.order.push(url.clone());
        }
    }

    fn part(&self) {
        if let Some(meeting) = &self.meeting {
            meeting.lock().here -= 1;
        }
    }

    fn write(&self) {
        if self.broken_log {
            run::note(|| "the log panics".into());
            resume_unwind(Box::new(BROKEN));
        }
    }

    fn wait_for(&self, url: &str, answers: u64) {
        let mut site = self.sites[&Url::unchecked(url)].lock();
        while site.polls < answers || site.busy {
            self.answered.wait(&mut site);
        }
    }
}

impl HttpClient for Web {
    fn head(&self, url: &Url) -> Result<Status, HttpError> {
        run::note(|| format!("HEAD {url}"));
        let answer = run::quietly(|| {
            if let Some(after) = &self.after_stop {
                after.lock().iter_mut().for_each(|count| *count += 1);
            }
            self.meet(url);
            self.begin(url)
        });
        run::hear(run::time() + self.takes);
        if let (Some((from, answers)), "a") = (self.slow, url.as_str())
            && run::quietly(|| self.sites[url].lock().polls) >= from
        {
            self.wait_for("b", answers);
        }
        let says = || match answer {
            Answer::Status(status) => format!("{} {url}", status.as_u16()),
            Answer::Error(error) => format!("{error} {url}"),
            Answer::Panic => format!("panics {url}"),
            Answer::Never => unreachable!("no script of a model has it"),
        };
        run::step(says, || {
            self.end(url);
            self.part();
        });
        if answer == Answer::Panic {
            resume_unwind(Box::new("scripted panic"));
        }
        outcome(answer)
    }
}

/// `404 Not Found`.
pub const NOT_FOUND: Answer = Answer::Status(StatusCode::NOT_FOUND);

/// It also is the log: a listing may take long, too.
impl Log for Web {
    fn error(&self, url: &Url, error: HttpError) {
        run::note(|| format!("log: {error} {url}"));
        self.write();
    }

    fn listing(&self, states: &States) {
        run::note(|| format!("log: {} polls", states.polls()));
        run::quietly(|| *self.listings.lock() += 1);
        self.write();
        run::hear(run::time() + self.takes_to_list);
        if let Some(polls) = self.slow_log {
            self.wait_for("a", polls);
            run::note(|| "listed".into());
        }
    }
}
