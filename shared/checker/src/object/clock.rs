//! Time in a model: each thread has a clock of its own, which moves on when
//! the thread waits, or hears from a thread whose clock is later.
//!
//! There is no common clock that threads could race for. A lock and a message
//! carry the time of the thread that left them (Lamport's rule), so times
//! depend only on the order of locks and messages, which is gone through. A
//! timed wait may end at any moment; the time is then its deadline.
//!
//! Next: [`test`](super::test).

use std::sync::LazyLock;
use std::time::{Duration, Instant};

use crate::run;

/// A deadline this far away never comes: a wait for it ends by a notification
/// or a message, or never.
pub const NEVER: Duration = Duration::from_secs(3600);

static START: LazyLock<Instant> = LazyLock::new(Instant::now);

/// The time on this thread's clock.
pub fn now() -> Instant {
    *START + time()
}

/// The same, as time since the start.
pub fn time() -> Duration {
    let time = read();
    run::saw(&time);
    time
}

/// The thread that runs has waited until this time, or has heard of it.
pub fn hear(time: Duration) {
    run::mine(|mine| mine.time = time.max(mine.time));
}

/// The time for a stand-in, which does not hand it to the program.
pub(crate) fn read() -> Duration {
    run::mine(|mine| mine.time)
}

/// How long after the start this is; `None` if it never comes.
pub(crate) fn comes(deadline: Instant) -> Option<Duration> {
    let after = deadline.saturating_duration_since(*START);
    (after < NEVER).then_some(after)
}
