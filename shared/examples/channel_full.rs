//! For the page on bounded channels, to run: `cargo run -p shared --example
//! channel_full`.

use std::thread;
use std::time::Duration;

use crossbeam::channel::{SendTimeoutError, TrySendError, bounded};

fn main() {
    println!("wait:       {}", wait());
    println!("skip:       {}", skip());
    println!("give up:    {}", give_up());
    println!("rendezvous: {}", rendezvous());
}

/// The sender waits while the channel is full: nothing is lost.
fn wait() -> String {
    let (updates, board) = bounded(2);
    thread::scope(|scope| {
        scope.spawn(move || {
            for update in 1..=100 {
                updates.send(update).expect("the board is alive");
            }
        });
        let (mut most, mut sum) = (0, 0);
        for update in &board {
            most = most.max(board.len());
            sum += update;
        }
        format!("sum {sum}, never more than 2 inside: {}", most <= 2)
    })
}

/// A listing that finds no room is left out: the next one is newer.
fn skip() -> String {
    let (listings, terminal) = bounded(1);
    let mut skipped = 0;
    for listing in 1..=5 {
        match listings.try_send(listing) {
            Ok(()) => {}
            Err(TrySendError::Full(_)) => skipped += 1,
            Err(TrySendError::Disconnected(_)) => break,
        }
    }
    format!("{} is inside, {skipped} skipped", terminal.len())
}

/// With a limit to the waiting; what was not sent comes back.
fn give_up() -> String {
    let (jobs, _workers) = bounded(1);
    jobs.send("first").expect("there is room");
    match jobs.send_timeout("second", Duration::from_millis(10)) {
        Ok(()) => "sent".to_string(),
        Err(SendTimeoutError::Timeout(job)) => format!("{job} comes back"),
        Err(SendTimeoutError::Disconnected(_)) => "no receiver".to_string(),
    }
}

/// Room for none: a message changes hands when both are there.
fn rendezvous() -> String {
    let (jobs, _workers) = bounded(0);
    match jobs.try_send("job") {
        Ok(()) => "sent".to_string(),
        Err(error) => format!("no receiver waits: {error}"),
    }
}
