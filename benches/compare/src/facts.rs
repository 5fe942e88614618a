//! Figures computed from the recorded polls.
//!
//! Next: [`timeline`](crate::timeline).

use std::collections::HashMap;
use std::time::Duration;

use shared::Url;

use crate::record::Poll;

/// Worker time lost while a URL was due: the sum over time of the smaller one
/// of the number of idle workers and the number of URLs due and not begun.
pub fn lost(workers: usize, polls: &[Poll]) -> Duration {
    // What changes, and when: (URLs due and not begun, workers busy).
    let mut changes: Vec<(Duration, i64, i64)> = Vec::new();
    for poll in polls {
        let start = poll.start.max(poll.due);
        changes.push((poll.due, 1, 0));
        changes.push((start, -1, 1));
        changes.push((poll.end.max(start), 0, -1));
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
