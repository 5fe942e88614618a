//! A bounded queue of ten lines, with a bug, and the interleaving that shows
//! it:
//!
//! ```console
//! $ RUSTFLAGS="--cfg loom" cargo run --example queue
//! ```
#![allow(missing_docs)]

/// The seam: all that the queue takes from outside, and the only `cfg`.
mod sync {
    #[cfg(loom)]
    pub use checker::{Condvar, Mutex};
    #[cfg(not(loom))]
    pub use parking_lot::{Condvar, Mutex};
}

use std::collections::VecDeque;
use std::fmt::Debug;

use sync::{Condvar, Mutex};

/// Room for one item.
pub struct Queue<T> {
    items: Mutex<VecDeque<T>>,
    changed: Condvar,
}

impl<T: Debug> Queue<T> {
    pub fn empty() -> Self {
        let items = Mutex::new(VecDeque::new());
        Queue { items, changed: Condvar::new() }
    }

    pub fn put(&self, item: T) {
        let mut items = self.items.lock();
        while !items.is_empty() {
            self.changed.wait(&mut items);
        }
        items.push_back(item);
        // The bug: this may wake another thread that puts.
        self.changed.notify_one();
    }

    pub fn take(&self) -> T {
        let mut items = self.items.lock();
        while items.is_empty() {
            self.changed.wait(&mut items);
        }
        let item = items.pop_front().expect("it is not empty");
        // The bug: this may wake another thread that takes.
        self.changed.notify_one();
        item
    }
}

#[cfg(loom)]
fn main() -> std::process::ExitCode {
    use checker::check::Model;
    use checker::{harness, spawn, thread};

    let each_item_arrives = || {
        let queue = Queue::empty();
        thread::scope(|scope| {
            for n in 1..=2 {
                let take = || drop(queue.take());
                spawn(scope, format!("taker {n}"), take).expect("a thread");
            }
            queue.put("first".to_string());
            queue.put("second".to_string());
        });
    };
    let says = "What one thread puts, two others take.";
    let model = Model::new("each_item_arrives", says, each_item_arrives);
    harness::main("queue", vec![model], &[], None)
}

#[cfg(not(loom))]
fn main() {
    let queue = Queue::empty();
    std::thread::scope(|scope| {
        for _ in 1..=2 {
            scope.spawn(|| println!("{}", queue.take()));
        }
        queue.put("first");
        queue.put("second");
    });
    println!("It went well this time. With --cfg loom it does not.");
}
