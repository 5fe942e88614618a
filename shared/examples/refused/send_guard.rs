//! Does not compile, and why is the point: see `docs/questions.md`.

use std::sync::Mutex;
use std::thread;

pub fn unlock_elsewhere(table: &Mutex<Vec<u32>>) {
    let guard = table.lock().expect("no thread panicked under it");
    thread::scope(|scope| {
        scope.spawn(move || drop(guard));
    });
}
