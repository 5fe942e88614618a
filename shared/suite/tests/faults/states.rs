//! Whatever a thread has seen, and whatever it waits for, belongs to a state.

use std::time::Duration;

use checker::run::{hear, time};
use shared::sync::channel::{Sender, bounded, unbounded};
use shared::sync::{Condvar, Mutex, now, spawn, thread};

use super::{both_by_turns, come_to, twice};

pub fn time_out_or_hang_up() {
    let program = || {
        let (sender, receiver) = bounded::<()>(1);
        thread::scope(|scope| {
            spawn(scope, "drops", move || drop(sender)).expect("a thread");
            format!("{:?}", receiver.recv_deadline(now()))
        })
    };
    come_to(program, &["Err(Disconnected)", "Err(Timeout)"]);
}

pub fn clock_read_twice() {
    let program = || {
        let (l, m) = (Mutex::new(()), Mutex::new(()));
        let (c, d) = (Condvar::new(), Condvar::new());
        let after = |seconds| now() + Duration::from_secs(seconds);
        let (one, five) = (after(1), after(5));
        thread::scope(|scope| {
            let waits = || {
                c.wait_until(&mut l.lock(), one);
                d.wait_until(&mut m.lock(), five);
            };
            spawn(scope, "waits", waits).expect("a thread");
            drop(l.lock());
            let first = time();
            drop(m.lock());
            format!("{first:?} {:?}", time())
        })
    };
    let all = ["0ns 0ns", "0ns 1s", "0ns 5s", "1s 1s", "1s 5s"];
    come_to(program, &all);
}

pub fn late_message() {
    let program = || {
        let (sender, receiver) = unbounded();
        thread::scope(|scope| {
            let sends = move || {
                hear(time() + Duration::from_secs(1));
                sender.send(()).expect("sent");
            };
            spawn(scope, "sends", sends).expect("a thread");
            receiver.recv().expect("it is sent");
            format!("{:?}", time())
        })
    };
    come_to(program, &["1s"]);
}

pub fn failed_send() {
    let program = || {
        let (sender, receiver) = unbounded();
        thread::scope(|scope| {
            spawn(scope, "drops", move || drop(receiver)).expect("a thread");
            format!("{}", sender.send(()).is_ok())
        })
    };
    come_to(program, &["false", "true"]);
}

/// Two senders, which look the same, are sent in any order; the first that
/// arrives is used.
pub fn senders_in_order() {
    let program = || {
        let (to_one, one) = unbounded();
        let (to_two, two) = unbounded();
        let (sends, ends) = unbounded::<Sender<u8>>();
        let other = sends.clone();
        twice(
            move || sends.send(to_one).expect("sent"),
            move || other.send(to_two).expect("sent"),
        );
        let first = ends.recv().expect("there are two");
        first.send(1).expect("sent");
        drop((first, ends));
        format!("{:?} {:?}", one.recv().is_ok(), two.recv().is_ok())
    };
    come_to(program, &["false true", "true false"]);
}

pub fn handed_over() {
    let program = || {
        let (sender, receiver) = bounded(0);
        thread::scope(|scope| {
            for name in ["a", "b"] {
                let receive = || assert!(receiver.recv().is_ok(), "hung up");
                spawn(scope, name, receive).expect("a thread");
            }
            (1..=2).for_each(|n| sender.send(n).expect("sent"));
        });
    };
    assert_eq!(both_by_turns(program), None, "a sender is alive");
}

struct Hidden(u8);

impl std::fmt::Debug for Hidden {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Hidden")
    }
}

pub fn hidden_value() {
    let program = || {
        let last = Mutex::new(Hidden(0));
        twice(|| *last.lock() = Hidden(1), || *last.lock() = Hidden(2));
        assert_eq!(last.lock().0, 2, "b was the last");
    };
    assert!(both_by_turns(program).is_some(), "a was the last in some");
}

pub fn draws_lots() {
    use std::sync::atomic::{AtomicUsize, Ordering};
    static RUNS: AtomicUsize = AtomicUsize::new(0);
    let program = || {
        let (a, b) = (Mutex::new(0), Mutex::new(0));
        let odd = RUNS.fetch_add(1, Ordering::Relaxed) % 2 == 1;
        let other = || *if odd { &a } else { &b }.lock() += 1;
        twice(|| *a.lock() += 1, other);
    };
    let said = both_by_turns(program).expect("it must be refused");
    assert!(said.contains("not deterministic"), "{said}");
}
