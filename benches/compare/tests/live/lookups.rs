//! Names without an answer: few threads, and the words for it.

use std::io;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::sync::{Arc, Barrier, Condvar, Mutex};
use std::thread;

use compare::ask::Ask;
use compare::live::LiveHttp;
use compare::live::lookup::{Lookups, MOST};
use compare::live::proxy::Proxies;
use shared::HttpError;

use crate::server::{OK, serve};
use crate::{PATIENCE, TIMEOUT, row};

/// A name server that is dead until told otherwise.
#[derive(Default)]
struct Dead {
    begun: AtomicUsize,
    alive: Mutex<bool>,
    changed: Condvar,
}

impl Dead {
    fn find(&self, _: &str) -> io::Result<Vec<SocketAddr>> {
        self.begun.fetch_add(1, SeqCst);
        let alive = self.alive.lock().unwrap();
        drop(self.changed.wait_while(alive, |alive| !*alive).unwrap());
        Ok(vec![([127, 0, 0, 1], 80).into()])
    }

    fn revive(&self) {
        *self.alive.lock().unwrap() = true;
        self.changed.notify_all();
    }
}

fn dead() -> (Arc<Dead>, Lookups) {
    let dead = Arc::new(Dead::default());
    let find = dead.clone();
    (dead, Lookups::new(move |name| find.find(name)))
}

#[test]
fn a_dead_name_server_holds_few_threads() {
    let (dead, lookups) = dead();
    let ask = |name: String| lookups.look_up(&name, TIMEOUT);
    thread::scope(|scope| {
        for n in 0..MOST + 40 {
            scope.spawn(move || {
                // More names than lookups, and each of them twice.
                for _ in 0..2 {
                    let found = ask(format!("host-{n}:80"));
                    assert_eq!(found, Err(HttpError::LookupTimedOut));
                }
            });
        }
    });
    assert_eq!(dead.begun.load(SeqCst), MOST);
    dead.revive();
    // Those that were waited for in vain have made room.
    let found = lookups.look_up("late:80", PATIENCE);
    assert_eq!(found, Ok(vec![([127, 0, 0, 1], 80).into()]));
}

#[test]
fn workers_that_ask_for_one_name_share_one_lookup() {
    let (dead, lookups) = dead();
    let all = Barrier::new(21);
    thread::scope(|scope| {
        for _ in 0..20 {
            scope.spawn(|| {
                let short = lookups.look_up("same:80", TIMEOUT);
                assert_eq!(short, Err(HttpError::LookupTimedOut));
                all.wait();
                assert!(lookups.look_up("same:80", PATIENCE).is_ok());
            });
        }
        all.wait();
        assert_eq!(dead.begun.load(SeqCst), 1);
        dead.revive();
    });
}

fn by(lookups: Lookups) -> LiveHttp {
    LiveHttp::with(Ask::Auto, TIMEOUT, Proxies::default(), lookups)
}

#[test]
fn a_row_says_that_it_was_the_lookup() {
    let (_, lookups) = dead();
    assert_eq!(row(&by(lookups), "http://a/"), "name lookup timed out");
    for (text, in_words) in [
        (
            "failed to lookup address information: Name or service not known",
            "no such host",
        ),
        (
            "failed to lookup address information: Temporary failure in name \
             resolution",
            "name lookup failed",
        ),
        (
            "failed to lookup address information: Try again",
            "name lookup failed",
        ),
    ] {
        let lookups = Lookups::new(move |_| Err(io::Error::other(text)));
        assert_eq!(row(&by(lookups), "http://a/"), in_words);
    }
    let none = Lookups::new(|_| Ok(Vec::new()));
    assert_eq!(row(&by(none), "http://a/"), "no such host");
}

#[test]
fn an_address_needs_no_lookup() {
    let (dead, lookups) = dead();
    let server = serve(|_| OK);
    let http = LiveHttp::with(Ask::Auto, PATIENCE, Proxies::default(), lookups);
    assert_eq!(row(&http, &server.url("/")), "200 OK");
    assert_eq!(dead.begun.load(SeqCst), 0);
}
