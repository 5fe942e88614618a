//! What the recorded polls tell.
//!
//! Next: [`timeline`](crate::timeline).

use std::collections::{BTreeMap, HashMap};
use std::time::Duration;

use shared::{Settings, States, Url};

use crate::record::Poll;

/// Most URLs that are listed one by one.
const FEW: usize = 50;

/// A poll, with when it was due.
#[derive(Debug, Clone, Copy)]
pub struct Due<'a> {
    /// When it might have begun.
    pub due: Duration,
    /// Which poll of its URL it is, from 1.
    pub attempt: u64,
    /// The poll.
    pub poll: &'a Poll,
}

/// Adds to each poll when it was due: the first ones as the schedule has
/// them, and each other an interval, and its back-off, after the one before.
///
/// The schedule starts when all threads are there, which is not recorded: it
/// started as late as the first polls allow.
pub fn due<'a>(
    settings: &Settings,
    urls: &[Url],
    polls: &'a [Poll],
) -> Vec<Due<'a>> {
    struct Next {
        due: Duration,
        attempt: u64,
        errors: u32,
    }
    let first = |(id, url)| {
        let due = settings.first(id, urls.len());
        (url, Next { due, attempt: 1, errors: 0 })
    };
    let mut next: HashMap<&Url, Next> =
        urls.iter().enumerate().map(first).collect();
    let spare = |poll: &Poll| poll.start.checked_sub(next.get(&poll.url)?.due);
    let began = polls.iter().filter_map(spare).min().unwrap_or_default();
    next.values_mut().for_each(|next| next.due += began);
    let with_due = |poll: &'a Poll| {
        let next = next.get_mut(&poll.url).expect("only these are polled");
        let due = Due { due: next.due, attempt: next.attempt, poll };
        next.errors = if poll.status.is_ok() { 0 } else { next.errors + 1 };
        next.due = poll.end.saturating_add(settings.pause(next.errors));
        next.attempt += 1;
        due
    };
    polls.iter().map(with_due).collect()
}

/// Worker time lost while a URL was due: the sum over time of the smaller of
/// how many workers were idle and how many URLs were due and not begun.
pub fn lost(workers: usize, polls: &[Due]) -> Duration {
    // What changes, and when: (URLs due and not begun, workers busy).
    let mut changes: Vec<(Duration, i64, i64)> = Vec::new();
    for due in polls {
        let start = due.poll.start.max(due.due);
        changes.push((due.due, 1, 0));
        changes.push((start, -1, 1));
        changes.push((due.poll.end.max(start), 0, -1));
    }
    changes.sort_unstable();
    let (mut waiting, mut busy) = (0, 0);
    let (mut lost, mut before) = (Duration::ZERO, Duration::ZERO);
    for (time, more_waiting, more_busy) in changes {
        let idle = workers as i64 - busy;
        let losing = idle.min(waiting).max(0) as u32;
        lost += (time - before) * losing;
        before = time;
        waiting += more_waiting;
        busy += more_busy;
    }
    lost
}

/// How long polls were due before they began.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Late {
    /// Half of them no longer than this.
    pub p50: Duration,
    /// 99 of 100 no longer than this.
    pub p99: Duration,
    /// The longest.
    pub max: Duration,
}

/// How late polls began; `None` without polls.
pub fn late(polls: &[Due]) -> Option<Late> {
    let late = |due: &Due| due.poll.start.saturating_sub(due.due);
    let mut all: Vec<Duration> = polls.iter().map(late).collect();
    all.sort_unstable();
    let at = |percent| all.get((all.len() - 1) * percent / 100).copied();
    (!all.is_empty()).then_some(())?;
    Some(Late { p50: at(50)?, p99: at(99)?, max: *all.last()? })
}

/// The longest time between the beginnings of two polls of one URL.
pub fn longest_gap(polls: &[Poll]) -> Option<Duration> {
    let mut last: HashMap<&Url, Duration> = HashMap::new();
    let mut longest = None;
    for poll in polls {
        if let Some(before) = last.insert(&poll.url, poll.start) {
            longest = longest.max(Some(poll.start - before));
        }
    }
    longest
}

/// Go's listing; of many URLs, only how many have each status.
pub fn listing(states: &States) -> String {
    let sorted = states.sorted();
    if sorted.len() <= FEW {
        return states.to_string();
    }
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for (_, status) in sorted {
        *counts.entry(in_words(status)).or_default() += 1;
    }
    let mut text = "Current state:".to_string();
    for (status, count) in counts {
        text += &format!("\n  {count:7} x  {status}");
    }
    text
}

/// A state as it is printed.
pub fn in_words(status: Result<shared::Status, shared::HttpError>) -> String {
    match status {
        Ok(status) => status.to_string(),
        Err(error) => error.to_string(),
    }
}
