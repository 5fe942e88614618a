//! The suite that every poller is held to, on this one.
#![cfg(not(loom))]

suite::conformance!(suite::start!(channel_poller));
