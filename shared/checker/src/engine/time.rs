//! Time in a model: each thread has a clock of its own, which moves on when
//! the thread waits, or hears from a thread whose clock is later.
//!
//! There is no common clock that threads could race for. A lock and a message
//! carry the time of the thread that left them (Lamport's rule), so times
//! depend only on the order of locks and messages, which loom goes through. A
//! timed wait may end at any moment; the time is then its deadline.
//!
//! Next: [`check`](super::check).

use std::sync::LazyLock;
use std::time::{Duration, Instant};

use super::run;

/// A deadline this far away never comes: a wait for it ends by a notification
/// or a message, or never.
pub const NEVER: Duration = Duration::from_secs(3600);

static START: LazyLock<Instant> = LazyLock::new(Instant::now);

/// The time on this thread's clock.
pub fn now() -> Instant {
    *START + run::time()
}

/// How long after the start this is; `None` if it never comes.
pub(super) fn comes(deadline: Instant) -> Option<Duration> {
    let after = deadline.saturating_duration_since(*START);
    (after < NEVER).then_some(after)
}
