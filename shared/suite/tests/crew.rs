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
