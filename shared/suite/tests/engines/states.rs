//! Whatever a thread has seen, and whatever it waits for, belongs to a state.

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::time::Duration;
use std::{fmt, mem};

use checker::run::{hear, note, quietly, time};
use shared::sync::channel::{Sender, bounded, unbounded};
use shared::sync::{Condvar, Mutex, now};

use super::{by_turns, come_to, fails, holds};
use crate::small::{beside, both_beside};

const SECOND: Duration = Duration::from_secs(1);

pub fn what_a_clock_said_belongs_to_a_state() {
    let program = || {
        let (l, m) = (Mutex::new(()), Mutex::new(()));
        let (c, d) = (Condvar::new(), Condvar::new());
        let (one, five) = (now() + SECOND, now() + 5 * SECOND);
        let wait = || {
            c.wait_until(&mut l.lock(), one);
            d.wait_until(&mut m.lock(), five);
        };
        beside(wait, || {
            drop(l.lock());
            let first = time();
            drop(m.lock());
            format!("{first:?} {:?}", time())
        })
    };
    come_to(program, &["0ns 0ns", "0ns 1s", "0ns 5s", "1s 1s", "1s 5s"]);
}

/// Passes a second on another thread, and then `gives`; the time on this one,
/// after it `takes`.
fn a_second_later(gives: impl FnOnce() + Send, takes: impl FnOnce()) -> String {
    let give = || {
        hear(time() + SECOND);
        gives();
    };
    beside(give, || {
        takes();
        format!("{:?}", time())
    })
}

pub fn what_is_passed_on_carries_the_time() {
    let message = || {
        let (sender, receiver) = unbounded();
        let take = || receiver.recv().expect("it was sent");
        a_second_later(|| sender.send(()).expect("sent"), take)
    };
    let free_slot = || {
        let (sender, receiver) = bounded(1);
        sender.send(()).expect("there is room");
        let free = || receiver.recv().expect("it is there");
        a_second_later(free, || sender.send(()).expect("sent"))
    };
    let hang_up = || {
        let (sender, receiver) = unbounded::<()>();
        let hear = || assert!(receiver.recv().is_err(), "hung up");
        a_second_later(|| drop(sender), hear)
    };
    let end = || {
        beside(|| hear(SECOND), || ());
        format!("{:?}", time())
    };
    for program in [message, free_slot, hang_up, end] as [fn() -> _; 4] {
        come_to(program, &["1s"]);
    }
}

/// A send that fails because the last receiver was dropped, and one that waits
/// for a receiver.
pub fn an_end_in_vain_and_a_hand_over_carry_the_time() {
    let in_vain = || {
        let (sender, receiver) = bounded(1);
        sender.send(()).expect("there is room");
        let send = || assert!(sender.send(()).is_err(), "no receiver");
        a_second_later(|| drop(receiver), send)
    };
    come_to(in_vain, &["1s"]);
    let by_hand = || {
        let (sender, receiver) = bounded(0);
        let receive = || receiver.recv().expect("it is sent");
        let time = a_second_later(receive, || sender.send(()).expect("heard"));
        assert_eq!(time, "1s");
    };
    assert_eq!(by_turns(by_hand), None);
}

pub fn a_lock_and_a_notification_carry_the_time() {
    let unlocking = || {
        let lock = Mutex::new(());
        let pass = || drop(lock.lock());
        a_second_later(pass, pass)
    };
    // By a deadline that comes, or before that by a notification.
    let notification = || {
        let (lock, changed) = (Mutex::new(()), Condvar::new());
        let late = now() + 5 * SECOND;
        let wait = || {
            changed.wait_until(&mut lock.lock(), late);
        };
        a_second_later(|| changed.notify_one(), wait)
    };
    come_to(unlocking, &["0ns", "1s"]);
    come_to(notification, &["1s", "5s"]);
}

pub fn a_failed_send_belongs_to_a_state() {
    let program = || {
        let (sender, receiver) = unbounded();
        beside(|| drop(receiver), || format!("{}", sender.send(()).is_ok()))
    };
    come_to(program, &["false", "true"]);
}

/// Two senders, which look the same, are sent in any order; the first that
/// arrives is used.
pub fn senders_in_another_order_are_another_state() {
    let program = || {
        let ((to_one, one), (to_two, two)) = (unbounded(), unbounded());
        let (sends, ends) = unbounded::<Sender<u8>>();
        let send = |end| sends.send(end).expect("sent");
        both_beside(|| send(to_one), || send(to_two), || ());
        ends.recv().expect("there are two").send(1).expect("sent");
        drop(ends);
        format!("{} {}", one.recv().is_ok(), two.recv().is_ok())
    };
    come_to(program, &["false true", "true false"]);
}

struct Hidden(u8);

impl fmt::Debug for Hidden {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Hidden")
    }
}

pub fn a_hidden_value_is_noticed() {
    let program = || {
        let last = Mutex::new(Hidden(0));
        beside(|| *last.lock() = Hidden(1), || *last.lock() = Hidden(2));
        assert_eq!(last.lock().0, 2, "this thread was the last");
    };
    assert!(by_turns(program).is_some(), "the other was the last in some");
}

/// Two requests at once are seen only if one can begin while the other is
/// under way: that the books are kept quietly must not make a request one
/// step. And a lock that another thread holds has to be waited for.
pub fn what_is_quiet_is_a_step() {
    let request = || {
        let busy = quietly(|| Mutex::new(false));
        let request = || {
            note(|| "begins".into());
            quietly(|| assert!(!mem::replace(&mut busy.lock(), true), "two"));
            quietly(|| *busy.lock() = false);
        };
        beside(request, request);
    };
    fails(request, "two");
    holds(|| {
        let sum = Mutex::new(0);
        let add = || {
            let mut held = sum.lock();
            note(|| "in between".into());
            *held += 1;
            drop(held);
            quietly(|| *sum.lock() += 1);
        };
        beside(add, add);
        assert_eq!(sum.into_inner(), 4);
    });
}

/// Even if it is the first that a thread does, or comes right after a spawn;
/// and a time that may be up need not be.
pub fn books_wait_for_their_turn() {
    let first = || {
        let n = Mutex::new(0);
        let add = || quietly(|| *n.lock() += 1);
        beside(add, || quietly(|| n.lock().to_string()))
    };
    come_to(first, &["0", "1"]);
    let inside = || {
        let n = Mutex::new(0);
        let broken = || {
            quietly(|| ());
            assert_eq!(*n.lock(), 0, "broken");
        };
        let look = || drop(catch_unwind(AssertUnwindSafe(|| quietly(broken))));
        beside(|| *n.lock() += 1, look);
    };
    fails(inside, "broken");
    let wait = || {
        let (lock, changed) = (Mutex::new(()), Condvar::new());
        let wait = || {
            let late = now() + SECOND;
            changed.wait_until(&mut lock.lock(), late).timed_out().to_string()
        };
        let tell = || {
            drop(lock.lock());
            changed.notify_all();
        };
        beside(tell, || quietly(wait))
    };
    come_to(wait, &["false", "true"]);
}

pub fn a_thread_that_swallows_a_panic_of_its_books_is_not_quiet() {
    let program = || {
        let silent = || quietly(|| resume_unwind(Box::new("a")));
        beside(|| drop(catch_unwind(silent)), || ());
    };
    fails(program, "a panic in the test's own part");
}

/// A send hears of the receive that made room for it, and of no other: or the
/// time would depend on an order that loom need not go through.
pub fn a_free_slot_has_a_time_of_its_own() {
    let room = || {
        let (sender, receiver) = bounded(2);
        sender.send(()).expect("there is room");
        let free = || receiver.recv().expect("it is there");
        a_second_later(free, || sender.send(()).expect("sent"))
    };
    let no_limit = || {
        let (sender, receiver) = unbounded();
        sender.send(()).expect("there is room");
        let free = || receiver.recv().expect("it is there");
        a_second_later(free, || sender.send(()).expect("sent"))
    };
    come_to(room, &["0ns"]);
    come_to(no_limit, &["0ns"]);
}
