//! What is `Send` and what is `Sync`, after chapter 9 of the tutorial, to run:
//! `cargo run -p shared --example send_bounds`.

use std::cell::Cell;
use std::sync::Arc;

use crossbeam::channel::{Receiver, Sender};
use parking_lot::Mutex;

fn main() {
    these_compile();
    println!("the compiler says yes to each line");
}

fn needs_send<T: Send>() {}
fn needs_sync<T: Sync>() {}

/// Each line is a question to the compiler, and a yes.
fn these_compile() {
    needs_send::<Cell<u32>>(); // It may move to another thread,
    needs_sync::<Mutex<Cell<u32>>>(); // and be shared under a lock.
    needs_send::<Arc<Mutex<Cell<u32>>>>();
    needs_send::<Sender<Cell<u32>>>();
    needs_sync::<Receiver<Cell<u32>>>();
    needs_send::<&Mutex<Cell<u32>>>(); // The same as `Mutex<..>: Sync`.
}
