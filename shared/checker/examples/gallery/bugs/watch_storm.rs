//! A client answers each event with a request to cancel its watch, and a
//! server confirms each request. Both channels are bounded, so each can wait
//! until the other receives.
//!
//! After <https://github.com/etcd-io/etcd/issues/20716>, and its reproduction,
//! <https://github.com/etcd-io/etcd/pull/21064> (2025).

use checker::{channel::bounded, thread};

use super::start;

fn run(room: usize) {
    let (requests, requested) = bounded(room);
    let (responses, received) = bounded(1);
    thread::scope(|scope| {
        let confirms = responses.clone();
        start(scope, "server", move || {
            for _ in &requested {
                confirms.send("canceled").expect("the client receives");
            }
        });
        start(scope, "client", move || {
            for response in received.iter().take(8) {
                if response == "event" {
                    requests.send("cancel").expect("the server receives");
                }
            }
        });
        for _ in 0..4 {
            responses.send("event").expect("the client receives");
        }
    });
}

pub fn bad() {
    run(1);
}

/// No request has to wait.
pub fn good() {
    run(4);
}
