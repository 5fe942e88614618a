//! Does not compile, and why is the point: see chapter 9 of the tutorial.

use std::rc::Rc;
use std::thread;

pub fn count() -> usize {
    let words = Rc::new(["share", "memory", "by", "communicating"]);
    let theirs = Rc::clone(&words);
    let counter = thread::spawn(move || theirs.len());
    let all = counter.join().expect("counting does not panic");
    all + words.len()
}
