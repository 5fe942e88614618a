//! A consumer that was woken does not look again: another one has taken the
//! item by then.
//!
//! After *Operating Systems: Three Easy Pieces*, chapter 30, where `if` is the
//! first broken solution: <https://pages.cs.wisc.edu/~remzi/OSTEP/threads-cv.pdf>

use std::collections::VecDeque;

use checker::{Condvar, Mutex, spawn, thread};

struct Buffer {
    items: Mutex<VecDeque<u32>>,
    filled: Condvar,
}

impl Buffer {
    fn put(&self, item: u32) {
        self.items.lock().push_back(item);
        self.filled.notify_one();
    }

    fn take_bad(&self) -> u32 {
        let mut items = self.items.lock();
        if items.is_empty() {
            self.filled.wait(&mut items);
        }
        items.pop_front().expect("there is an item")
    }

    fn take_good(&self) -> u32 {
        let mut items = self.items.lock();
        while items.is_empty() {
            self.filled.wait(&mut items);
        }
        items.pop_front().expect("there is an item")
    }
}

fn run(take: fn(&Buffer) -> u32) {
    let items = Mutex::new(VecDeque::new());
    let buffer = Buffer { items, filled: Condvar::new() };
    thread::scope(|scope| {
        for n in 1..=2 {
            let take = || take(&buffer);
            spawn(scope, format!("consumer {n}"), take).expect("a thread");
        }
        (1..=2).for_each(|item| buffer.put(item));
    });
}

pub fn bad() {
    run(Buffer::take_bad);
}

pub fn good() {
    run(Buffer::take_good);
}
