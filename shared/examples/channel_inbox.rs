//! For the page on bounded channels, to run: `cargo run -p shared --example
//! channel_inbox`.

use std::thread;
use std::time::{Duration, Instant};

use crossbeam::channel::RecvTimeoutError::{Disconnected, Timeout};
use crossbeam::channel::{Receiver, unbounded};

/// All that can happen to the counter, in one type.
enum Message {
    Add(u32),
    Stop,
}

fn main() {
    let (to_counter, inbox) = unbounded();
    let total = thread::scope(|scope| {
        let counter = scope.spawn(move || counter(&inbox));
        for n in 1..=10 {
            to_counter.send(Message::Add(n)).expect("it waits for Stop");
        }
        to_counter.send(Message::Stop).expect("it waits for Stop");
        counter.join().expect("the counter does not panic")
    });
    println!("total {total}");
}

/// Waits for three things at once, on one channel: a number, a stop, and a
/// tick of the clock.
fn counter(inbox: &Receiver<Message>) -> u32 {
    const EVERY: Duration = Duration::from_secs(60);
    let (mut total, mut tick) = (0, Instant::now() + EVERY);
    loop {
        match inbox.recv_deadline(tick) {
            Ok(Message::Add(n)) => total += n,
            Ok(Message::Stop) | Err(Disconnected) => return total,
            Err(Timeout) => {
                println!("so far {total}");
                tick += EVERY;
            }
        }
    }
}
