//! A stop holds the lock while it waits for a thread to say that it is done;
//! that thread has one more update to record under the lock.
//!
//! After <https://github.com/etcd-io/etcd/pull/6873> (2016).

use checker::channel::{Receiver, Sender, unbounded};
use checker::{Mutex, spawn, thread};

type Log = Mutex<Vec<u32>>;

fn stop_bad(log: &Log, updates: Sender<u32>, done: &Receiver<()>) {
    let _all = log.lock();
    drop(updates);
    // It hangs up when the thread has ended.
    let _ = done.recv();
}

fn stop_good(log: &Log, updates: Sender<u32>, done: &Receiver<()>) {
    let all = log.lock();
    drop(updates);
    drop(all);
    let _ = done.recv();
}

fn run(stop: fn(&Log, Sender<u32>, &Receiver<()>)) {
    let log = Mutex::new(Vec::new());
    let (updates, received) = unbounded();
    let (done_tx, done_rx) = unbounded();
    thread::scope(|scope| {
        let log = &log;
        let coalesce = move || {
            received.iter().for_each(|update| log.lock().push(update));
            drop(done_tx);
        };
        spawn(scope, "coalescer", coalesce).expect("a thread");
        updates.send(1).expect("the coalescer receives");
        stop(log, updates, &done_rx);
    });
}

pub fn bad() {
    run(stop_bad);
}

pub fn good() {
    run(stop_good);
}
