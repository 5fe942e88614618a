//! The made-up web: one request at a time for each URL, none early, none
//! after the end.

use std::sync::atomic::Ordering::Relaxed;
use std::time::Duration;

use shared::settings::LONGEST_PAUSE;
use shared::{HttpClient, HttpError, Status, Url};

use super::{Site, Stage};
use crate::case::Place;
use crate::script::answer;

/// Which URL this is: its name ends with it.
pub fn id(url: &Url) -> usize {
    let id = url.as_str().rsplit('/').next().map(str::parse);
    id.and_then(Result::ok).expect("the stage has named them all")
}

impl HttpClient for Stage {
    fn head(&self, url: &Url) -> Result<Status, HttpError> {
        self.enter();
        let number = self.begun.fetch_add(1, Relaxed) + 1;
        self.may_go_on(number);
        self.wake_sleepers(number);
        self.reach(Place::Worker, number);
        let (id, site) = (id(url), &self.sites[id(url)]);
        if site.busy.swap(true, Relaxed) {
            self.wrong(|| format!("two polled URL {id} at the same time"));
        }
        self.check_pause(id, site);
        let attempt = site.attempts.fetch_add(1, Relaxed) + 1;
        if site.unlogged.load(Relaxed) != 0 {
            self.wrong(|| format!("an error of URL {id} is not in the log"));
        }
        let (answer, delay) = answer(&self.case, id, attempt);
        delay.pass();
        self.tally.request(answer, delay);
        site.answered(attempt, answer.state().is_ok());
        site.busy.store(false, Relaxed);
        self.ended.fetch_add(1, Relaxed);
        if self.has_pauses() {
            // Last of all: what comes now is part of the pause.
            site.ends(self.start.elapsed());
        }
        answer.give()
    }
}

impl Stage {
    /// After a stop only a few requests begin. One that should not have ends
    /// it: the program may never end otherwise.
    fn may_go_on(&self, number: u64) {
        let last = self.last.load(Relaxed);
        if number > last {
            self.wrong(|| {
                format!(
                    "request {number} began after a stop, when {last} \
                         were the most that could have"
                )
            });
            self.abandon();
            self.enter();
        }
    }

    fn wake_sleepers(&self, number: u64) {
        for (at, thread) in self.sleepers.get().into_iter().flatten() {
            if *at == number {
                thread.unpark();
            }
        }
    }

    fn has_pauses(&self) -> bool {
        !(self.case.interval.is_zero() && self.case.backoff.is_zero())
    }

    /// No poll is early: neither the first nor one after another.
    fn check_pause(&self, id: usize, site: &Site) {
        if !self.has_pauses() {
            return;
        }
        let (settings, (errors, ended)) = (self.case.settings(), site.last());
        let due = if site.attempts.load(Relaxed) == 0 {
            settings.first(id, self.sites.len())
        } else {
            ended + settings.pause(errors).min(LONGEST_PAUSE)
        };
        let early = due.saturating_sub(self.start.elapsed());
        if early > Duration::ZERO {
            self.wrong(|| format!("URL {id} was polled {early:?} early"));
        }
    }
}
