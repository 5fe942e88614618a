//! Which resource is polled next, and when: plain data.
//!
//! There is no thread, no lock and no clock in here: time is a parameter. That
//! is why the same timetable can be put under a lock in one program and belong
//! to one thread in the other, and why its tests need not sleep.
//!
//! It is also the bookkeeping that the post says vanishes with channels. It
//! does not: the Codewalk keeps it in one sleeping goroutine for each URL.
//!
//! Next: [`states`](crate::states), what the polls found.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, VecDeque};
use std::mem;
use std::time::Instant;

use crate::settings::{Settings, after};
use crate::{Resource, Url};

/// All resources that are not out with a worker, in the order they come due.
///
/// A resource comes due an interval after its last poll; one that failed waits
/// longer ([`Settings::pause`]).
#[derive(Debug)]
pub struct Timetable {
    // All resources, until the timetable is started.
    unstarted: Vec<Resource>,
    // All have one interval, so those that answered come due in the order in
    // which they come back: a queue is enough, in O(1).
    answered: VecDeque<Due>,
    // Those that failed wait longer, and not equally long: a heap, O(log N).
    backed_off: BinaryHeap<Reverse<Due>>,
    settings: Settings,
    out: usize,
    closed: bool,
}

/// What [`Timetable::take`] returns.
#[derive(Debug, PartialEq, Eq)]
pub enum Next {
    /// This one is due: poll it, then [put it back](Timetable::put_back).
    Ready(Resource),
    /// Nothing is due before this instant.
    Wait(Instant),
    /// Every resource is out with a worker, or the timetable has not been
    /// started: call again after a change.
    AllOut,
    /// Nothing will ever be due again.
    Finished,
}

#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Due {
    at: Instant,
    resource: Resource,
}

impl Timetable {
    /// A timetable of `urls`. Until it is [started](Self::start) nothing is
    /// due, as if every resource were out.
    pub fn new(settings: &Settings, urls: &[Url]) -> Self {
        let resource =
            |(id, url): (usize, &Url)| Resource::new(id, url.clone());
        Timetable {
            unstarted: urls.iter().enumerate().map(resource).collect(),
            answered: VecDeque::new(),
            backed_off: BinaryHeap::new(),
            settings: settings.clone(),
            out: 0,
            closed: false,
        }
    }

    /// Starts the timetable: the first polls come due now, or spread over one
    /// interval from now on if the settings say so.
    pub fn start(&mut self, now: Instant) {
        let count = self.unstarted.len();
        let due = |resource: Resource| {
            let pause = self.settings.first(resource.id, count);
            Due { at: after(now, pause), resource }
        };
        let all = mem::take(&mut self.unstarted);
        self.answered.extend(all.into_iter().map(due));
    }

    /// Hands out the resource that has been due longest, if one is due.
    pub fn take(&mut self, now: Instant) -> Next {
        if self.is_finished() {
            return Next::Finished;
        }
        let answered = self.answered.front().map(|due| due.at);
        let backed_off = self.backed_off.peek().map(|due| due.0.at);
        match answered.into_iter().chain(backed_off).min() {
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
    ///
    /// # Panics
    /// If none is out: this resource was taken from another timetable.
    pub fn put_back(&mut self, resource: Resource, now: Instant) {
        let out = self.out.checked_sub(1);
        self.out = out.expect("what is put back was taken");
        let Settings { rounds, interval, .. } = self.settings;
        if rounds.is_some_and(|rounds| resource.polls >= rounds.get()) {
            return;
        }
        let pause = self.settings.pause(resource.err_count);
        let due = Due { at: after(now, pause), resource };
        if pause > interval {
            self.backed_off.push(Reverse(due));
        } else {
            // Two workers may read the clock in one order and get here in the
            // other: then one poll is late by the time between them.
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
        let none_left = self.unstarted.is_empty()
            && self.answered.is_empty()
            && self.backed_off.is_empty();
        self.closed || (none_left && self.out == 0)
    }

    /// How many resources are out: taken, and not put back yet.
    pub fn out(&self) -> usize {
        self.out
    }

    fn pop(&mut self, answered: bool) -> Resource {
        let due = if answered {
            self.answered.pop_front()
        } else {
            self.backed_off.pop().map(|due| due.0)
        };
        due.expect("take has just seen it there").resource
    }
}
