//! `cargo loom`: that the channel on which the pollers are checked does what
//! a channel does, and can do nothing else.
#![allow(missing_docs)]

#[cfg(not(loom))]
fn main() -> std::process::ExitCode {
    shared::not_under_loom()
}

#[cfg(loom)]
mod channels;

#[cfg(loom)]
fn main() -> std::process::ExitCode {
    let mut models = Vec::new();
    for (name, test) in models::ALL {
        let says = name.replace('_', " ");
        models.push(proof::model(name, &says, *test));
    }
    models.push(proof::timed_receive());
    models.push(proof::same_outcomes());
    shared::model::show::main("shared", models)
}

#[cfg(loom)]
mod models {
    crate::channels!(shared::model::channel);
}

#[cfg(loom)]
mod proof {
    use std::sync::Arc;

    use proptest::collection::vec;
    use proptest::prelude::{Just, Strategy, prop_oneof};
    use proptest::strategy::ValueTree;
    use proptest::test_runner::TestRunner;
    use shared::model::check::{Model, Outcomes, Quantity, outcomes};
    use shared::sync::channel::{RecvTimeoutError, unbounded};
    use shared::sync::{now, spawn, thread};

    pub fn model(name: &'static str, says: &str, test: fn()) -> Model {
        Model {
            name,
            says: says.to_string().leak(),
            size: "a channel".into(),
            bound: None,
            kind: Quantity::All,
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

    /// What a thread of a random program does, with which channel.
    #[derive(Debug, Clone, Copy)]
    enum Do {
        Send(usize),
        Receive(usize),
        DropSender(usize),
        DropReceiver(usize),
    }

    /// Two channels, unbounded or of one slot, and two threads with an end of
    /// each kind of both.
    #[derive(Debug, Clone)]
    struct Program {
        bounded: [bool; 2],
        threads: [Vec<Do>; 2],
    }

    fn program() -> impl Strategy<Value = Program> {
        let which = || prop_oneof![Just(0), Just(1)];
        let one = prop_oneof![
            3 => which().prop_map(Do::Send),
            2 => which().prop_map(Do::Receive),
            2 => which().prop_map(Do::DropSender),
            1 => which().prop_map(Do::DropReceiver),
        ];
        let thread = vec(one, 1..4);
        let threads = [thread.clone(), thread];
        let one_slot = || prop_oneof![3 => Just(false), 1 => Just(true)];
        let bounded = [one_slot(), one_slot()];
        (bounded, threads)
            .prop_map(|(bounded, threads)| Program { bounded, threads })
    }

    macro_rules! run {
        ($channel:path, $program:expr) => {{
            use std::mem::ManuallyDrop;
            use $channel as channel;

            let program: &Program = $program;
            let make = |bounded| match bounded {
                true => channel::bounded(1),
                false => channel::unbounded(),
            };
            let ends = program.bounded.map(make);
            let log = [(); 2].map(|()| std::sync::Mutex::new(String::new()));
            thread::scope(|scope| {
                for (n, todo) in program.threads.iter().enumerate() {
                    let ends = ends.clone().map(|(sender, receiver)| {
                        // Not to be dropped if it ends in a deadlock.
                        let sender = Some(ManuallyDrop::new(sender));
                        (sender, Some(ManuallyDrop::new(receiver)))
                    });
                    let log = &log[n];
                    let work = move || {
                        let mut ends = ends;
                        let say = |text: String| {
                            log.lock().expect("never poisoned").push_str(&text);
                        };
                        for (value, step) in todo.iter().enumerate() {
                            let value = 10 * n + value;
                            match *step {
                                Do::Send(c) => {
                                    let sent = ends[c].0.as_ref();
                                    let sent = sent.map(|s| s.send(value));
                                    say(format!(
                                        "{:?} ",
                                        sent.map(|s| s.is_ok())
                                    ));
                                }
                                Do::Receive(c) => {
                                    let got = ends[c].1.as_ref();
                                    let got = got.map(|r| r.recv().ok());
                                    say(format!("{got:?} "));
                                }
                                Do::DropSender(c) => {
                                    let end = ends[c].0.take();
                                    drop(end.map(ManuallyDrop::into_inner));
                                }
                                Do::DropReceiver(c) => {
                                    let end = ends[c].1.take();
                                    drop(end.map(ManuallyDrop::into_inner));
                                }
                            }
                        }
                        for (sender, receiver) in ends {
                            drop(sender.map(ManuallyDrop::into_inner));
                            drop(receiver.map(ManuallyDrop::into_inner));
                        }
                    };
                    spawn(scope, format!("{n}"), work).expect("a thread");
                }
                drop(ends);
            });
            let [a, b] = log.map(|l| l.into_inner().expect("never poisoned"));
            format!("{a}| {b}")
        }};
    }

    /// Random programs can come to the same on the channel that the pollers
    /// are checked on and on the plain one, whatever loom does.
    pub fn same_outcomes() -> Model {
        let body = || {
            let mut runner = TestRunner::deterministic();
            let (mut equal, mut deadlocks, mut too_big) = (0, 0, 0);
            while equal < 20 {
                let tree = program().new_tree(&mut runner);
                let program = Arc::new(tree.expect("a program").current());
                let (p, q) = (program.clone(), program.clone());
                let fast =
                    outcomes(5_000, move || run!(shared::model::channel, &p));
                let plain = outcomes(5_000, move || run!(shared::plain, &q));
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
                 {deadlocks} more that can deadlock on both;\n    {too_big} \
                 were too big for the plain channel"
            );
            true
        };
        let says = "random programs: the same outcomes as on the plain channel";
        let name = "random_programs_have_the_same_outcomes";
        let model = model(name, says, || ());
        // It has searches of its own, and is not in one.
        Model { kind: Quantity::Plain, body: Arc::new(body), ..model }
    }
}
