//! The same as JSON, for other programs. `compare --help` documents it.

use std::num::NonZeroU64;
use std::time::Duration;

use serde::Serialize;

use crate::facts::{self, Due};
use crate::run::Outcome;

/// All runs of one call.
#[derive(Serialize)]
pub struct Runs {
    runs: Vec<Run>,
}

#[derive(Serialize)]
struct Run {
    poller: &'static str,
    workers: usize,
    urls: usize,
    rounds: Option<u64>,
    polls: u64,
    elapsed_ns: u64,
    cpu_ns: Option<u64>,
    peak_rss_bytes: Option<u64>,
    states: Vec<UrlState>,
    #[serde(skip_serializing_if = "Option::is_none")]
    events: Option<Vec<Event>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    lost_ns: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    late_ns: Option<Late>,
}

#[derive(Serialize)]
struct UrlState {
    url: String,
    status: String,
}

#[derive(Serialize)]
struct Event {
    worker: usize,
    url: String,
    attempt: u64,
    start_ns: u64,
    end_ns: u64,
    status: String,
}

#[derive(Serialize)]
struct Late {
    p50: u64,
    p99: u64,
    max: u64,
}

impl Runs {
    /// One run for each outcome. The peak of memory is the process's: only
    /// where one ran is it that one's.
    pub fn new(outcomes: &[Outcome], peak_rss_bytes: Option<u64>) -> Self {
        let alone = outcomes.len() == 1;
        let peak_rss_bytes = peak_rss_bytes.filter(|_| alone);
        let run = |outcome| Run::new(outcome, peak_rss_bytes);
        Runs { runs: outcomes.iter().map(run).collect() }
    }
}

impl Run {
    fn new(outcome: &Outcome, peak_rss_bytes: Option<u64>) -> Self {
        let dues = outcome.dues();
        let sorted = outcome.report.states.sorted().into_iter();
        let state = |(url, status): (&shared::Url, _)| UrlState {
            url: url.to_string(),
            status: facts::in_words(status),
        };
        let dues_if = |wanted: bool| dues.as_ref().filter(|_| wanted);
        let events = dues_if(outcome.show_events);
        Run {
            poller: outcome.design.name(),
            workers: outcome.settings.pollers.get(),
            urls: outcome.urls.len(),
            rounds: outcome.settings.rounds.map(NonZeroU64::get),
            polls: outcome.report.states.polls(),
            elapsed_ns: ns(outcome.report.elapsed),
            cpu_ns: outcome.cpu.map(ns),
            peak_rss_bytes,
            states: sorted.map(state).collect(),
            events: events.map(|dues| dues.iter().map(event).collect()),
            lost_ns: events.map(|dues| ns(outcome.lost(dues))),
            late_ns: dues_if(outcome.show_late).and_then(|dues| late(dues)),
        }
    }
}

fn event(due: &Due) -> Event {
    Event {
        worker: due.poll.worker,
        url: due.poll.url.to_string(),
        attempt: due.attempt,
        start_ns: ns(due.poll.start),
        end_ns: ns(due.poll.end),
        status: facts::in_words(due.poll.status),
    }
}

fn late(dues: &[Due]) -> Option<Late> {
    let late = facts::late(dues)?;
    Some(Late { p50: ns(late.p50), p99: ns(late.p99), max: ns(late.max) })
}

fn ns(duration: Duration) -> u64 {
    duration.as_nanos() as u64
}
