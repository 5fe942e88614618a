//! A random program: what each of its threads does, and how it is run.

use std::fmt::Write;
use std::panic::resume_unwind;
use std::sync::{Mutex as Data, PoisonError};
use std::time::Duration;

use checker::run::time;
use shared::sync::channel::{Receiver, Sender, bounded, unbounded};
use shared::sync::{Condvar, Mutex, now, spawn, thread};

/// What programs of a kind may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Uses {
    Locks,
    /// Deadlines, and looks at the clock.
    Time,
    Channels,
    /// Channels without a buffer.
    ByHand,
    /// Threads that start threads, and threads that panic.
    Threads,
    All,
}

impl Uses {
    pub const ALL: [Uses; 6] = [
        Uses::Locks,
        Uses::Time,
        Uses::Channels,
        Uses::ByHand,
        Uses::Threads,
        Uses::All,
    ];

    /// loom has no channel without a buffer, and a timed receive only for the
    /// only receiver.
    pub fn loom_can(self) -> bool {
        !matches!(self, Uses::ByHand | Uses::All)
    }

    fn some(self) -> Vec<Do> {
        let locks = [Do::Add(0), Do::Add(1), Do::Both(0), Do::Both(1)];
        let wait = [Do::Wait, Do::NotifyOne, Do::NotifyAll, Do::Look];
        let time = [Do::WaitUntil, Do::WaitUntil, Do::Clock, Do::Work];
        let ends = [Do::Send(0), Do::Send(1), Do::Receive(0), Do::Receive(1)];
        let drops = [Do::DropSender(0), Do::DropReceiver(1), Do::SendEnd(0)];
        let threads = [Do::Nest, Do::Panic, Do::Add(0), Do::Look];
        let timed = [Do::ReceiveUntil(0), Do::ReceiveUntil(1)];
        match self {
            Uses::Locks => [&locks[..], &wait].concat(),
            Uses::Time => [&locks[..2], &wait, &time].concat(),
            Uses::Channels => [&ends[..], &ends, &drops].concat(),
            Uses::ByHand => [&ends[..], &drops, &timed].concat(),
            Uses::Threads => [&threads[..], &ends, &locks[..1]].concat(),
            Uses::All => {
                [&locks[..], &wait, &time, &ends, &drops, &threads, &timed]
                    .concat()
            }
        }
    }
}

/// What a thread does; numbers are those of a lock or a channel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Do {
    /// Adds to this number under its lock.
    Add(usize),
    /// The same to the other number, under both locks.
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

impl Do {
    fn sends(&self, channel: usize) -> bool {
        match *self {
            Do::Send(n) | Do::DropSender(n) => n == channel,
            Do::SendEnd(_) => true,
            _ => false,
        }
    }

    fn receives(&self, channel: usize) -> bool {
        match *self {
            Do::Receive(n) | Do::ReceiveUntil(n) => n == channel,
            Do::DropReceiver(n) => n == channel,
            _ => false,
        }
    }
}

/// Threads, on two locks and two channels.
#[derive(Debug)]
pub struct Program {
    /// How many messages each channel has room for.
    room: [Option<usize>; 2],
    /// What each does, and of which channels it has a sender, and a receiver.
    threads: [(Vec<Do>, [bool; 2], [bool; 2]); 3],
}

/// The same numbers for the same seed.
pub struct Rng(u64);

impl Rng {
    pub fn new(seed: u64) -> Self {
        Rng(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ 0x5DEE_CE66)
    }

    /// Below this.
    pub fn below(&mut self, n: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) as usize % n
    }

    fn one_in(&mut self, n: usize) -> bool {
        self.below(n) == 0
    }
}

impl Program {
    pub fn new(rng: &mut Rng, uses: Uses, steps: usize) -> Self {
        let by_hand = matches!(uses, Uses::ByHand | Uses::All);
        let room = [(); 2].map(|()| match rng.below(3) {
            0 if by_hand => Some(0),
            1 => Some(1),
            _ => None,
        });
        let some = uses.some();
        let mut threads = [(); 3].map(|()| Vec::new());
        let mut nests = false;
        for _ in 0..steps {
            // loom has five threads at most.
            let step = match some[rng.below(some.len())] {
                Do::Nest if nests => Do::Look,
                step => step,
            };
            nests |= step == Do::Nest;
            threads[rng.below(3)].push(step);
        }
        let threads = threads.map(|steps| {
            // An end more is a step more: not many have one that is not used.
            let mut has = |uses: fn(&Do, usize) -> bool| {
                [0, 1]
                    .map(|c| steps.iter().any(|s| uses(s, c)) || rng.one_in(8))
            };
            let (sends, receives) = (has(Do::sends), has(Do::receives));
            (steps, sends, receives)
        });
        Program { room, threads }
    }

    /// What each thread saw, in words.
    pub fn run(&self) -> String {
        let ends = self.room.map(|room| match room {
            Some(room) => bounded(room),
            None => unbounded(),
        });
        let shared = Shared {
            numbers: [Mutex::new(0), Mutex::new(0)],
            changed: Condvar::new(),
        };
        let logs: Vec<_> =
            self.threads.iter().map(|_| Data::new(String::new())).collect();
        let threads = self.threads.iter().zip(&logs).enumerate();
        let threads = threads.map(|(name, ((steps, sends, receives), log))| {
            let its = |has: &[bool; 2], n: usize| has[n].then_some(n);
            let senders = [0, 1].map(|n| its(sends, n));
            let receivers = [0, 1].map(|n| its(receives, n));
            let thread = Thread {
                name,
                senders: senders.map(|n| n.map(|n| ends[n].0.clone())),
                receivers: receivers.map(|n| n.map(|n| ends[n].1.clone())),
                shared: &shared,
                log,
            };
            (thread, steps)
        });
        let threads: Vec<_> = threads.collect();
        drop(ends);
        let mut heard = Vec::new();
        thread::scope(|scope| {
            let mut panic = Vec::new();
            for (mut thread, steps) in threads {
                let name = format!("{}", thread.name);
                let work = move || steps.iter().for_each(|s| thread.does(*s));
                let handle = spawn(scope, name, work).expect("a thread");
                panic.extend(steps.contains(&Do::Panic).then_some(handle));
            }
            for handle in panic {
                heard.push(handle.join().is_ok());
            }
        });
        let logs = logs.into_iter().map(|log| {
            log.into_inner().unwrap_or_else(PoisonError::into_inner)
        });
        let (logs, numbers) = (logs.collect::<Vec<_>>(), shared.numbers);
        format!("{logs:?} {heard:?} {:?}", numbers.map(Mutex::into_inner))
    }
}

#[derive(Debug)]
enum Message {
    Number(#[allow(dead_code)] usize),
    End(Sender<Message>),
}

struct Shared {
    numbers: [Mutex<usize>; 2],
    changed: Condvar,
}

struct Thread<'a> {
    name: usize,
    senders: [Option<Sender<Message>>; 2],
    receivers: [Option<Receiver<Message>>; 2],
    shared: &'a Shared,
    log: &'a Data<String>,
}

impl Thread<'_> {
    fn says(&self, what: impl std::fmt::Debug) {
        let mut log = self.log.lock().unwrap_or_else(PoisonError::into_inner);
        write!(log, "{what:?} ").expect("a text");
    }

    fn adds(&self, number: &mut usize) {
        *number += 1 + self.name;
        self.says(*number);
    }

    fn does(&mut self, step: Do) {
        let Shared { numbers, changed } = self.shared;
        // Of the first thread a deadline has come already.
        let soon = || now() + Duration::from_secs(self.name as u64);
        match step {
            Do::Add(n) => self.adds(&mut numbers[n].lock()),
            Do::Both(n) => {
                let _first = numbers[n].lock();
                self.adds(&mut numbers[1 - n].lock());
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
            Do::Work => checker::run::hear(time() + Duration::from_secs(1)),
            Do::Send(n) => self.sends(n, Message::Number(self.name)),
            Do::SendEnd(n) => {
                if let Some(end) = self.senders[1 - n].take() {
                    self.sends(n, Message::End(end));
                }
            }
            Do::Receive(n) => {
                let got = self.receivers[n].as_ref().map(Receiver::recv);
                self.got(got.map(|got| got.map_err(|e| format!("{e:?}"))));
            }
            Do::ReceiveUntil(n) => {
                let late = soon();
                let end = self.receivers[n].as_ref();
                let got = end.map(|end| end.recv_deadline(late));
                self.got(got.map(|got| got.map_err(|e| format!("{e:?}"))));
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
    fn got(&self, got: Option<Result<Message, String>>) {
        match got {
            Some(Ok(Message::End(end))) => {
                self.says(("end", end.send(Message::Number(9)).is_ok()));
            }
            other => self.says(other),
        }
    }
}
