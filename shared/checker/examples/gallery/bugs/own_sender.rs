//! The thread that receives until the channel hangs up has a sender itself.
//!
//! After <https://github.com/rust-lang/rust/issues/72662> (2020), reported as a
//! deadlock of the standard library. It is what the documentation says.

use checker::{channel, thread};

use super::start;

fn run(keeps_its_own: bool) {
    let (results, received) = channel::unbounded();
    thread::scope(|scope| {
        for n in 1..=2 {
            let results = results.clone();
            start(scope, format!("job {n}"), move || {
                results.send(n).expect("a receiver is alive");
            });
        }
        // What is not kept is dropped here.
        let kept = keeps_its_own.then_some(results);
        assert_eq!(received.iter().sum::<u32>(), 3);
        drop(kept);
    });
}

pub fn bad() {
    run(true);
}

pub fn good() {
    run(false);
}
