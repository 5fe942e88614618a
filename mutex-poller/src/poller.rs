//! What each worker does.
//!
//! Twin: `channel-poller/src/poller.rs`. Next: [`monitor`](crate::monitor).

use shared::{HttpClient, Log};

use crate::monitor::StateMonitor;
use crate::resources::Resources;

/// Polls what it takes, until there is nothing more to take.
pub fn poller(
    resources: &Resources,
    monitor: &StateMonitor,
    http: &impl HttpClient,
    log: &impl Log,
) {
    let mut done = None;
    while let Some(mut resource) = resources.next(done) {
        // No lock is held: a slow web keeps nobody waiting.
        let state = resource.poll(http, log);
        // Before giving back: another may poll it at once, and
        // its newer state must not be followed by this one.
        monitor.update(state);
        done = Some(resource);
    }
}
