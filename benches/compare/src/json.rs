//! The results as JSON, for other programs. [`SCHEMA`] describes it.

use std::fmt::Display;
use std::num::NonZeroU64;

use serde::{Serialize, Serializer};
use shared::{HttpError, Status, Url};

use crate::dues::ns;
use crate::facts;
use crate::listing::in_words;
use crate::record::{Poll, Recorded};
use crate::run::Outcome;

/// What `--json` prints, as a JSON schema.
pub const SCHEMA: &str = include_str!("json/schema.json");

/// The version of this format. It changes when a field is removed or changes
/// its meaning, not when one is added.
const VERSION: u32 = 1;

/// All runs of one call.
#[derive(Serialize)]
pub struct Runs<'a> {
    version: u32,
    runs: Vec<Run<'a>>,
}

#[derive(Serialize)]
struct Run<'a> {
    poller: &'static str,
    workers: usize,
    urls: usize,
    rounds: Option<u64>,
    polls: u64,
    elapsed_ns: u64,
    cpu_ns: Option<u64>,
    peak_rss_bytes: Option<u64>,
    states: Vec<UrlState<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    events: Option<Vec<Event<'a>>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    events_left_out: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    lost_ns: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    late_ns: Option<Late>,
}

#[derive(Serialize)]
struct UrlState<'a> {
    #[serde(serialize_with = "shown")]
    url: &'a Url,
    #[serde(flatten)]
    found: Found,
}

/// What a poll found: as a number for programs, and in words.
#[derive(Serialize)]
struct Found {
    code: Option<u16>,
    status: String,
}

#[derive(Serialize)]
struct Event<'a> {
    worker: usize,
    #[serde(serialize_with = "shown")]
    url: &'a Url,
    attempt: u64,
    start_ns: u64,
    end_ns: u64,
    #[serde(flatten)]
    found: Found,
}

#[derive(Serialize)]
struct Late {
    p50: u64,
    p99: u64,
    max: u64,
}

impl<'a> Runs<'a> {
    /// One run for each outcome. The peak memory is that of the process, so it
    /// is given only if there was one run.
    pub fn new(outcomes: &'a [Outcome], peak_rss_bytes: Option<u64>) -> Self {
        let alone = outcomes.len() == 1;
        let peak_rss_bytes = peak_rss_bytes.filter(|_| alone);
        let run = |outcome| Run::new(outcome, peak_rss_bytes);
        Runs { version: VERSION, runs: outcomes.iter().map(run).collect() }
    }
}

impl<'a> Run<'a> {
    fn new(outcome: &'a Outcome, peak_rss_bytes: Option<u64>) -> Self {
        let sorted = outcome.report.states.sorted().into_iter();
        let state = |(url, status)| UrlState { url, found: found(status) };
        let noted_if = |wanted| outcome.recorded.as_ref().filter(|_| wanted);
        let events = noted_if(outcome.show_events);
        let of_all = |noted: &'a Recorded| noted.polls.iter().map(event);
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
            events: events.map(|noted| of_all(noted).collect()),
            events_left_out: events.map(|noted| noted.left_out),
            lost_ns: events.map(|noted| ns(outcome.lost(noted))),
            late_ns: noted_if(outcome.show_late).and_then(|n| late(n.late?)),
        }
    }
}

fn event(poll: &Poll) -> Event<'_> {
    Event {
        worker: poll.worker,
        url: &poll.url,
        attempt: poll.attempt,
        start_ns: ns(poll.start),
        end_ns: ns(poll.end),
        found: found(poll.status),
    }
}

fn found(status: Result<Status, HttpError>) -> Found {
    let code = status.ok().map(|status| status.0.as_u16());
    Found { code, status: in_words(status) }
}

fn late(late: facts::Late) -> Option<Late> {
    Some(Late { p50: ns(late.p50), p99: ns(late.p99), max: ns(late.max) })
}

/// The URL without a password.
fn shown<S: Serializer>(
    value: &impl Display,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    serializer.collect_str(value)
}
