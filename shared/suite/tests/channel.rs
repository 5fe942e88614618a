//! The channel suite on real threads: crossbeam's, and the plain one.
#![allow(missing_docs)]
#![cfg(not(loom))]

mod channels;
mod threads;

mod crossbeams {
    crate::channels!(crossbeam::channel);
}

mod plain {
    crate::channels!(shared::plain);
}

/// Real threads do not show every interleaving: a few hundred times.
#[test]
fn channels() {
    for (name, test) in crossbeams::ALL.iter().chain(plain::ALL) {
        println!("{name}");
        (0..300).for_each(|_| test());
    }
}
