//! The states as text: Go's listing, which names every URL while they are
//! few, and of many only those that are not OK.
//!
//! Next: [`json`](crate::json).

use std::collections::BTreeMap;
use std::fmt::Write;
use std::time::Duration;

use shared::{HttpError, States, Status, Url};

/// Most URLs that are listed one by one, whatever their state.
const FEW: usize = 50;

/// Most columns that are kept free for URLs.
const WIDEST: usize = 50;

/// How many of many URLs are named.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Named {
    /// All that are not OK.
    NotOk,
    /// No more than fit a screen or two.
    Some,
}

/// A state that is no success, or none at all.
pub fn is_ok(status: Result<Status, HttpError>) -> bool {
    status.is_ok_and(|status| status.0.is_success())
}

/// How many of `urls` URLs are not OK, or were not polled.
pub fn not_ok(states: &States, urls: usize) -> usize {
    let ok = |&id: &usize| states.get(id).is_some_and(is_ok);
    urls - (0..urls).filter(ok).count()
}

/// What is listed of these states, of so many URLs.
pub fn listing(states: &States, urls: usize, named: Named) -> String {
    let sorted = states.sorted();
    let mut text = if urls <= FEW {
        states.to_string()
    } else {
        let mut text = "Current state:".to_string();
        // The counts last: that is what a terminal still shows in the end.
        text += &not_ok_ones(&sorted, named);
        text += &counts(&sorted);
        text
    };
    match urls - sorted.len() {
        0 => {}
        1 => text += "\n  1 URL has not been polled",
        left => text += &format!("\n  {left} URLs have not been polled"),
    }
    text
}

type Row<'a> = (&'a Url, Result<Status, HttpError>);

/// How many have each state.
fn counts(rows: &[Row]) -> String {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for (_, status) in rows {
        *counts.entry(in_words(*status)).or_default() += 1;
    }
    counts.iter().fold(String::new(), |mut text, (status, count)| {
        let _ = write!(text, "\n  {count:7} x  {status}");
        text
    })
}

fn not_ok_ones(rows: &[Row], named: Named) -> String {
    let bad: Vec<_> = rows.iter().filter(|(_, s)| !is_ok(*s)).collect();
    let most = match named {
        Named::NotOk => bad.len(),
        Named::Some => FEW.min(bad.len()),
    };
    let urls = bad.iter().take(most).map(|(url, _)| url.to_string());
    let urls: Vec<_> = urls.collect();
    // As in the listing of few: a long URL pushes only its own state aside.
    let width = urls.iter().map(String::len).max().unwrap_or(0).min(WIDEST);
    let mut text = String::new();
    for ((_, status), url) in bad.iter().zip(&urls) {
        let _ = write!(text, "\n  {url:width$}  {}", in_words(*status));
    }
    match bad.len() - most {
        0 => {}
        left => text += &format!("\n  and {left} more that are not OK"),
    }
    text
}

/// A state as it is printed.
pub fn in_words(status: Result<Status, HttpError>) -> String {
    match status {
        Ok(status) => status.to_string(),
        Err(error) => error.to_string(),
    }
}

/// A duration in three digits or so.
pub fn in_short(duration: Duration) -> String {
    let us = duration.as_nanos() as f64 / 1e3;
    match us {
        ..10.0 => format!("{us:.1} us"),
        ..1_000.0 => format!("{us:.0} us"),
        ..10_000.0 => format!("{:.1} ms", us / 1e3),
        ..10_000_000.0 => format!("{:.0} ms", us / 1e3),
        _ => format!("{:.1} s", us / 1e6),
    }
}
