//! A random program: what each of its threads does, and how it is run.

use std::fmt::{Debug, Write};
use std::panic::resume_unwind;
use std::sync::{Mutex as Data, PoisonError};
use std::time::Duration;
use std::{array, iter};

use checker::run::{hear, time};
use fastrand::Rng;
use shared::sync::channel::{Receiver, Sender, bounded, unbounded};
use shared::sync::{Condvar, Mutex, now, spawn, thread};

/// What a thread does; numbers are those of a lock or a channel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Do {
    /// Adds to this number under its lock.
    Add(usize),
    /// Adds to the other number under both locks, this one first.
    Both(usize),
    /// Looks at the first number.
    Look,
    /// Waits until the first number is not 0.
    Wait,
    /// Waits for a notification or a deadline.
    WaitUntil,
    NotifyOne,
    NotifyAll,
    /// Looks at the clock.
    Clock,
    /// Takes a second.
    Work,
    Send(usize),
    /// Sends its sender of the other channel to this one.
    SendEnd(usize),
    Receive(usize),
    ReceiveUntil(usize),
    DropSender(usize),
    DropReceiver(usize),
    /// Starts a thread that adds to a number, and waits for its end.
    Nest,
    Panic,
}

use Do::*;

impl Do {
    fn sends(self, channel: usize) -> bool {
        match self {
            Send(n) | DropSender(n) => n == channel,
            SendEnd(_) => true,
            _ => false,
        }
    }

    fn receives(self, channel: usize) -> bool {
        match self {
            Receive(n) | ReceiveUntil(n) | DropReceiver(n) => n == channel,
            _ => false,
        }
    }
}

/// What programs of a kind may do.
#[derive(Clone, Copy)]
pub struct Kind {
    pub name: &'static str,
    pub some: &'static [&'static [Do]],
    /// Whether loom has all of it.
    pub loom: bool,
}

pub const LOCKS: &[Do] = &[Add(0), Add(1), Both(0), Both(1)];
const ADD: &[Do] = &[Add(0), Add(1)];
const WAIT: &[Do] = &[Wait, NotifyOne, NotifyAll, Look];
const TIME: &[Do] = &[WaitUntil, WaitUntil, Clock, Work];
const ENDS: &[Do] = &[Send(0), Send(1), Receive(0), Receive(1)];
const DROPS: &[Do] = &[DropSender(0), DropReceiver(1), SendEnd(0)];
const TIMED: &[Do] = &[ReceiveUntil(0), ReceiveUntil(1)];
const THREADS: &[Do] = &[Nest, Panic, Add(0), Look];

#[rustfmt::skip]
pub const KINDS: [Kind; 6] = [
    Kind { name: "locks", some: &[LOCKS, WAIT], loom: true },
    Kind { name: "time", some: &[ADD, WAIT, TIME], loom: true },
    Kind { name: "channels", some: &[ENDS, ENDS, DROPS], loom: true },
    Kind { name: "by hand", some: &[ENDS, DROPS, TIMED], loom: false },
    Kind { name: "threads", some: &[THREADS, ENDS], loom: true },
    Kind {
        name: "all",
        some: &[LOCKS, WAIT, TIME, ENDS, DROPS, TIMED, THREADS],
        loom: false,
    },
];

/// Three threads, on two locks and two channels.
#[derive(Debug)]
pub struct Program {
    /// How many messages each channel has room for.
    room: [Option<usize>; 2],
    pub threads: [Vec<Do>; 3],
}

impl Program {
    pub fn new(rng: &mut Rng, kind: &Kind, steps: usize) -> Self {
        let room = [(); 2].map(|()| match rng.u8(..3) {
            0 if !kind.loom => Some(0),
            1 => Some(1),
            _ => None,
        });
        let some = kind.some.concat();
        let mut threads = [(); 3].map(|()| Vec::new());
        let mut nests = false;
        for _ in 0..steps {
            // loom has five threads at most.
            let step = match some[rng.usize(..some.len())] {
                Nest if nests => Look,
                step => step,
            };
            nests |= step == Nest;
            threads[rng.usize(..3)].push(step);
        }
        Program { room, threads }
    }

    /// What each thread saw, in words.
    pub fn run(&self) -> String {
        let ends = self.room.map(|room| match room {
            Some(room) => bounded(room),
            None => unbounded(),
        });
        let (numbers, changed) = ([0; 2].map(Mutex::new), Condvar::new());
        let logs: [Data<String>; 3] = Default::default();
        // Each thread has the ends that it uses.
        let threads: [_; 3] = array::from_fn(|name| {
            let steps = &self.threads[name];
            let sender = |n| {
                let sends = steps.iter().any(|step| step.sends(n));
                sends.then(|| ends[n].0.clone())
            };
            let receiver = |n| {
                let receives = steps.iter().any(|step| step.receives(n));
                receives.then(|| ends[n].1.clone())
            };
            let senders = [0, 1].map(sender);
            let receivers = [0, 1].map(receiver);
            let (numbers, changed, log) = (&numbers, &changed, &logs[name]);
            Thread { name, senders, receivers, numbers, changed, log }
        });
        drop(ends);
        let heard = thread::scope(|scope| {
            let mut panic = Vec::new();
            for (mut thread, steps) in iter::zip(threads, &self.threads) {
                let name = thread.name.to_string();
                let work = move || steps.iter().for_each(|s| thread.does(*s));
                let handle = spawn(scope, name, work).expect("a thread");
                panic.extend(steps.contains(&Panic).then_some(handle));
            }
            let joined = panic.into_iter().map(|handle| handle.join().is_ok());
            joined.collect::<Vec<_>>()
        });
        let log = |log: Data<String>| {
            log.into_inner().unwrap_or_else(PoisonError::into_inner)
        };
        outcome(&logs.map(log), &heard, numbers.map(Mutex::into_inner))
    }
}

/// What each thread saw, whether those that panic have ended well, and the
/// numbers.
pub fn outcome(
    logs: &[String; 3],
    heard: &[bool],
    numbers: [usize; 2],
) -> String {
    format!("{logs:?} {heard:?} {numbers:?}")
}

#[derive(Debug)]
enum Message {
    Number(#[allow(dead_code)] usize),
    End(Sender<Message>),
}

struct Thread<'a> {
    name: usize,
    senders: [Option<Sender<Message>>; 2],
    receivers: [Option<Receiver<Message>>; 2],
    numbers: &'a [Mutex<usize>; 2],
    changed: &'a Condvar,
    log: &'a Data<String>,
}

impl Thread<'_> {
    fn says(&self, what: impl Debug) {
        let mut log = self.log.lock().unwrap_or_else(PoisonError::into_inner);
        write!(log, "{what:?} ").expect("a text");
    }

    fn adds(&self, n: usize) {
        let mut number = self.numbers[n].lock();
        *number += 1 + self.name;
        self.says(*number);
    }

    fn does(&mut self, step: Do) {
        let Thread { numbers, changed, .. } = *self;
        // Of the first thread a deadline has come already.
        let soon = || now() + Duration::from_secs(self.name as u64);
        match step {
            Add(n) => self.adds(n),
            Both(n) => {
                let _first = numbers[n].lock();
                self.adds(1 - n);
            }
            Look => self.says(*numbers[0].lock()),
            Wait => {
                let mut number = numbers[0].lock();
                while *number == 0 {
                    changed.wait(&mut number);
                }
                self.says(*number);
            }
            WaitUntil => {
                let mut number = numbers[0].lock();
                let late = changed.wait_until(&mut number, soon());
                self.says((late.timed_out(), *number));
            }
            NotifyOne => changed.notify_one(),
            NotifyAll => changed.notify_all(),
            Clock => self.says(time()),
            Work => hear(time() + Duration::from_secs(1)),
            Send(n) => self.sends(n, Message::Number(self.name)),
            SendEnd(n) => {
                if let Some(end) = self.senders[1 - n].take() {
                    self.sends(n, Message::End(end));
                }
            }
            Receive(n) => self.gets(n, Receiver::recv),
            ReceiveUntil(n) => {
                let late = soon();
                self.gets(n, |end| end.recv_deadline(late));
            }
            DropSender(n) => drop(self.senders[n].take()),
            DropReceiver(n) => drop(self.receivers[n].take()),
            Nest => thread::scope(|scope| {
                let add = || *numbers[1].lock() += 10;
                spawn(scope, "nested", add).expect("a thread");
            }),
            Panic => resume_unwind(Box::new("on purpose")),
        }
    }

    fn sends(&self, channel: usize, message: Message) {
        if let Some(end) = &self.senders[channel] {
            self.says(end.send(message).is_ok());
        }
    }

    /// A sender that arrives is used once.
    fn gets<E: Debug>(
        &self,
        channel: usize,
        receive: impl FnOnce(&Receiver<Message>) -> Result<Message, E>,
    ) {
        match self.receivers[channel].as_ref().map(receive) {
            Some(Ok(Message::End(end))) => {
                self.says(("end", end.send(Message::Number(9)).is_ok()));
            }
            other => self.says(other),
        }
    }
}
