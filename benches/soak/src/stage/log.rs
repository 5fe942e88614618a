//! The log: each error is told of once, before its URL is polled again;
//! listings show no less than the one before and no more than was answered.

use std::sync::atomic::Ordering::Relaxed;

use shared::{HttpError, Log, States, Url};

use super::{Stage, web::id};
use crate::case::Place;
use crate::script::answer;

impl Log for Stage {
    fn error(&self, url: &Url, error: HttpError) {
        self.enter();
        let id = id(url);
        let attempt = self.sites[id].unlogged.swap(0, Relaxed);
        let answer = (attempt > 0).then(|| answer(&self.case, id, attempt).0);
        if answer.map(|answer| answer.state()) != Some(Err(error)) {
            self.wrong(|| {
                format!(
                    "the log was told \"{error}\" of URL {id} after no \
                         such answer"
                )
            });
        }
        let n = self.errors.fetch_add(1, Relaxed) + 1;
        self.reach(Place::Error, n);
    }

    fn listing(&self, states: &States) {
        self.enter();
        let polls = states.polls();
        let before = self.listed.swap(polls, Relaxed);
        let ended = self.ended.fetch_add(0, Relaxed);
        if polls < before || polls > ended {
            self.wrong(|| {
                format!(
                    "a listing shows {polls} polls: the one before \
                         showed {before}, and {ended} were answered"
                )
            });
        }
        let n = self.listings.fetch_add(1, Relaxed) + 1;
        self.reach(Place::Listing, n);
    }
}
