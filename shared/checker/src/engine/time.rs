//! Time in a model: a thread is as late as it has waited, or as late as
//! anybody was from whom it has heard since.
//!
//! There is no clock that threads could race for. Each has its own; a lock
//! and a message carry the time of who left them (Lamport's rule), so the
//! values depend only on the order of locks and messages, which loom goes
//! through. A timed wait may end at any moment, and then it is the deadline.
//!
//! Next: [`check`](super::check).

use std::sync::LazyLock;
use std::time::{Duration, Instant};

use super::run;

/// A deadline as late as this never comes: to wait for it is to wait for a
/// notification or a message, or for ever.
pub const NEVER: Duration = Duration::from_secs(3600);

static START: LazyLock<Instant> = LazyLock::new(Instant::now);

/// How late it is for this thread.
pub fn now() -> Instant {
    *START + run::time()
}

/// How long after the start this is; `None` if it never comes.
pub(super) fn comes(deadline: Instant) -> Option<Duration> {
    let after = deadline.saturating_duration_since(*START);
    (after < NEVER).then_some(after)
}
