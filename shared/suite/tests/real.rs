//! The channel suite on real threads, for crossbeam's and the plain one; and
//! the crew suite.
#![allow(missing_docs)]
#![cfg(not(loom))]

mod small;

channels!(crossbeams: crossbeam::channel);
channels!(plain: shared::plain);

/// Real threads do not show every interleaving: a few hundred times.
#[test]
fn channels_and_crews() {
    let channels = crossbeams::ALL.iter().chain(plain::ALL);
    for (name, test) in channels.chain(small::crews::ALL) {
        println!("{name}");
        (0..300).for_each(|_| test());
    }
}
