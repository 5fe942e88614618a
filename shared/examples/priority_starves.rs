//! Two orders for the same three URLs, without threads: strict priority, and
//! priority that grows with waiting. Run it: `cargo run -p shared --example
//! priority_starves`.

use std::cmp::Reverse;

fn main() {
    println!("strict:  {}", polls(strict));
    println!("growing: {}", polls(growing));
}

/// A URL that is due: its name, its priority, and when it came due.
struct Due {
    name: char,
    priority: u32,
    since: u32,
}

/// The most important first.
fn strict(due: &Due, _now: u32) -> u32 {
    due.priority
}

/// Every turn of waiting counts as one step of priority.
fn growing(due: &Due, now: u32) -> u32 {
    due.priority + (now - due.since)
}

/// The first twelve polls of one worker; each URL is due again at once.
fn polls(rank: fn(&Due, u32) -> u32) -> String {
    let url = |(name, priority)| Due { name, priority, since: 0 };
    let mut due: Vec<_> = [('a', 3), ('b', 3), ('c', 1)].map(url).into();
    let mut polled = String::new();
    for now in 0..12 {
        // The sort is stable: of two with one rank the first stays first.
        due.sort_by_key(|due| Reverse(rank(due, now)));
        let mut next = due.remove(0);
        polled.push(next.name);
        next.since = now + 1;
        due.push(next);
    }
    polled
}
