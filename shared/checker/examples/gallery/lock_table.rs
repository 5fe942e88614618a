//! A scan looks at a key with the table locked, and is the last user of that
//! key when it lets it go: to remove the key, it locks the table.
//!
//! After <https://github.com/tikv/tikv/issues/8576> (2020): the scheduler and
//! the network threads waited for the table, and TiKV could not be reached.

use checker::{Mutex, spawn, thread};

struct Table {
    keys: Mutex<Vec<&'static str>>,
    // Of the only key.
    users: Mutex<u32>,
}

impl Table {
    fn release(&self) {
        let mut users = self.users.lock();
        *users -= 1;
        let is_last = *users == 0;
        drop(users);
        if is_last {
            self.keys.lock().clear();
        }
    }

    fn scan_bad(&self) {
        let keys = self.keys.lock();
        if !keys.is_empty() {
            *self.users.lock() += 1;
            self.release();
        }
    }

    fn scan_good(&self) {
        let keys = self.keys.lock();
        if !keys.is_empty() {
            *self.users.lock() += 1;
            drop(keys);
            self.release();
        }
    }
}

fn run(scan: fn(&Table)) {
    let table = Table { keys: Mutex::new(vec!["k"]), users: Mutex::new(1) };
    thread::scope(|scope| {
        spawn(scope, "scanner", || scan(&table)).expect("a thread");
        spawn(scope, "writer", || table.release()).expect("a thread");
    });
}

pub fn bad() {
    run(Table::scan_bad);
}

pub fn good() {
    run(Table::scan_good);
}
