//! For the page on bounded channels, to run: `cargo run -p shared --example
//! channel_select`.

use std::thread;

use crossbeam::channel::{Receiver, Sender, bounded};
use crossbeam::select;

fn main() {
    let (pending, jobs) = bounded(1);
    let (done, complete) = bounded(1);
    let sum = thread::scope(|scope| {
        scope.spawn(move || worker(&jobs, &done));
        feed(20, pending, &complete)
    });
    println!("20 jobs came round, their sum is {sum}");
}

/// Doubles each number that it is sent.
fn worker(jobs: &Receiver<u32>, done: &Sender<u32>) {
    for job in jobs {
        done.send(2 * job).expect("feed receives until all are back");
    }
}

/// Sends what it has or receives what is done, whichever can go on.
fn feed(count: u32, pending: Sender<u32>, complete: &Receiver<u32>) -> u32 {
    let mut sum = 0;
    let mut next = 1;
    while next <= count {
        select! {
            send(pending, next) -> sent => {
                sent.expect("the worker waits for more");
                next += 1;
            }
            recv(complete) -> answer => {
                sum += answer.expect("the worker waits for more");
            }
        }
    }
    drop(pending); // So the worker ends, and then `complete` does.
    sum + complete.iter().sum::<u32>()
}
