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
mod fix;
#[cfg(loom)]
mod odds;
#[cfg(loom)]
mod random;
#[cfg(loom)]
mod threads;
#[cfg(loom)]
mod toys;
#[cfg(loom)]
mod turns;
#[cfg(loom)]
mod witness;

#[cfg(loom)]
fn main() -> std::process::ExitCode {
    proof::main()
}

#[cfg(loom)]
mod proof {
    use std::collections::HashMap;
    use std::process::ExitCode;
    use std::sync::Arc;
    use std::time::Duration;

    use checker::check::{Model, Quantity};
    use checker::harness;
    use shared::sync::channel::{RecvTimeoutError, unbounded};
    use shared::sync::now;

    use crate::threads::beside;
    use crate::{crews, failing, faults, fix, odds, random};
    use crate::{toys, turns, witness};

    mod models {
        crate::channels!(checker::channel);
    }

    /// All models, in the order of `OWN`.
    pub fn main() -> ExitCode {
        let small = models::ALL.iter().chain(crews::ALL);
        let small = small.map(|test| model(test, Quantity::All));
        // They have searches of their own, and are not in one.
        let plain = failing::ALL.iter().chain(toys::ALL).chain(turns::ALL);
        let plain = plain.chain(random::ALL).chain(odds::ALL);
        let plain = plain.chain(faults::ALL).chain(witness::ALL);
        let plain = plain.chain(fix::ALL);
        let plain = plain.map(|test| model(test, Quantity::Plain));
        let all = small.chain([timed_receive()]).chain(plain);
        let mut all: HashMap<_, _> = all.map(|one| (one.name, one)).collect();
        let own = suite::models::OWN.iter();
        let own = own.map(|name| all.remove(name).expect(name)).collect();
        assert!(all.is_empty(), "`OWN` has to list {:?}", all.keys());
        harness::main("suite", own, &suite::models::names())
    }

    fn model((name, test): &(&'static str, fn()), kind: Quantity) -> Model {
        let says = name.replace('_', " ").leak();
        let size = "a channel".into();
        Model { kind, size, ..Model::new(name, says, *test) }
    }

    /// A deadline may pass before a message is sent, or after; never is
    /// either lost.
    fn timed_receive() -> Model {
        let body = || {
            let (sender, receiver) = unbounded();
            let late = now() + Duration::from_secs(1);
            let send = move || sender.send(1).expect("sent");
            let timed_out = beside(send, || {
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
        let name = "a_timed_receive_may_come_too_early";
        let body = Arc::new(body);
        Model { body, ..model(&(name, || ()), Quantity::Some) }
    }
}
