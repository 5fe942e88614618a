//! The dispatcher alone, with no worker: what it is told beforehand, it does,
//! and there is nothing to wait for.
#![cfg(not(loom))]

use std::num::NonZeroUsize;

use channel_poller::dispatcher::{Message, dispatcher};
use shared::sync::channel::{Receiver, unbounded};
use shared::{Resource, Settings, Timetable, Url};

const ONE: NonZeroUsize = NonZeroUsize::MIN;

/// Runs it on so many URLs, all due at once; what is left in `pending`.
fn told(messages: Vec<Message>, urls: usize) -> Receiver<Resource> {
    let url = |n| Url::unchecked(&format!("url-{n}"));
    let urls: Vec<_> = (0..urls).map(url).collect();
    let timetable = Timetable::new(&Settings::default(), &urls);
    let (pending_tx, pending_rx) = unbounded();
    let (inbox_tx, inbox_rx) = unbounded();
    for message in messages {
        inbox_tx.send(message).expect("we hold the inbox");
    }
    dispatcher(timetable, ONE, pending_tx, &pending_rx, &inbox_rx);
    assert!(inbox_rx.is_empty(), "it has heard all");
    pending_rx
}

#[test]
fn a_stop_takes_back_what_no_worker_has_begun() {
    let pending_rx = told(vec![Message::Start, Message::Stop], 3);
    assert!(pending_rx.recv().is_err(), "pending is empty, and hung up");
}

#[test]
fn a_stop_before_the_start_hands_out_nothing() {
    // Not even heard: the inbox_rx outlives the dispatcher.
    let pending_rx = told(vec![Message::Stop], 3);
    assert!(pending_rx.recv().is_err(), "pending is empty, and hung up");
}

#[test]
fn with_no_urls_it_ends_by_itself() {
    let pending_rx = told(Vec::new(), 0);
    assert!(pending_rx.recv().is_err(), "pending is empty, and hung up");
}
