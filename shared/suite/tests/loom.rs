//! `cargo loom`: that the channel on which the pollers are checked does what
//! a channel does, and can do nothing else.
#![allow(missing_docs)]

#[cfg(not(loom))]
fn main() -> std::process::ExitCode {
    suite::not_under_loom()
}

#[cfg(loom)]
mod channels;
#[cfg(loom)]
mod crews;
#[cfg(loom)]
mod failing;
#[cfg(loom)]
mod faults;
#[cfg(loom)]
mod toys;
#[cfg(loom)]
mod turns;
#[cfg(loom)]
mod witness;

#[cfg(loom)]
fn main() -> std::process::ExitCode {
    use checker::check::{Model, Quantity};
    use checker::harness;

    let mut models = Vec::new();
    for (name, test) in models::ALL.iter().chain(crews::ALL) {
        let says = name.replace('_', " ");
        models.push(proof::model(name, &says, *test));
    }
    models.push(proof::timed_receive());
    models.push(proof::same_outcomes());
    let plain = failing::ALL.iter().chain(toys::ALL).chain(turns::ALL);
    let plain = plain.chain(faults::ALL).chain(witness::ALL);
    for (name, test) in plain {
        let says = name.replace('_', " ");
        let model = proof::model(name, &says, *test);
        models.push(Model { kind: Quantity::Plain, ..model });
    }
    let names = models.iter().map(|model| model.name);
    let names: Vec<_> = names.collect();
    assert_eq!(names, suite::models::OWN, "`OWN` has to list them");
    harness::main("suite", models, &suite::models::names())
}

#[cfg(loom)]
mod models {
    crate::channels!(checker::channel);
}

#[cfg(loom)]
mod proof {
    use std::sync::Arc;

    use checker::check::{Model, Outcomes, Quantity, outcomes};
    use proptest::collection::vec;
    use proptest::prelude::{Just, Strategy, any, prop_oneof};
    use proptest::strategy::ValueTree;
    use proptest::test_runner::TestRunner;
    use shared::sync::channel::{RecvTimeoutError, unbounded};
    use shared::sync::{now, spawn, thread};

    pub fn model(name: &'static str, says: &str, test: fn()) -> Model {
        Model {
            name,
            says: says.to_string().leak(),
            size: "a channel".into(),
            bound: None,
            kind: Quantity::All,
            by_turns: false,
            view: |value| value,
            tokens: Vec::new(),
            body: Arc::new(move || {
                test();
                true
            }),
        }
    }

    /// A deadline may pass before a message is sent, or after; never is
    /// either lost.
    pub fn timed_receive() -> Model {
        let body = || {
            let (sender, receiver) = unbounded();
            let late = now() + std::time::Duration::from_secs(1);
            let timed_out = thread::scope(|scope| {
                let send = move || sender.send(1).expect("sent");
                spawn(scope, "a", send).expect("a thread");
                let first = receiver.recv_deadline(late);
                if first == Err(RecvTimeoutError::Timeout) {
                    assert_eq!(now(), late, "it is late now");
                    assert_eq!(receiver.recv(), Ok(1));
                    return true;
                }
                assert_eq!(first, Ok(1));
                false
            });
            let hung_up = Err(RecvTimeoutError::Disconnected);
            assert_eq!(receiver.recv_deadline(late), hung_up);
            timed_out
        };
        let says = "a timed receive may come too early";
        let model = model("a_timed_receive_may_come_too_early", says, || ());
        Model { kind: Quantity::Some, body: Arc::new(body), ..model }
    }

    /// What a thread of a random program does.
    #[derive(Debug, Clone, Copy)]
    enum Do {
        Send,
        Receive,
        DropSender,
        DropReceiver,
        /// On the channel of which both threads have both ends.
        SendCommon,
        ReceiveCommon,
    }

    /// Two threads: a channel from each to the other, and one in common;
    /// each unbounded or of one slot.
    #[derive(Debug, Clone)]
    struct Program {
        bounded: [bool; 3],
        threads: [Vec<Do>; 2],
    }

    fn program() -> impl Strategy<Value = Program> {
        let one = prop_oneof![
            4 => Just(Do::Send),
            4 => Just(Do::Receive),
            1 => Just(Do::DropSender),
            1 => Just(Do::DropReceiver),
            3 => Just(Do::SendCommon),
            1 => Just(Do::ReceiveCommon),
        ];
        let thread = vec(one, 1..5);
        let threads = [thread.clone(), thread];
        (any::<[bool; 3]>(), threads)
            .prop_map(|(bounded, threads)| Program { bounded, threads })
    }

    macro_rules! run {
        ($channel:path, $program:expr) => {{
            use std::mem::ManuallyDrop;
            use $channel as channel;

            let program: &Program = $program;
            let make = |bounded| {
                let (sender, receiver) = if bounded {
                    channel::bounded(1)
                } else {
                    channel::unbounded()
                };
                // Not to be dropped if it ends in a deadlock.
                (
                    Some(ManuallyDrop::new(sender)),
                    Some(ManuallyDrop::new(receiver)),
                )
            };
            let [(to_b, from_a), (to_a, from_b), common] =
                program.bounded.map(make);
            let both = [(to_b, from_b), (to_a, from_a)];
            let log = [(); 2].map(|()| std::sync::Mutex::new(String::new()));
            thread::scope(|scope| {
                let threads = program.threads.iter().zip(both).zip(&log);
                for (n, ((todo, ends), log)) in threads.enumerate() {
                    let (common_sender, common_receiver) = &common;
                    let work = move || {
                        let (mut sender, mut receiver) = ends;
                        let say = |text: String| {
                            log.lock().expect("never poisoned").push_str(&text);
                        };
                        for (value, step) in todo.iter().enumerate() {
                            let value = 10 * n + value;
                            let send = |end: &Option<ManuallyDrop<_>>| {
                                let end: &Option<
                                    ManuallyDrop<channel::Sender<usize>>,
                                > = end;
                                let sent = end.as_ref().map(|s| s.send(value));
                                say(format!("{:?} ", sent.map(|s| s.is_ok())));
                            };
                            let receive = |end: &Option<ManuallyDrop<_>>| {
                                let end: &Option<
                                    ManuallyDrop<channel::Receiver<usize>>,
                                > = end;
                                let got = end.as_ref().map(|r| r.recv().ok());
                                say(format!("{got:?} "));
                            };
                            match step {
                                Do::Send => send(&sender),
                                Do::Receive => receive(&receiver),
                                Do::SendCommon => send(common_sender),
                                Do::ReceiveCommon => receive(common_receiver),
                                Do::DropSender => drop(
                                    sender.take().map(ManuallyDrop::into_inner),
                                ),
                                Do::DropReceiver => drop(
                                    receiver
                                        .take()
                                        .map(ManuallyDrop::into_inner),
                                ),
                            }
                        }
                        drop(sender.map(ManuallyDrop::into_inner));
                        drop(receiver.map(ManuallyDrop::into_inner));
                    };
                    spawn(scope, format!("{n}"), work).expect("a thread");
                }
            });
            drop(common.0.map(ManuallyDrop::into_inner));
            drop(common.1.map(ManuallyDrop::into_inner));
            let [a, b] = log.map(|l| l.into_inner().expect("never poisoned"));
            format!("{a}| {b}")
        }};
    }

    /// Random programs have the same outcomes on the channel that the pollers
    /// are checked on and on the plain one, whatever loom does.
    pub fn same_outcomes() -> Model {
        let body = || {
            let mut runner = TestRunner::deterministic();
            let (mut equal, mut deadlocks, mut too_big) = (0, 0, 0);
            while equal < 60 && equal + deadlocks + too_big < 600 {
                let tree = program().new_tree(&mut runner);
                let program = Arc::new(tree.expect("a program").current());
                let (p, q) = (program.clone(), program.clone());
                let fast = outcomes(MOST, move || run!(checker::channel, &p));
                let plain = outcomes(MOST, move || run!(shared::plain, &q));
                match (&fast, &plain) {
                    (Outcomes::Deadlock, Outcomes::Deadlock) => deadlocks += 1,
                    (Outcomes::Set(fast), Outcomes::Set(plain)) => {
                        assert_eq!(fast, plain, "{program:?}");
                        equal += 1;
                    }
                    (Outcomes::TooMany, _) | (_, Outcomes::TooMany) => {
                        too_big += 1;
                    }
                    _ => panic!("{program:?}: {fast:?}, {plain:?}"),
                }
            }
            println!(
                "    {equal} random programs with equal sets of outcomes, \
                 {deadlocks} more that can deadlock\n    on both, and \
                 {too_big} that are too big for the plain channel"
            );
            assert!(equal >= 60, "too few programs could be compared");
            true
        };
        let says = "random programs: the same outcomes as on the plain channel";
        let name = "random_programs_have_the_same_outcomes";
        let model = model(name, says, || ());
        // It has searches of its own, and is not in one.
        Model { kind: Quantity::Plain, body: Arc::new(body), ..model }
    }

    const MOST: u64 = 5_000;
}
