//! Random programs of two threads have the same outcomes on two channels.

use std::mem::ManuallyDrop;
use std::sync::{Arc, Mutex as Data};

use checker::check::{Outcomes, outcomes};
use fastrand::Rng;
use shared::sync::{spawn, thread};

/// All of them, by name.
pub const ALL: &[(&str, fn())] =
    &[("random_programs_have_the_same_outcomes", on_both_channels)];

/// What a thread does.
#[derive(Debug, Clone, Copy)]
enum Do {
    /// On its channel to the other thread, and on the one from there.
    Send,
    Receive,
    DropSender,
    DropReceiver,
    /// On the channel of which both threads have both ends.
    SendCommon,
    ReceiveCommon,
}

/// Two threads, and three channels: from each to the other, and one in common;
/// each unbounded or of one slot.
#[derive(Debug, Clone)]
struct Program {
    bounded: [bool; 3],
    threads: [Vec<Do>; 2],
}

/// Each thread does up to `most` of these; what is named twice comes twice as
/// often.
fn draw(rng: &mut Rng, kinds: &[Do], most: usize) -> Program {
    let bounded = [(); 3].map(|()| rng.bool());
    let threads = [(); 2].map(|()| {
        let long = rng.usize(1..=most);
        (0..long).map(|_| kinds[rng.usize(..kinds.len())]).collect()
    });
    Program { bounded, threads }
}

type Sends = Box<dyn Fn(usize) -> bool + Send + Sync>;
type Receives = Box<dyn Fn() -> Option<usize> + Send + Sync>;

/// The two ends of a channel, until they are dropped. That is done by hand,
/// and not if a program ends in a deadlock.
type Ends = (Option<ManuallyDrop<Sends>>, Option<ManuallyDrop<Receives>>);

/// Makes a channel: with one slot, or unbounded.
type Make = fn(bool) -> Ends;

macro_rules! make {
    ($channel:path) => {
        |bounded| {
            use $channel as channel;
            let (sender, receiver) = if bounded {
                channel::bounded(1)
            } else {
                channel::unbounded()
            };
            let send: Sends = Box::new(move |n| sender.send(n).is_ok());
            let receive: Receives = Box::new(move || receiver.recv().ok());
            (Some(ManuallyDrop::new(send)), Some(ManuallyDrop::new(receive)))
        }
    };
}

fn run(make: Make, program: &Program) -> String {
    let [to_b, to_a, common] = program.bounded.map(make);
    let ends_of = [(to_b.0, to_a.1), (to_a.0, to_b.1)];
    let logs = [(); 2].map(|()| Data::new(String::new()));
    let left = Data::new(Vec::new());
    thread::scope(|scope| {
        let threads = program.threads.iter().zip(ends_of).zip(&logs);
        for (me, ((all, mut ends), log)) in threads.enumerate() {
            let (common, left) = (&common, &left);
            let work = move || {
                for one in all {
                    let saw = one.run(me, common, &mut ends);
                    log.lock().expect("no panic").push_str(&saw);
                }
                left.lock().expect("no panic").push(ends);
            };
            spawn(scope, format!("{me}"), work).expect("a thread");
        }
    });
    let mut left = left.into_inner().expect("no panic");
    left.push(common);
    for (send, receive) in left {
        drop(send.map(ManuallyDrop::into_inner));
        drop(receive.map(ManuallyDrop::into_inner));
    }
    let [a, b] = logs.map(|log| log.into_inner().expect("no panic"));
    format!("{a}| {b}")
}

impl Do {
    /// Does it, and returns what the thread sees of it.
    fn run(self, me: usize, common: &Ends, ends: &mut Ends) -> String {
        let send = |(send, _): &Ends| send.as_ref().map(|send| send(me));
        let receive = |(_, take): &Ends| take.as_ref().map(|take| take());
        match self {
            Do::Send => format!("{:?} ", send(ends)),
            Do::Receive => format!("{:?} ", receive(ends)),
            Do::SendCommon => format!("{:?} ", send(common)),
            Do::ReceiveCommon => format!("{:?} ", receive(common)),
            Do::DropSender => {
                format!(
                    "{:?} ",
                    ends.0.take().map(ManuallyDrop::into_inner).is_some()
                )
            }
            Do::DropReceiver => {
                format!(
                    "{:?} ",
                    ends.1.take().map(ManuallyDrop::into_inner).is_some()
                )
            }
        }
    }
}

/// Random programs have the same outcomes on the channel that the pollers are
/// checked on and on the plain one, whatever loom does.
fn on_both_channels() {
    let own = [Do::Send, Do::Receive];
    let common = [Do::SendCommon, Do::ReceiveCommon];
    let rare = [Do::DropSender, Do::DropSender, Do::DropReceiver];
    let often = [own, own, own, common, common];
    let kinds = [often.as_flattened(), &rare].concat();
    let rng = &mut Rng::with_seed(1);
    let (mut equal, mut more, mut deadlocks, mut big) = (0, 0, 0, 0);
    while equal < 200 {
        let program = Arc::new(draw(rng, &kinds, 4));
        let (p, q) = (program.clone(), program.clone());
        let fast = move || run(make!(checker::channel), &p);
        let plain = move || run(make!(shared::plain), &q);
        let (one, other) = (outcomes(5_000, fast), outcomes(5_000, plain));
        match &one {
            _ if one == Outcomes::TooMany || other == Outcomes::TooMany => {
                big += 1;
                assert!(big < 200, "too few programs could be compared");
                continue;
            }
            Outcomes::Set(all) => {
                equal += 1;
                more += usize::from(all.len() > 1);
            }
            _ => deadlocks += 1,
        }
        assert_eq!(one, other, "{program:?}");
    }
    let few = format!("{more} and {deadlocks} are too few to prove anything");
    assert!(more >= 20 && deadlocks >= 20, "{few}");
    println!(
        "    {equal} random programs, {more} of them with more than one \
         outcome, {deadlocks}\n    more that can deadlock, and {big} that are \
         too big have equal sets of\n    outcomes on both channels"
    );
}
