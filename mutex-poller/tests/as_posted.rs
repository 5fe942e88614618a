//! The suite, as far as it fits, on the post's lock listing.
#![cfg(not(loom))]

use std::io::{self, Write};
use std::sync::Once;

use shared::{Settings, Url};
use suite::real::Started;

static SAID: Once = Once::new();

fn start(settings: Settings, urls: Vec<Url>) -> Started {
    SAID.call_once(say_how_long);
    suite::start!(mutex_poller::as_posted)(settings, urls)
}

/// A worker of the listing that finds no work keeps a core and the lock busy,
/// so other work on the machine slows these tests down a lot.
fn say_how_long() {
    let line = "Polling with the post's lock listing: a few seconds, or up to \
                a minute on a busy machine, because its workers never sleep.";
    // Not `eprintln`: libtest would keep it to itself.
    let _ = writeln!(io::stderr(), "{line}");
}

// It has no intervals and lists nothing.
suite::conformance!(start =>
    same_polls_as_one_by_one
    all_workers_poll_at_once
    more_workers_than_urls
    no_urls_end_at_once
    a_slow_site_holds_nobody_up
    panics_are_errors
    a_panic_may_carry_anything
    errors_come_and_go
    a_stop_loses_nothing
    a_stop_waits_for_the_last_answer
    every_setting_has_a_meaning
);
