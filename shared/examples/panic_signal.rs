//! For the page on panics, to run: `cargo run -p shared --example
//! panic_signal`. The panics themselves are on the standard error.

use std::thread;

use crossbeam::channel::{Sender, bounded, unbounded};
use parking_lot::{Condvar, Mutex};

fn main() {
    println!("hang-up:    {}", owned_ends());
    println!("drop guard: {}", a_drop_guard());
}

/// The worker owns its sender. When it panics, the sender is dropped.
fn owned_ends() -> String {
    let (results, received) = unbounded();
    thread::scope(|scope| {
        let worker = move || {
            results.send(1).expect("the receiver is alive");
            panic!("the second result does not come");
        };
        let worker = scope.spawn(worker);
        let got: u32 = received.iter().sum(); // It ends: no sender is left.
        worker.join().expect_err("it panics");
        format!("the receiver got {got}, and heard the end")
    })
}

/// Where a thread waits for another one to end, well or not.
#[derive(Default)]
struct Gate {
    ended: Mutex<bool>,
    changed: Condvar,
}

/// Says on every way out of a scope, also in a panic: it has ended.
struct EndsOnDrop<'a>(&'a Gate);

impl Drop for EndsOnDrop<'_> {
    fn drop(&mut self) {
        *self.0.ended.lock() = true;
        self.0.changed.notify_all();
    }
}

fn a_drop_guard() -> String {
    let gate = Gate::default();
    let (sender, _receiver) = bounded(1);
    thread::scope(|scope| {
        let worker = scope.spawn(|| work(&gate, &sender));
        let mut ended = gate.ended.lock();
        while !*ended {
            gate.changed.wait(&mut ended);
        }
        drop(ended);
        worker.join().expect_err("it panics");
        "the waiting thread was woken".to_string()
    })
}

/// It only borrows the sender: its death hangs up nothing.
fn work(gate: &Gate, results: &Sender<u32>) {
    let _ends = EndsOnDrop(gate);
    results.send(1).expect("the receiver is alive");
    panic!("the second result does not come");
}
