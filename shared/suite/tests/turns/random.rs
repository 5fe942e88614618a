//! Random programs of two threads on two locks, a condition variable and two
//! channels: their outcomes by loom and by turns.

use std::mem::ManuallyDrop;
use std::sync::Arc;

use checker::check::{Outcomes, outcomes};
use checker::explore;
use proptest::collection::vec;
use proptest::prelude::{Just, Strategy, prop_oneof};
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use shared::sync::channel::{bounded, unbounded};
use shared::sync::{Condvar, Mutex, spawn, thread};

#[derive(Debug, Clone, Copy)]
enum Do {
    /// Adds to this number under its lock, and notes what it was.
    Add(usize),
    /// Adds to the other under the lock of this one.
    AddBoth(usize),
    /// Waits until the first number is not what it was at the beginning.
    Wait,
    NotifyOne,
    NotifyAll,
    Send,
    Receive,
    /// The same on the channel with one slot.
    SendBounded,
    ReceiveBounded,
}

type Program = [Vec<Do>; 2];

fn program() -> impl Strategy<Value = Program> {
    let one = prop_oneof![
        3 => (0..2_usize).prop_map(Do::Add),
        2 => (0..2_usize).prop_map(Do::AddBoth),
        1 => Just(Do::Wait),
        1 => Just(Do::NotifyOne),
        1 => Just(Do::NotifyAll),
        2 => Just(Do::Send),
        2 => Just(Do::Receive),
        1 => Just(Do::SendBounded),
        1 => Just(Do::ReceiveBounded),
    ];
    let thread = vec(one, 1..4);
    [thread.clone(), thread]
}

fn run(program: &Program) -> String {
    // Not to be dropped if it ends in a deadlock.
    let (sender, receiver) = unbounded();
    let ends = (ManuallyDrop::new(sender), ManuallyDrop::new(receiver));
    let (sender, receiver) = bounded(1);
    let slot = (ManuallyDrop::new(sender), ManuallyDrop::new(receiver));
    let (numbers, changed) = ([Mutex::new(0), Mutex::new(0)], Condvar::new());
    let logs = [(); 2].map(|()| std::sync::Mutex::new(String::new()));
    thread::scope(|scope| {
        for (n, (all, log)) in program.iter().zip(&logs).enumerate() {
            let (ends, slot) = (&ends, &slot);
            let (numbers, changed) = (&numbers, &changed);
            let work = move || {
                for one in all {
                    let saw = one.run(n, numbers, changed, ends, slot);
                    log.lock().expect("no panic").push_str(&saw);
                }
            };
            spawn(scope, format!("{n}"), work).expect("a thread");
        }
    });
    for (sender, receiver) in [ends, slot] {
        drop(ManuallyDrop::into_inner(sender));
        drop(ManuallyDrop::into_inner(receiver));
    }
    let [a, b] = logs.map(|log| log.into_inner().expect("no panic"));
    format!("{a}| {b}")
}

type Ends = (
    ManuallyDrop<shared::sync::channel::Sender<usize>>,
    ManuallyDrop<shared::sync::channel::Receiver<usize>>,
);

impl Do {
    fn run(
        self,
        me: usize,
        numbers: &[Mutex<usize>; 2],
        changed: &Condvar,
        ends: &Ends,
        slot: &Ends,
    ) -> String {
        let add = |number: &mut usize| {
            *number += 1 + me;
            format!("{number} ")
        };
        match self {
            Do::Add(n) => add(&mut numbers[n].lock()),
            Do::AddBoth(n) => {
                let mut first = numbers[n].lock();
                let other = add(&mut numbers[1 - n].lock());
                add(&mut first) + &other
            }
            Do::Wait => {
                let mut number = numbers[0].lock();
                while *number == 0 {
                    changed.wait(&mut number);
                }
                format!("{} ", *number)
            }
            Do::NotifyOne => {
                changed.notify_one();
                String::new()
            }
            Do::NotifyAll => {
                changed.notify_all();
                String::new()
            }
            Do::Send => format!("{:?} ", ends.0.send(me)),
            Do::Receive => format!("{:?} ", ends.1.recv()),
            Do::SendBounded => format!("{:?} ", slot.0.send(me)),
            Do::ReceiveBounded => format!("{:?} ", slot.1.recv()),
        }
    }
}

/// Each engine finds the same outcomes, or both a deadlock.
pub fn same() {
    let mut runner = TestRunner::deterministic();
    let (mut equal, mut more, mut deadlocks) = (0, 0, 0);
    while equal < 150 {
        let tree = program().new_tree(&mut runner);
        let program = Arc::new(tree.expect("a program").current());
        let (p, q) = (program.clone(), program.clone());
        let loom = outcomes(50_000, move || run(&p));
        let turns = explore::outcomes(20_000, move || run(&q));
        assert_eq!(loom, turns, "{program:?}");
        match loom {
            Outcomes::Deadlock => deadlocks += 1,
            Outcomes::Set(all) => {
                equal += 1;
                more += usize::from(all.len() > 1);
            }
            Outcomes::TooMany => unreachable!("they are small"),
        }
    }
    println!(
        "    {equal} random programs have equal sets of outcomes by loom and \
         by turns, {more} of them\n    with more than one, and {deadlocks} \
         more that can deadlock on both"
    );
    assert!(more >= 30 && deadlocks >= 30, "too few to prove anything");
}
