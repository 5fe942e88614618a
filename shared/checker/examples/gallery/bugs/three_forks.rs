//! Dijkstra's philosophers: each takes the fork on the left first, so all can
//! have one and want another.
//!
//! After *The Little Book of Semaphores*, section 4.4:
//! <https://greenteapress.com/wp/semaphores/>

use checker::{Mutex, thread};

use super::start;

fn run(last_is_left_handed: bool) {
    let forks = [(); 3].map(|()| Mutex::new("clean"));
    thread::scope(|scope| {
        for n in 0..3 {
            let mut both = [&forks[n], &forks[(n + 1) % 3]];
            if last_is_left_handed && n == 2 {
                both.reverse();
            }
            start(scope, format!("philosopher {}", n + 1), move || {
                let _first = both[0].lock();
                let _second = both[1].lock();
            });
        }
    });
}

pub fn bad() {
    run(false);
}

pub fn good() {
    run(true);
}
