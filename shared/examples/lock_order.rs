//! Two locks at once, always in one order: `cargo run -p shared --example
//! lock_order`. The page is `docs/two-locks.md`.

use std::thread;

use parking_lot::Mutex;

fn main() {
    let accounts = [Mutex::new(100), Mutex::new(100)];
    let many = |from, to| {
        for _ in 0..10_000 {
            transfer(&accounts, from, to, 1);
        }
    };
    thread::scope(|scope| {
        scope.spawn(|| many(0, 1));
        scope.spawn(|| many(1, 0));
    });
    let [left, right] = accounts.map(Mutex::into_inner);
    println!("both threads have ended: {left} and {right}");
}

/// Moves money: to do that in one step, it has to hold both locks.
fn transfer(accounts: &[Mutex<i64>], from: usize, to: usize, amount: i64) {
    if from == to {
        return; // The same lock twice: it would wait for itself.
    }
    // The lower number first, whichever way the money goes.
    let mut low = accounts[from.min(to)].lock();
    let mut high = accounts[from.max(to)].lock();
    let (from, to) = if from < to {
        (&mut *low, &mut *high)
    } else {
        (&mut *high, &mut *low)
    };
    *from -= amount;
    *to += amount;
}
