//! The suite, as far as it fits, on the post's lock listing. A worker of it
//! that finds no work keeps a core and the lock busy: on a busy machine these
//! tests take up to a minute.
#![cfg(not(loom))]

// It has no intervals and lists nothing.
suite::conformance!(suite::start!(mutex_poller::as_posted) => basics:
    a_stop_loses_nothing
    a_stop_waits_for_the_last_answer
    every_setting_has_a_meaning
);
