//! A command has a sender in it, for the answer. The actor ends before it
//! receives the command: the sender stays in the queue, so the caller does not
//! hear a hang-up either.
//!
//! After <https://github.com/zesterer/flume/issues/89> (2021) and
//! <https://github.com/quickwit-oss/quickwit/pull/2862> (2023). flume keeps
//! what is in a channel while a sender is alive; crossbeam, as here, while a
//! receiver is.

use checker::channel::{Receiver, Sender, unbounded};
use checker::thread;

use super::start;

/// It ends after one command: in the first report, by a panic.
fn act(inbox: &Receiver<Sender<u32>>) {
    let command = inbox.recv().expect("there is a command");
    let _ = command.send(1);
}

fn ask_twice(asks: &Sender<Sender<u32>>) {
    for _ in 1..=2 {
        let (reply, answer) = unbounded();
        if asks.send(reply).is_ok() {
            let _ = answer.recv();
        }
    }
}

/// The receiver is only lent to the actor.
pub fn bad() {
    let (asks, inbox) = unbounded();
    thread::scope(|scope| {
        start(scope, "actor", || act(&inbox));
        ask_twice(&asks);
    });
}

/// The receiver ends with the actor, and what is in the channel with it.
pub fn good() {
    let (asks, inbox) = unbounded();
    thread::scope(|scope| {
        start(scope, "actor", move || act(&inbox));
        ask_twice(&asks);
    });
}
