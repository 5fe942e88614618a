//! One case of a soak: what a run is told, and how it is drawn.
//!
//! Next: [`run`](super::run), which runs it.

use std::num::{NonZeroU64, NonZeroUsize};
use std::time::Duration;

use proptest::collection::vec;
use proptest::option::weighted;
use proptest::prelude::*;
use proptest::sample::select;

use crate::config::{Config, NEVER};
use shared::http::StatusCode;
use shared::http::fake::Answer;
use shared::{HttpError, Settings};

/// Where something happens during a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// In a thread of its own, once so many requests have begun.
    Thread,
    /// In the worker that makes this request.
    Worker,
    /// In the log, at this error.
    Error,
    /// In the log, at this listing.
    Listing,
}

/// All that a run is told.
#[derive(Debug, Clone)]
pub struct Case {
    /// Workers, rounds and pauses.
    pub settings: Settings,
    /// How many URLs.
    pub urls: usize,
    /// What each URL answers, again and again. The second URL begins with the
    /// second answer, and so on.
    pub answers: Vec<Answer>,
    /// One request in so many is slow; with 0, none is.
    pub slow: u64,
    /// Who tells the program to stop, and when; 0 is before it runs.
    pub stops: Vec<(Place, u64)>,
    /// From its n-th call on, this part of the log panics.
    pub log_panics: Option<(Place, u64)>,
    /// How often it is run, each time as a new program.
    pub runs: u32,
}

/// So many polls are made by a run, or a few more.
const MOST_POLLS: u64 = 3_000;

/// The pauses between the polls of one URL add up to this at most.
const MOST_PAUSES: Duration = Duration::from_millis(10);

/// All cases, as proptest draws them and makes them smaller.
pub fn cases() -> impl Strategy<Value = Case> {
    let urls = prop_oneof![
        30 => 0..=8_usize,
        10 => 9..=64_usize,
        // Over channels, 1,024 are out at most: some have more.
        1 => 1_025..=2_000_usize,
    ];
    let slow = prop_oneof![3 => Just(0), 1 => 1..=20_u64];
    let stop = prop_oneof![4 => Just(Place::Thread), 4 => Just(Place::Worker),
        2 => Just(Place::Error), 1 => Just(Place::Listing)];
    let stops = vec((stop, up_to(MOST_POLLS)), 0..=3);
    let panic = select(vec![Place::Error, Place::Listing]);
    let log_panics = weighted(0.2, (panic, up_to(100)));
    let what = (settings(), urls, vec(answer(), 1..12), slow);
    let ends = (stops, log_panics, up_to(MOST_POLLS));
    // In the order in which they are made smaller: a stop that may come in time
    // or not hides what else matters.
    (ends, 1..=3_u32, what).prop_map(|(ends, runs, what)| {
        let (settings, urls, answers, slow) = what;
        let (stops, log_panics, last) = ends;
        let case =
            Case { settings, urls, answers, slow, stops, log_panics, runs };
        case.that_ends(last)
    })
}

/// Small numbers come as often as large ones: threads meet more often then.
fn up_to(most: u64) -> impl Strategy<Value = u64> {
    prop_oneof![0..=4_u64, 5..=30_u64, 30..=most]
}

fn settings() -> impl Strategy<Value = Settings> {
    let workers = prop_oneof![30 => 1..=4_usize, 10 => 5..=8_usize,
        1 => 9..=64_usize];
    let rounds = up_to(MOST_POLLS).prop_map(Some);
    let rounds = prop_oneof![3 => rounds, 1 => Just(None)];
    let listing = prop_oneof![Just(NEVER), micros(2_000)];
    let spread = weighted(0.25, Just(())).prop_map(|spread| spread.is_some());
    let all = (workers, rounds, pause(), pause(), listing, spread);
    all.prop_map(|(n, rounds, interval, backoff, status_interval, spread)| {
        let pollers = NonZeroUsize::new(n).expect("at least one is drawn");
        let rounds = rounds.map(|n| NonZeroU64::MIN.saturating_add(n));
        Settings { pollers, rounds, interval, backoff, status_interval, spread }
    })
}

fn pause() -> impl Strategy<Value = Duration> {
    prop_oneof![10 => Just(Duration::ZERO), 5 => micros(500), 1 => Just(NEVER)]
}

fn micros(most: u64) -> impl Strategy<Value = Duration> {
    (0..=most).prop_map(Duration::from_micros)
}

fn answer() -> impl Strategy<Value = Answer> {
    let status = (200..600_u16).prop_map(|code| {
        Answer::Status(StatusCode::from_u16(code).expect("a valid code"))
    });
    let errors = vec![HttpError::Lost, HttpError::TimedOut, HttpError::Refused];
    let error = select(errors).prop_map(Answer::Error);
    prop_oneof![8 => status, 1 => error, 1 => Just(Answer::Panic)]
}

impl Case {
    /// The same, made so that it ends in a moment: if its rounds do not end
    /// it, a stop after `last` requests does.
    fn that_ends(mut self, last: u64) -> Self {
        let urls = self.urls as u64;
        let pause = self.settings.pause(u32::MAX).max(Duration::from_micros(1));
        let pauses = MOST_PAUSES.div_duration_f64(pause) as u64;
        let most = (MOST_POLLS / urls.max(1)).min(pauses).max(1);
        let rounds = self.settings.rounds.map(|n| n.get().min(most));
        self.settings.rounds = rounds.and_then(NonZeroU64::new);
        // Requests that are surely made, if nothing ends it before.
        let first_waits =
            self.settings.spread && self.settings.interval >= MOST_PAUSES;
        let surely = match self.settings.rounds {
            _ if first_waits => urls.min(1),
            Some(rounds) => urls * rounds.get(),
            None => urls * most,
        };
        if first_waits || self.settings.rounds.is_none() {
            self.stops.push((Place::Thread, last.min(surely)));
        }
        self
    }

    /// Its settings, and a script for each URL.
    pub fn config(&self) -> Config {
        let rounds = self.settings.rounds.map_or(MOST_POLLS, NonZeroU64::get);
        let long = (rounds as usize).min(self.polls_at_most());
        let script = |id: usize| {
            let answers = self.answers.iter().cycle();
            answers.skip(id % self.answers.len()).take(long).copied().collect()
        };
        let scripts = (0..self.urls).map(script).collect();
        Config { settings: self.settings.clone(), scripts, stops: false }
    }

    /// Of one URL.
    fn polls_at_most(&self) -> usize {
        MOST_POLLS as usize / self.urls.max(1) + 2
    }
}
