//! Does not compile, and why is the point: see chapter 1 of the tutorial.

use std::thread;

pub fn count() -> usize {
    let text = String::from("share memory by communicating");
    let counter = thread::spawn(|| text.split(' ').count());
    counter.join().expect("counting does not panic")
}
