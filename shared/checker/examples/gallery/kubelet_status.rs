//! A status is sent with the lock of all statuses held, and the thread that
//! receives it needs that lock before it can receive the next one.
//!
//! After <https://github.com/kubernetes/kubernetes/pull/10182> (2015): many
//! pods were deleted at once, the channel filled up, and the kubelet stood.

use checker::channel::{Sender, bounded};
use checker::{Mutex, spawn, thread};

type Statuses = Mutex<Vec<u32>>;

fn set_bad(statuses: &Statuses, updates: &Sender<u32>, pod: u32) {
    let mut all = statuses.lock();
    all.push(pod);
    updates.send(pod).expect("the syncer receives");
}

fn set_good(statuses: &Statuses, updates: &Sender<u32>, pod: u32) {
    statuses.lock().push(pod);
    updates.send(pod).expect("the syncer receives");
}

fn run(set: fn(&Statuses, &Sender<u32>, u32)) {
    let statuses = Mutex::new(Vec::new());
    let (updates, received) = bounded(1);
    thread::scope(|scope| {
        let statuses = &statuses;
        let sync = move || {
            for pod in &received {
                statuses.lock().retain(|other| *other != pod);
            }
        };
        spawn(scope, "syncer", sync).expect("a thread");
        (1..=3).for_each(|pod| set(statuses, &updates, pod));
        drop(updates);
    });
}

pub fn bad() {
    run(set_bad);
}

pub fn good() {
    run(set_good);
}
