//! A scan looks at a key with the table locked. If it is the last user when it
//! lets the key go, it has to remove it, and for that it locks the table.
//!
//! After <https://github.com/tikv/tikv/issues/8576> (2020): many threads of
//! TiKV then waited for the table.

use checker::{Mutex, thread};

use super::start;

fn release(keys: &Mutex<Vec<&str>>, users: &Mutex<u32>) {
    let mut left = users.lock();
    *left -= 1;
    if *left == 0 {
        drop(left);
        keys.lock().clear();
    }
}

fn run(releases_under_the_lock: bool) {
    let (keys, users) = (Mutex::new(vec!["k"]), Mutex::new(1));
    thread::scope(|scope| {
        start(scope, "scanner", || {
            let all = keys.lock();
            if !all.is_empty() {
                *users.lock() += 1;
                let _kept = releases_under_the_lock.then_some(all);
                release(&keys, &users);
            }
        });
        start(scope, "writer", || release(&keys, &users));
    });
}

pub fn bad() {
    run(true);
}

pub fn good() {
    run(false);
}
