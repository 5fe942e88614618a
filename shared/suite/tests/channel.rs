//! The channel suite on real threads: crossbeam's, and the plain one.
#![allow(missing_docs)]
#![cfg(not(loom))]

mod channels;
mod threads;

mod crossbeams {
    crate::channels!(crossbeam::channel);
}

mod plain {
    crate::channels!(shared::plain);
}

/// Real threads do not show every interleaving: a few hundred times.
fn repeat(suite: &[(&str, fn())]) {
    for (name, test) in suite {
        println!("{name}");
        (0..300).for_each(|_| test());
    }
}

#[test]
fn crossbeams_channel() {
    repeat(crossbeams::ALL);
}

#[test]
fn the_plain_channel() {
    repeat(plain::ALL);
}

#[test]
fn a_timed_receive_of_crossbeam() {
    use crossbeam::channel::{RecvTimeoutError, unbounded};
    use std::time::Instant;

    let (sender, receiver) = unbounded();
    sender.send(1).expect("sent");
    let now = Instant::now();
    assert_eq!(receiver.recv_deadline(now), Ok(1));
    assert_eq!(receiver.recv_deadline(now), Err(RecvTimeoutError::Timeout));
    drop(sender);
    let hung_up = Err(RecvTimeoutError::Disconnected);
    assert_eq!(receiver.recv_deadline(now), hung_up);
}
