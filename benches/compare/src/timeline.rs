//! The timeline: what each worker did, drawn in ASCII, one lane per worker.
//!
//! Next: [`listing`](crate::listing).

use std::time::Duration;

use shared::Url;

use crate::record::Poll;

/// How many characters wide a lane is.
pub const WIDTH: usize = 60;

/// Asleep: nothing was due.
pub const ASLEEP: char = '.';
/// Idle, although a URL was due.
pub const LOST: char = '#';

/// The lanes of a run's workers. Each cell stands for a time of `cell`, and
/// shows what the worker did for the longest part of it.
pub fn lanes(
    workers: usize,
    polls: &[Poll],
    cell: Duration,
    letter: impl Fn(&Url) -> char,
) -> Vec<String> {
    let end = polls.iter().map(|poll| poll.end).max().unwrap_or_default();
    let mut lanes = vec![String::new(); workers];
    for n in 0..WIDTH as u32 {
        let (from, to) = (cell * n, cell * (n + 1));
        let doing = doing(workers, polls, from, to, &letter);
        for (lane, doing) in lanes.iter_mut().zip(doing) {
            lane.push(if from < end { doing } else { ' ' });
        }
    }
    lanes
}

/// What each worker did from one time to another.
fn doing(
    workers: usize,
    polls: &[Poll],
    from: Duration,
    to: Duration,
    letter: &impl Fn(&Url) -> char,
) -> Vec<char> {
    let within = |start: Duration, end: Duration| {
        end.min(to).saturating_sub(start.max(from))
    };
    let half = (to - from) / 2;
    let mut cells = vec![ASLEEP; workers];
    let mut longest = vec![Duration::ZERO; workers];
    for poll in polls {
        let time = within(poll.start, poll.end);
        let worker = poll.worker - 1;
        // A poll that is much shorter than a cell is drawn all the same.
        if time > longest[worker] && time * 4 > half {
            longest[worker] = time;
            cells[worker] = letter(&poll.url);
        }
    }
    let waited = |poll: &&Poll| within(poll.due, poll.start) > half;
    let waiting = polls.iter().filter(waited).count();
    let asleep = cells.iter_mut().filter(|cell| **cell == ASLEEP);
    asleep.take(waiting).for_each(|cell| *cell = LOST);
    cells
}

/// The time above the lanes, a mark every hundred milliseconds.
pub fn ruler(cell: Duration) -> String {
    let mut ruler = String::new();
    for n in (0..).step_by(100) {
        let at = Duration::from_millis(n);
        let column = (at.as_nanos() / cell.as_nanos().max(1)) as usize;
        let label = if n == 0 { "0 ms".into() } else { n.to_string() };
        if column + label.len() > WIDTH {
            return ruler;
        }
        ruler = format!("{ruler:column$}{label}");
    }
    ruler
}
