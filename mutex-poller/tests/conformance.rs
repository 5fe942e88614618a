//! The suite that every poller is held to, on this one.

suite::conformance!(suite::start!(mutex_poller));
