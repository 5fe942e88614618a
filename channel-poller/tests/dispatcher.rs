//! The dispatcher alone, with no worker: what it is told beforehand, it does,
//! and there is nothing to wait for.
#![cfg(not(loom))]

use std::num::NonZeroUsize;

use channel_poller::dispatcher::{Message, dispatcher};
use shared::sync::channel::unbounded;
use shared::{Settings, Timetable, Url};

#[test]
fn a_stop_takes_back_what_no_worker_has_begun() {
    let urls = ["a", "b", "c"].map(Url::unchecked);
    let timetable = Timetable::new(&Settings::default(), &urls);
    let (pending_tx, pending_rx) = unbounded();
    let (inbox_tx, inbox_rx) = unbounded();
    inbox_tx.send(Message::Start).expect("we hold the inbox");
    inbox_tx.send(Message::Stop).expect("we hold the inbox");
    let one = NonZeroUsize::MIN;
    dispatcher(timetable, one, pending_tx, &pending_rx, &inbox_rx);
    assert!(pending_rx.recv().is_err(), "pending is empty, and hung up");
}
