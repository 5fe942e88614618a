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

/// What programs of a kind may do.
#[derive(Clone, Copy)]
pub struct Kind {
    pub name: &'static str,
    pub some: &'static [&'static [Do]],
    /// Whether loom has all of it.
    pub loom: bool,
}

pub const LOCKS: &[Do] = &[Do::Add(0), Do::Add(1), Do::Both(0), Do::Both(1)];
const ADD: &[Do] = &[Do::Add(0), Do::Add(1)];
const WAIT: &[Do] = &[Do::Wait, Do::NotifyOne, Do::NotifyAll, Do::Look];
const TIME: &[Do] = &[Do::WaitUntil, Do::WaitUntil, Do::Clock, Do::Work];
const ENDS: &[Do] = &[Do::Send(0), Do::Send(1), Do::Receive(0), Do::Receive(1)];
const DROPS: &[Do] = &[Do::DropSender(0), Do::DropReceiver(1), Do::SendEnd(0)];
const TIMED: &[Do] = &[Do::ReceiveUntil(0), Do::ReceiveUntil(1)];
const THREADS: &[Do] = &[Do::Nest, Do::Panic, Do::Add(0), Do::Look];

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
    threads: [Steps; 3],
}

/// What a thread does, and of which channels it has a sender, and a receiver.
#[derive(Debug)]
struct Steps {
    steps: Vec<Do>,
    sends: [bool; 2],
    receives: [bool; 2],
}

impl Steps {
    fn draw(rng: &mut Rng, steps: Vec<Do>) -> Self {
        // An end more is a step more: not many have one that is not used.
        let mut has = |uses: fn(Do, usize) -> bool| {
            [0, 1].map(|channel| {
                let used = steps.iter().any(|step| uses(*step, channel));
                used || rng.u8(..8) == 0
            })
        };
        let sends = has(|step, channel| match step {
            Do::Send(n) | Do::DropSender(n) => n == channel,
            Do::SendEnd(_) => true,
            _ => false,
        });
        let receives = has(|step, channel| match step {
            Do::Receive(n) | Do::ReceiveUntil(n) => n == channel,
            Do::DropReceiver(n) => n == channel,
            _ => false,
        });
        Steps { steps, sends, receives }
    }
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
                Do::Nest if nests => Do::Look,
                step => step,
            };
            nests |= step == Do::Nest;
            threads[rng.usize(..3)].push(step);
        }
        let threads = threads.map(|steps| Steps::draw(rng, steps));
        Program { room, threads }
    }

    pub fn steps(&self, thread: usize) -> &[Do] {
        &self.threads[thread].steps
    }

    /// What each thread saw, in words.
    pub fn run(&self) -> String {
        let ends = self.room.map(|room| match room {
            Some(room) => bounded(room),
            None => unbounded(),
        });
        let numbers = [Mutex::new(0), Mutex::new(0)];
        let (changed, logs) = (Condvar::new(), Default::default());
        let threads: [_; 3] = array::from_fn(|name| {
            let Steps { sends, receives, .. } = self.threads[name];
            let (numbers, changed, logs) = (&numbers, &changed, &logs);
            let log: &[Data<String>; 3] = logs;
            let log = &log[name];
            let sends = |n: usize| sends[n].then(|| ends[n].0.clone());
            let receives = |n: usize| receives[n].then(|| ends[n].1.clone());
            let (senders, receivers) =
                ([0, 1].map(sends), [0, 1].map(receives));
            Thread { name, senders, receivers, numbers, changed, log }
        });
        drop(ends);
        let heard = thread::scope(|scope| {
            let mut panic = Vec::new();
            for (mut thread, Steps { steps, .. }) in
                iter::zip(threads, &self.threads)
            {
                let name = thread.name.to_string();
                let work = move || steps.iter().for_each(|s| thread.does(*s));
                let handle = spawn(scope, name, work).expect("a thread");
                panic.extend(steps.contains(&Do::Panic).then_some(handle));
            }
            let joined = panic.into_iter().map(|handle| handle.join().is_ok());
            joined.collect::<Vec<_>>()
        });
        outcome(&logs, &heard, numbers.map(Mutex::into_inner))
    }
}

/// What each thread saw, whether those that panic have ended well, and the
/// numbers.
pub fn outcome(
    logs: &[Data<String>; 3],
    heard: &[bool],
    numbers: [usize; 2],
) -> String {
    let logs = logs
        .each_ref()
        .map(|log| log.lock().unwrap_or_else(PoisonError::into_inner).clone());
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
            Do::Add(n) => self.adds(n),
            Do::Both(n) => {
                let _first = numbers[n].lock();
                self.adds(1 - n);
            }
            Do::Look => self.says(*numbers[0].lock()),
            Do::Wait => {
                let mut number = numbers[0].lock();
                while *number == 0 {
                    changed.wait(&mut number);
                }
                self.says(*number);
            }
            Do::WaitUntil => {
                let mut number = numbers[0].lock();
                let late = changed.wait_until(&mut number, soon());
                self.says((late.timed_out(), *number));
            }
            Do::NotifyOne => changed.notify_one(),
            Do::NotifyAll => changed.notify_all(),
            Do::Clock => self.says(time()),
            Do::Work => hear(time() + Duration::from_secs(1)),
            Do::Send(n) => self.sends(n, Message::Number(self.name)),
            Do::SendEnd(n) => {
                if let Some(end) = self.senders[1 - n].take() {
                    self.sends(n, Message::End(end));
                }
            }
            Do::Receive(n) => self.gets(n, Receiver::recv),
            Do::ReceiveUntil(n) => {
                let late = soon();
                self.gets(n, |end| end.recv_deadline(late));
            }
            Do::DropSender(n) => drop(self.senders[n].take()),
            Do::DropReceiver(n) => drop(self.receivers[n].take()),
            Do::Nest => thread::scope(|scope| {
                let add = || *numbers[1].lock() += 10;
                spawn(scope, "nested", add).expect("a thread");
            }),
            Do::Panic => resume_unwind(Box::new("on purpose")),
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
