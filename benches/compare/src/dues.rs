//! When each URL was due, computed as the polls happen: a few words of memory
//! for each URL, however often it is polled.
//!
//! Next: [`facts`](crate::facts).

use std::collections::HashMap;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering::Relaxed};
use std::time::Duration;

use shared::{Settings, Url};

/// What is known of every URL.
///
/// The timetable starts when all threads are there, which is not recorded. So
/// a first poll has no due time until all of them are known: the timetable
/// started as late as they allow ([`started`](Self::started)).
pub struct Dues {
    settings: Settings,
    ids: HashMap<Url, usize>,
    slots: Vec<Slot>,
}

/// A URL is with one worker at a time, and the lock or channel that passes it
/// to the next worker makes these visible to that worker, too: so `Relaxed` is
/// enough.
#[derive(Default)]
struct Slot {
    attempts: AtomicU64,
    errors: AtomicU32,
    /// In ns, and only after the first poll.
    due: AtomicU64,
    /// When the first poll began, in ns.
    first: AtomicU64,
}

/// A poll that has begun.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Begun {
    /// The place of its URL in the list.
    pub id: usize,
    /// Which poll of its URL it is, from 1.
    pub attempt: u64,
    /// When it was due; not known yet for a first poll.
    pub due: Option<Duration>,
}

impl Dues {
    /// For these URLs, before their first polls.
    pub fn new(settings: &Settings, urls: &[Url]) -> Self {
        let numbered = urls.iter().enumerate();
        let ids = numbered.map(|(id, url)| (url.clone(), id)).collect();
        let slots = urls.iter().map(|_| Slot::default()).collect();
        Dues { settings: settings.clone(), ids, slots }
    }

    /// A poll of this URL begins; `None` if it is not in the list.
    pub fn begin(&self, url: &Url, start: Duration) -> Option<Begun> {
        let id = *self.ids.get(url)?;
        let slot = &self.slots[id];
        let attempt = slot.attempts.fetch_add(1, Relaxed) + 1;
        if attempt == 1 {
            slot.first.store(ns(start), Relaxed);
        }
        let due = Duration::from_nanos(slot.due.load(Relaxed));
        Some(Begun { id, attempt, due: (attempt > 1).then_some(due) })
    }

    /// That poll has ended: its URL is due again after an interval, and the
    /// back-off.
    pub fn end(&self, begun: Begun, end: Duration, ok: bool) {
        let slot = &self.slots[begun.id];
        let errors =
            if ok { 0 } else { slot.errors.load(Relaxed).saturating_add(1) };
        slot.errors.store(errors, Relaxed);
        let due = end.saturating_add(self.settings.pause(errors));
        slot.due.store(ns(due), Relaxed);
    }

    /// When the timetable started, as far as first polls tell.
    pub fn started(&self) -> Duration {
        let spare = |(id, first): (usize, Duration)| {
            first.checked_sub(self.settings.first(id, self.slots.len()))
        };
        self.firsts().filter_map(spare).min().unwrap_or_default()
    }

    /// When the first poll of the URL with this id was due, if the timetable
    /// started then.
    pub fn first_due(&self, id: usize, started: Duration) -> Duration {
        let pause = self.settings.first(id, self.slots.len());
        started.saturating_add(pause)
    }

    /// The URLs that were polled, by id, and when they first were.
    pub fn firsts(&self) -> impl Iterator<Item = (usize, Duration)> {
        let polled = |slot: &Slot| slot.attempts.load(Relaxed) > 0;
        let slots = self.slots.iter().enumerate();
        slots.filter(move |(_, slot)| polled(slot)).map(|(id, slot)| {
            (id, Duration::from_nanos(slot.first.load(Relaxed)))
        })
    }
}

/// Nanoseconds in a `u64`: enough for 584 years.
pub fn ns(duration: Duration) -> u64 {
    u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX)
}
