//! The states as text: Go's listing, which names every URL while they are
//! few, and of many only those that are not OK.
//!
//! Next: [`json`](crate::json).

use std::collections::BTreeMap;
use std::time::Duration;

use shared::{HttpError, States, Status, Url};

/// Most URLs that are listed one by one, whatever their state.
pub const FEW: usize = 50;

/// The columns that are kept free for a URL of many.
const WIDTH: usize = 50;

/// A state that is no success, or none at all.
pub fn is_ok(status: Result<Status, HttpError>) -> bool {
    status.is_ok_and(|status| status.0.is_success())
}

/// How many of `urls` URLs are not OK, or were not polled.
pub fn not_ok(states: &States, urls: usize) -> usize {
    let ok = |&id: &usize| states.get(id).is_some_and(is_ok);
    urls - (0..urls).filter(ok).count()
}

/// What is listed of these states, of so many URLs. If they are not few, names
/// `most` of those that are not OK.
pub fn listing(states: &States, urls: usize, most: usize) -> String {
    let sorted = states.sorted();
    let mut text = if urls <= FEW {
        states.to_string()
    } else {
        // The counts last: that is what a terminal still shows in the end.
        let named = not_ok_ones(&sorted, most);
        format!("Current state:{named}{}", counts(&sorted))
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
    let line = |(status, count)| format!("\n  {count:7} x  {status}");
    counts.into_iter().map(line).collect()
}

fn not_ok_ones(rows: &[Row], most: usize) -> String {
    let bad: Vec<_> = rows.iter().filter(|(_, s)| !is_ok(*s)).collect();
    let line = |(url, status): &&Row| {
        // In columns like those of the listing of few.
        format!("\n  {:WIDTH$}  {}", url.to_string(), in_words(*status))
    };
    let mut text: String = bad.iter().take(most).map(line).collect();
    if let left @ 1.. = bad.len().saturating_sub(most) {
        text += &format!("\n  and {left} more that are not OK");
    }
    text
}

/// A state as it is printed.
pub fn in_words(status: Result<Status, HttpError>) -> String {
    status.map_or_else(|why| why.to_string(), |status| status.to_string())
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
