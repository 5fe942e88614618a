//! Chapter 1 of the tutorial, to run: `cargo run -p shared --example
//! first_thread`.

use std::thread;

fn main() {
    println!("a thread: {}", a_thread());
}

/// A thread that counts, and a join that waits for its result.
fn a_thread() -> usize {
    let words = vec!["share", "memory", "by", "communicating"];
    let counter = thread::spawn(move || words.len());
    counter.join().expect("counting does not panic")
}
