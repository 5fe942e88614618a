//! Which resource is polled next, and when: plain data.
//!
//! No thread, no lock and no clock in here: time is a parameter. That is why
//! the same schedule can stand under a lock in one program and belong to one
//! thread in the other, and why its tests need not sleep.
//!
//! It is also the bookkeeping that the post says vanishes with channels. It
//! does not: the Codewalk keeps it in one sleeping goroutine for each URL.
//!
//! Next: [`states`](crate::states), what the polls found.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, VecDeque};
use std::time::{Duration, Instant};

use crate::{Resource, Settings, Url};

/// All resources that are not out with a worker, in the order they come due.
///
/// The least recently polled goes first, an interval after its last poll; one
/// that failed waits longer, by the back-off for each error in a row (the
/// Codewalk's `Sleep`).
#[derive(Debug)]
pub struct Schedule {
    // With one interval for all, those that answered come due in the order
    // in which they come back: a queue holds them, in O(1).
    answered: VecDeque<Due>,
    // Those that failed wait for times of their own: a heap, in O(log N).
    backed_off: BinaryHeap<Reverse<Due>>,
    interval: Duration,
    backoff: Duration,
    rounds: u64,
    out: usize,
    closed: bool,
}

/// What [`Schedule::take`] answers.
#[derive(Debug, PartialEq, Eq)]
pub enum Next {
    /// This one is due: poll it, then [put it back](Schedule::put_back).
    Ready(Resource),
    /// Nothing is due before this instant.
    Wait(Instant),
    /// Every resource is out: ask again when one has come back.
    AllOut,
    /// Nothing will ever be due again.
    Finished,
}

#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Due {
    at: Instant,
    resource: Resource,
}

impl Schedule {
    /// A schedule of `urls`, each to be polled first at `start`, or spread
    /// over one interval from then on if the settings say so.
    pub fn new(settings: &Settings, urls: &[Url], start: Instant) -> Self {
        let share = match settings.spread {
            true => settings.interval / urls.len().max(1) as u32,
            false => Duration::ZERO,
        };
        let due = |(id, url): (usize, &Url)| Due {
            at: start + share * id as u32,
            resource: Resource::new(id, url.clone()),
        };
        Schedule {
            answered: urls.iter().enumerate().map(due).collect(),
            backed_off: BinaryHeap::new(),
            interval: settings.interval,
            backoff: settings.backoff,
            rounds: settings.rounds.unwrap_or(u64::MAX),
            out: 0,
            closed: false,
        }
    }

    /// Hands out the resource that has been due longest, if one is due.
    pub fn take(&mut self, now: Instant) -> Next {
        let answered = self.answered.front().map(|due| due.at);
        let backed_off = self.backed_off.peek().map(|due| due.0.at);
        match answered.into_iter().chain(backed_off).min() {
            _ if self.is_finished() => Next::Finished,
            None => Next::AllOut,
            Some(first) if first > now => Next::Wait(first),
            Some(first) => {
                self.out += 1;
                Next::Ready(self.pop(answered == Some(first)))
            }
        }
    }

    /// Takes a resource back after its poll: it comes due again, or has done
    /// its rounds and is dropped.
    pub fn put_back(&mut self, resource: Resource, now: Instant) {
        self.out -= 1;
        if resource.polls >= self.rounds {
            return;
        }
        let pause = self.interval + self.backoff * resource.err_count;
        let due = Due { at: now + pause, resource };
        if pause > self.interval {
            self.backed_off.push(Reverse(due));
        } else {
            // Two workers may read the clock in one order and come here in
            // the other: then one is late by the nanoseconds between them.
            self.answered.push_back(due);
        }
    }

    /// Hands out nothing more. What is out can still be put back.
    pub fn close(&mut self) {
        self.closed = true;
    }

    /// Whether nothing will ever be handed out again: it was closed, or every
    /// resource has done its rounds.
    pub fn is_finished(&self) -> bool {
        let idle = self.answered.is_empty() && self.backed_off.is_empty();
        self.closed || (idle && self.out == 0)
    }

    /// How many resources are out with a worker.
    pub fn out(&self) -> usize {
        self.out
    }

    fn pop(&mut self, answered: bool) -> Resource {
        let due = match answered {
            true => self.answered.pop_front(),
            false => self.backed_off.pop().map(|due| due.0),
        };
        due.expect("take has just seen it there").resource
    }
}
