//! Producers and consumers sleep on one condition variable, so a notify may
//! wake a thread of the wrong kind: it finds nothing, and sleeps again.
//!
//! After *Operating Systems: Three Easy Pieces*, chapter 30, the second broken
//! solution: <https://pages.cs.wisc.edu/~remzi/OSTEP/threads-cv.pdf>

use checker::{Condvar, Mutex, spawn, thread};

struct Slot {
    item: Mutex<Option<u32>>,
    empty: Condvar,
    full: Condvar,
    one_for_both: bool,
}

impl Slot {
    fn full(&self) -> &Condvar {
        if self.one_for_both { &self.empty } else { &self.full }
    }

    fn put(&self, new: u32) {
        let mut item = self.item.lock();
        while item.is_some() {
            self.empty.wait(&mut item);
        }
        *item = Some(new);
        self.full().notify_one();
    }

    fn take(&self) {
        let mut item = self.item.lock();
        while item.is_none() {
            self.full().wait(&mut item);
        }
        *item = None;
        self.empty.notify_one();
    }
}

fn run(one_for_both: bool) {
    let (empty, full) = (Condvar::new(), Condvar::new());
    let slot = Slot { item: Mutex::new(None), empty, full, one_for_both };
    thread::scope(|scope| {
        for n in 1..=2 {
            let take = || slot.take();
            spawn(scope, format!("consumer {n}"), take).expect("a thread");
        }
        (1..=2).for_each(|item| slot.put(item));
    });
}

pub fn bad() {
    run(true);
}

pub fn good() {
    run(false);
}
