//! Chapter 1 of the tutorial, to run: `cargo run -p shared --example
//! first_thread`.

use std::sync::mpsc;
use std::sync::{Arc, Mutex};
use std::thread;

fn main() {
    println!("a thread:        {}", a_thread());
    println!("a panic:         {}", a_panic());
    println!("behind a lock:   {}", behind_a_lock());
    println!("in a scope:      {}", in_a_scope());
    println!("over a channel:  {}", over_a_channel());
}

/// A thread that counts, and a join that waits for its result.
fn a_thread() -> usize {
    let text = String::from("share memory by communicating");
    let counter = thread::spawn(move || text.split(' ').count());
    counter.join().expect("counting does not panic")
}

/// A thread that panics, and a join that hears of it.
fn a_panic() -> &'static str {
    let words: Vec<&str> = vec![];
    let first = thread::spawn(move || words[0].len());
    match first.join() {
        Ok(_) => "it returned a length",
        Err(_) => "it panicked, and main goes on",
    }
}

/// Four threads that add to one number.
fn behind_a_lock() -> usize {
    let letters = Arc::new(Mutex::new(0));
    let mut threads = vec![];
    for word in ["share", "memory", "by", "communicating"] {
        let letters = Arc::clone(&letters);
        threads.push(thread::spawn(move || {
            let mut letters = letters.lock().expect("no thread panics");
            *letters += word.len();
        }));
    }
    for thread in threads {
        thread.join().expect("no thread panics");
    }
    *letters.lock().expect("no thread panics")
}

/// Two threads that borrow both the text and the number.
fn in_a_scope() -> usize {
    let text = String::from("share memory by communicating");
    let letters = Mutex::new(0);
    let add = |part: &str| {
        let count = part.chars().filter(|c| c.is_alphabetic()).count();
        *letters.lock().expect("no thread panics") += count;
    };
    let (left, right) = text.split_at(12);
    thread::scope(|scope| {
        scope.spawn(|| add(left));
        scope.spawn(|| add(right));
    });
    letters.into_inner().expect("no thread panics")
}

/// A thread that sends one message to the thread that started it.
fn over_a_channel() -> String {
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || sender.send(String::from("hello")));
    receiver.recv().expect("one message is sent")
}
