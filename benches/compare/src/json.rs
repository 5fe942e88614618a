//! The results as JSON, for other programs.

use serde_json::{Value, json};
use shared::{HttpError, Status};

use crate::listing::in_words;
use crate::outcome::{Outcome, quantiles};
use crate::record::{Poll, ns};

/// All runs of one call, each of so many URLs.
pub fn runs(outcomes: &[Outcome], urls: usize) -> Value {
    let run = |outcome| run(outcome, urls);
    json!({ "runs": outcomes.iter().map(run).collect::<Vec<_>>() })
}

fn run(outcome: &Outcome, urls: usize) -> Value {
    let states = &outcome.report.states;
    let rows = states
        .sorted()
        .into_iter()
        .map(|(url, status)| found(json!({ "url": url.to_string() }), status));
    let mut run = json!({
        "poller": outcome.design.name(),
        "workers": outcome.settings.pollers,
        "urls": urls,
        "rounds": outcome.settings.rounds,
        "polls": states.polls(),
        "elapsed_ns": ns(outcome.report.elapsed),
        "cpu_ns": outcome.cpu.map(ns),
        "states": rows.collect::<Vec<_>>(),
    });
    if let Some(polls) = &outcome.events {
        run["events"] = polls.iter().map(event).collect();
        run["lost_ns"] = ns(outcome.lost(polls)).into();
    }
    if let Some(late) = &outcome.late {
        let [p50, p99, max] = quantiles(late).map(ns);
        run["late_ns"] = json!({ "p50": p50, "p99": p99, "max": max });
    }
    run
}

fn event(poll: &Poll) -> Value {
    let event = json!({
        "worker": poll.worker,
        "url": poll.url.to_string(),
        "attempt": poll.attempt,
        "start_ns": ns(poll.start),
        "end_ns": ns(poll.end),
    });
    found(event, poll.status)
}

/// Adds what a poll found: as a number for programs, and in words.
fn found(mut to: Value, status: Result<Status, HttpError>) -> Value {
    to["code"] = status.ok().map(|status| status.0.as_u16()).into();
    to["status"] = in_words(status).into();
    to
}
