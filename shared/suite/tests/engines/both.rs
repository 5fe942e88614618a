//! What a program may rely on: the small programs that also run on real
//! threads, and what is known of time, of channels without a buffer, and of
//! the order of wake-ups.

use std::time::Duration;

use shared::sync::channel::{bounded, unbounded};
use shared::sync::{Condvar, Mutex, now};

use super::{by_turns, come_to, holds, says};
use crate::small::{beside, both_beside, crews};

crate::channels!(checkers: checker::channel);
crate::channels!(plain: shared::plain);

/// The plain channel is too much for loom: it is a lock and two condition
/// variables.
pub fn channels_do_what_a_channel_does() {
    for (name, program) in checkers::ALL {
        println!("    {name}");
        holds(*program);
    }
    for (name, program) in plain::ALL {
        assert_eq!(by_turns(*program), None, "{name}, on the plain one");
    }
}

pub fn crews_end_together() {
    for (name, program) in crews::ALL {
        println!("    {name}");
        holds(*program);
    }
}

/// A deadline may pass before a message is sent, or after; never is either
/// lost, or taken for the end.
pub fn a_timed_receive_may_come_too_early() {
    let program = || {
        let (sender, receiver) = unbounded();
        let late = now() + Duration::from_secs(1);
        let send = move || sender.send(1).expect("sent");
        beside(send, || {
            let got = [(); 2].map(|()| receiver.recv_deadline(late));
            format!("{got:?} {}", now() == late)
        })
    };
    let all = [
        "[Ok(1), Err(Disconnected)] false",
        "[Ok(1), Err(Timeout)] true",
        "[Err(Timeout), Ok(1)] true",
        "[Err(Timeout), Err(Timeout)] true",
    ];
    come_to(program, &all);
    let at_once = || {
        let (sender, receiver) = unbounded::<()>();
        let receive = || format!("{:?}", receiver.recv_deadline(now()));
        beside(|| drop(sender), receive)
    };
    come_to(at_once, &["Err(Disconnected)", "Err(Timeout)"]);
}

/// A send ends when it is received, and not before; a message has one
/// receiver, and not one that comes later.
pub fn a_channel_without_a_buffer_hands_over() {
    let received = || {
        let (sender, receiver) = bounded(0);
        let sent = Mutex::new(false);
        let send = || {
            sender.send(1).expect("received");
            *sent.lock() = true;
        };
        beside(send, || {
            assert!(!*sent.lock(), "sent, and not received");
            assert_eq!(receiver.recv(), Ok(1));
        });
    };
    assert_eq!(by_turns(received), None);
    let two_receive = || {
        let (sender, receiver) = bounded(0);
        let receive = || assert!(receiver.recv().is_ok(), "hung up");
        let send = || (1..=2).for_each(|n| sender.send(n).expect("received"));
        both_beside(receive, receive, send);
    };
    assert_eq!(by_turns(two_receive), None, "a sender is alive");
    let none_receives = || {
        let (sender, _receiver) = bounded(0);
        sender.send(1).expect("it waits");
    };
    says(by_turns(none_receives), "deadlock");
}

/// And `notify_all` wakes all.
pub fn the_first_to_sleep_is_the_first_woken() {
    holds(|| {
        let (lock, go) = (Mutex::new(()), Condvar::new());
        let (tell, news) = unbounded();
        let sleep = |n| {
            let mut guard = lock.lock();
            tell.send(n).expect("heard");
            go.wait(&mut guard);
            tell.send(n).expect("heard");
        };
        let wake = || {
            let [first, second] = [(); 2].map(|()| news.recv());
            // Both are asleep when the lock is free.
            drop(lock.lock());
            go.notify_one();
            assert_eq!(news.recv(), first);
            go.notify_one();
            assert_eq!(news.recv(), second);
        };
        both_beside(|| sleep(1), || sleep(2), wake);
    });
    holds(|| {
        let (ready, changed) = (Mutex::new(false), Condvar::new());
        let wait = || {
            let mut ready = ready.lock();
            while !*ready {
                changed.wait(&mut ready);
            }
        };
        let wake = || {
            *ready.lock() = true;
            changed.notify_all();
        };
        both_beside(wait, wait, wake);
    });
}
