//! For the page on panics, to run: `cargo run -p shared --example
//! panic_poison`. The panics themselves are on the standard error.

use std::sync::{Mutex, PoisonError};
use std::thread;

/// What must hold whenever the lock is free: the sum is 100.
struct Accounts {
    mine: u32,
    yours: u32,
}

fn main() {
    println!("std:         {}", with_std());
    println!("parking_lot: {}", with_parking_lot());
}

/// Between its two changes the sum is wrong, and there it panics.
fn transfer(accounts: &mut Accounts, rate: Option<u32>) {
    accounts.mine -= 30;
    accounts.yours += rate.expect("no rate today") * 30;
}

/// The lock remembers the panic, and every later `lock` is an error.
fn with_std() -> String {
    let accounts = Mutex::new(Accounts { mine: 50, yours: 50 });
    thread::scope(|scope| {
        let half = || {
            let mut accounts = accounts.lock().expect("it is not poisoned");
            transfer(&mut accounts, None);
        };
        scope.spawn(half).join().expect_err("it panics");
    });
    let poisoned = accounts.is_poisoned();
    let inner = accounts.into_inner().unwrap_or_else(PoisonError::into_inner);
    format!("poisoned {poisoned}, sum {}", inner.mine + inner.yours)
}

/// The lock is free again, and the next thread finds half a transfer.
fn with_parking_lot() -> String {
    let accounts = parking_lot::Mutex::new(Accounts { mine: 50, yours: 50 });
    thread::scope(|scope| {
        let half = || transfer(&mut accounts.lock(), None);
        scope.spawn(half).join().expect_err("it panics");
    });
    let accounts = accounts.into_inner();
    format!("no poison, sum {}", accounts.mine + accounts.yours)
}
