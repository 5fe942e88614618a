//! What `cargo bench` times: the programs themselves, from the moment when
//! all their workers are there, and the limits they are divided by.

use std::hint;
use std::num::{NonZeroU64, NonZeroUsize};
use std::sync::{Arc, Barrier, OnceLock};
use std::thread;
use std::time::{Duration, Instant};

use shared::http::{Method, StatusCode};
use shared::sync::{Condvar, Mutex, channel, now};
use shared::{HttpClient, HttpError, Next, Resource, Settings, States};
use shared::{Status, Timetable, Url};

use compare::design::Design;

use crate::clocks::{Clocks, Sample};

/// Something to be timed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Line {
    /// A whole program.
    Design(Design),
    /// Each worker has a timetable of its own, with its share of the URLs.
    Partition,
    /// To lock and unlock one lock that all workers share.
    LockPair,
    /// To send to one channel that all workers share, and receive from it.
    SendAndReceive,
    /// To send to another thread, which sends back what it receives. As many
    /// messages are on their way as there are URLs.
    HandOver,
    /// To send to a thread that sleeps, and wakes for it.
    WakingHop,
    /// To sleep until a time.
    TimedWait,
    /// To look into an empty channel, until one would go to sleep.
    EmptyLook,
}

/// What a request costs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Work {
    /// So much CPU time.
    Cpu(Duration),
    /// So much waiting.
    Wait(Duration),
}

impl Line {
    /// Its name in tables.
    pub fn name(self) -> &'static str {
        match self {
            Line::Design(design) => design.name(),
            Line::Partition => "partition",
            Line::LockPair => "lock-pair",
            Line::SendAndReceive => "send-recv",
            Line::HandOver => "hand-over",
            Line::WakingHop => "waking-hop",
            Line::TimedWait => "timed-wait",
            Line::EmptyLook => "empty-look",
        }
    }

    /// Does it at least this often, with this many workers.
    pub fn run(
        self,
        workers: usize,
        urls: &Arc<[Url]>,
        polls: u64,
        work: Work,
    ) -> Sample {
        let settings = Settings {
            pollers: NonZeroUsize::new(workers).expect("a worker"),
            interval: Duration::ZERO,
            backoff: Duration::ZERO,
            // A million states take a while to copy: not while it is timed.
            status_interval: Duration::from_secs(3600),
            rounds: NonZeroU64::new(polls.div_ceil(urls.len() as u64).max(1)),
            ..Settings::default()
        };
        match self {
            Line::Design(design) => program(design, settings, urls, work),
            Line::Partition => partition(&settings, urls, work),
            Line::LockPair => lock_pair(workers, polls),
            Line::SendAndReceive => send_and_receive(workers, polls),
            Line::HandOver => hand_over(urls, polls),
            Line::WakingHop => waking_hop(polls),
            Line::TimedWait => timed_wait(polls),
            Line::EmptyLook => empty_look(polls),
        }
    }
}

/// So many URLs, all different.
pub fn urls(count: usize) -> Arc<[Url]> {
    let url = |n| Url::unchecked(format!("https://site-{n}.example/").as_str());
    (0..count).map(url).collect()
}

/// Where all wait for one another. The clocks are read when all are there,
/// and before the first may go on.
pub struct Gate {
    all: Barrier,
    began: OnceLock<Clocks>,
}

impl Gate {
    /// A gate for this many threads.
    pub fn new(threads: usize) -> Self {
        Gate { all: Barrier::new(threads), began: OnceLock::new() }
    }

    /// Waits, the first time.
    pub fn pass(&self) {
        // Once open, a load of a value that no thread writes any more.
        if self.began.get().is_some() {
            return;
        }
        if self.all.wait().is_leader() {
            self.began.get_or_init(Clocks::start);
        }
        self.all.wait();
    }

    /// What has happened since it opened.
    pub fn sample(&self, polls: u64) -> Sample {
        self.began.get().expect("all have come").sample(polls)
    }
}

struct Gated {
    gate: Gate,
    work: Work,
}

impl HttpClient for Gated {
    fn head(&self, _: &Url) -> Result<Status, HttpError> {
        self.gate.pass();
        self.work.work();
        Ok(Status(StatusCode::OK, Method::Head))
    }
}

impl Work {
    fn work(self) {
        match self {
            Work::Cpu(Duration::ZERO) => {}
            Work::Cpu(time) => {
                let until = Instant::now() + time;
                while Instant::now() < until {
                    hint::spin_loop();
                }
            }
            Work::Wait(time) => thread::sleep(time),
        }
    }
}

fn program(
    design: Design,
    settings: Settings,
    urls: &Arc<[Url]>,
    work: Work,
) -> Sample {
    // With fewer URLs than workers some never poll.
    let busy = settings.pollers.get().min(urls.len());
    let web = Gated { gate: Gate::new(busy), work };
    let ready = design.ready(settings, urls.clone(), &web, &());
    let report = (ready.run)().expect("enough threads");
    let sample = web.gate.sample(0);
    Sample { polls: report.states.polls(), ..sample }
}

fn partition(settings: &Settings, urls: &Arc<[Url]>, work: Work) -> Sample {
    let share = urls.len().div_ceil(settings.pollers.get());
    let shares: Vec<Arc<[Url]>> = urls.chunks(share).map(Arc::from).collect();
    let web = Gated { gate: Gate::new(shares.len()), work };
    let polls: u64 = thread::scope(|scope| {
        let work = |urls: &Arc<[Url]>| {
            let (urls, web) = (urls.clone(), &web);
            scope.spawn(move || {
                let mut timetable = Timetable::new(settings, &urls);
                // One look at the clock a poll, as in both pollers.
                let mut time = now();
                timetable.start(time);
                let mut states = States::new(urls);
                while let Next::Ready(mut r) = timetable.take(time) {
                    states.update(r.poll(web, &()));
                    time = now();
                    timetable.put_back(r, time);
                }
                states.polls()
            })
        };
        let workers: Vec<_> = shares.iter().map(work).collect();
        workers.into_iter().map(|w| w.join().expect("no panic")).sum()
    });
    web.gate.sample(polls)
}

/// Threads that all do the same, a given number of times in total.
fn together(workers: usize, times: u64, one: impl Fn() + Sync) -> Sample {
    let each = times.div_ceil(workers as u64);
    let gate = Gate::new(workers);
    thread::scope(|scope| {
        for _ in 0..workers {
            scope.spawn(|| {
                gate.pass();
                (0..each).for_each(|_| one());
            });
        }
    });
    gate.sample(each * workers as u64)
}

fn lock_pair(workers: usize, times: u64) -> Sample {
    let lock = Mutex::new(0_u64);
    together(workers, times, || *lock.lock() += 1)
}

fn send_and_receive(workers: usize, times: u64) -> Sample {
    let (sender, receiver) = channel::unbounded();
    together(workers, times, || {
        sender.send(1_u64).expect("we hold a receiver");
        receiver.recv().expect("we have just sent one");
    })
}

fn hand_over(urls: &Arc<[Url]>, times: u64) -> Sample {
    let (there_tx, there_rx) = channel::unbounded();
    let (back_tx, back_rx) = channel::unbounded();
    let (gate, rounds) = (Gate::new(2), times.div_ceil(2));
    // What the channel side sends.
    for (id, url) in urls.iter().enumerate() {
        let sent = there_tx.send(Resource::new(id, url.clone()));
        sent.expect("it is received");
    }
    thread::scope(|scope| {
        let gate = &gate;
        scope.spawn(move || {
            gate.pass();
            (0..rounds).for_each(|_| {
                let r = there_rx.recv().expect("one is on its way");
                back_tx.send(r).expect("it is received");
            });
        });
        gate.pass();
        for _ in 0..rounds {
            let r = back_rx.recv().expect("one is on its way");
            // The other has ended, when all that is left is on its way.
            let _ = there_tx.send(r);
        }
    });
    gate.sample(2 * rounds)
}

/// Time from the send until a receiver that slept has the message; and the CPU
/// time and the sleeps of all that it takes to send, receive and answer it.
fn waking_hop(times: u64) -> Sample {
    let (there, at_b) = channel::unbounded::<Instant>();
    let (back, at_a) = channel::unbounded();
    let hops = times.min(50);
    thread::scope(|scope| {
        scope.spawn(move || {
            for sent in at_b {
                back.send(sent.elapsed()).expect("a is there");
            }
        });
        let hop = |_| {
            // crossbeam looks for a while before it sleeps.
            thread::sleep(Duration::from_micros(200));
            there.send(Instant::now()).expect("b is there");
            at_a.recv().expect("b sends one back")
        };
        // Only when b sleeps for the first time.
        hop(0);
        let clocks = Clocks::start();
        let wall = (0..hops).map(hop).sum();
        let sample = clocks.sample(hops);
        drop(there);
        Sample { wall, ..sample }
    })
}

fn timed_wait(times: u64) -> Sample {
    let (lock, never) = (Mutex::new(()), Condvar::new());
    together(1, times.min(50), || {
        let due = now() + Duration::from_micros(100);
        never.wait_until(&mut lock.lock(), due);
    })
}

/// crossbeam looks again and again before it sees that the time is up. Two
/// threads a core do it: so one that gives its core away is counted.
fn empty_look(times: u64) -> Sample {
    let (_sender, receiver) = channel::unbounded::<u64>();
    let cores = thread::available_parallelism().map_or(1, usize::from);
    let past = now();
    together(2 * cores, times, || {
        receiver.recv_deadline(past).expect_err("no message was sent");
    })
}
