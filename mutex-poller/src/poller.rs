//! What each worker does.
//!
//! Twin: `channel-poller/src/poller.rs`. Next: [`monitor`](crate::monitor).

use shared::{HttpClient, Log};

use crate::monitor::StateMonitor;
use crate::resources::Resources;

/// Takes resources and polls them, until nothing is left to take.
pub fn poller(
    resources: &Resources,
    monitor: &StateMonitor,
    http: &impl HttpClient,
    log: &impl Log,
) {
    let mut done = None;
    while let Some(mut resource) = resources.next(done) {
        // No lock is held: a slow site delays no other worker.
        let state = resource.poll(http, log);
        // The board first: once the resource is back, another
        // worker can poll it, and its newer state must stay.
        monitor.update(state);
        done = Some(resource);
    }
}
