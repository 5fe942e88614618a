//! The dispatcher alone, with no worker: the test has the other ends of its
//! channels, and there is nothing to wait for.
#![cfg(not(loom))]

use std::num::NonZeroUsize;
use std::thread;

use channel_poller::dispatcher::{AHEAD, Message, dispatcher};
use shared::sync::channel::{bounded, unbounded};
use shared::{Settings, Timetable, Url};
use suite::real::watch;

fn timetable(urls: usize) -> Timetable {
    let urls = vec![Url::unchecked("a"); urls];
    Timetable::new(&Settings::default(), &urls)
}

#[test]
fn a_stop_takes_back_what_no_worker_has_begun() {
    let (pending_tx, pending_rx) = unbounded();
    let (inbox_tx, inbox_rx) = unbounded();
    inbox_tx.send(Message::Start).expect("we hold the inbox");
    inbox_tx.send(Message::Stop).expect("we hold the inbox");
    let one = NonZeroUsize::MIN;
    dispatcher(timetable(3), one, pending_tx, &pending_rx, &inbox_rx);
    assert!(pending_rx.recv().is_err(), "pending is empty, and hung up");
}

#[test]
fn so_many_are_out_and_no_more() {
    let _watch = watch("a dispatcher that hands out too few");
    let pollers = NonZeroUsize::new(3 * AHEAD).expect("a few");
    // It hands over one at a time.
    let (pending_tx, pending_rx) = bounded(0);
    let (inbox_tx, inbox_rx) = unbounded();
    let (due, tell) = (pending_rx.clone(), |message| {
        inbox_tx.send(message).expect("we hold the inbox");
    });
    thread::scope(|scope| {
        let all = timetable(5 * AHEAD);
        scope.spawn(|| {
            dispatcher(all, pollers, pending_tx, &pending_rx, &inbox_rx);
        });
        let take = || due.recv().expect("it hands out more");
        tell(Message::Start);
        let first = take();
        (1..pollers.get() + AHEAD).for_each(|_| drop(take()));
        // One more for each that comes back.
        tell(Message::Complete(first));
        take();
        tell(Message::Stop);
        assert_eq!(due.iter().count(), 0, "too many are out");
    });
}
