//! A client answers each event with a request to cancel, and a server answers
//! each request. Both channels are bounded, so each can wait for the other to
//! receive.
//!
//! After <https://github.com/etcd-io/etcd/issues/20716> (2025) and its
//! reproduction, <https://github.com/etcd-io/etcd/pull/21064>.

use checker::channel::{Receiver, Sender, bounded, unbounded};
use checker::{spawn, thread};

#[derive(Debug)]
enum Response {
    Event(u32),
    Canceled(u32),
}

const EVENTS: u32 = 4;

fn run((requests, requested): (Sender<u32>, Receiver<u32>)) {
    let (responses, received) = bounded(1);
    thread::scope(|scope| {
        let confirms = responses.clone();
        let serve = move || {
            for watch in &requested {
                let _ = confirms.send(Response::Canceled(watch));
            }
        };
        spawn(scope, "server", serve).expect("a thread");
        let client = move || {
            for response in received.iter().take(2 * EVENTS as usize) {
                if let Response::Event(watch) = response {
                    requests.send(watch).expect("the server receives");
                }
            }
        };
        spawn(scope, "client", client).expect("a thread");
        for watch in 1..=EVENTS {
            let event = Response::Event(watch);
            responses.send(event).expect("the client receives");
        }
    });
}

pub fn bad() {
    run(bounded(1));
}

/// A request to cancel never waits.
pub fn good() {
    run(unbounded());
}
