//! The crew suite on real threads.
#![allow(missing_docs)]
#![cfg(not(loom))]

mod crews;

/// Real threads do not show every interleaving: a few hundred times.
#[test]
fn crews() {
    for (name, test) in crews::ALL {
        println!("{name}");
        (0..200).for_each(|_| test());
    }
}

#[test]
#[should_panic(expected = "a scoped thread panicked")]
fn a_panic_that_was_not_asked_for_is_the_scopes() {
    shared::sync::thread::scope(|scope| {
        let panic = || std::panic::resume_unwind(Box::new("a"));
        shared::sync::spawn(scope, "a", panic).expect("a thread");
    });
}
