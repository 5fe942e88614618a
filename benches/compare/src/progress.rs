//! The progress line on the terminal during a long run.
//!
//! Next: [`run`](crate::run).

use std::fmt::Write;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::Duration;

use indicatif::{HumanCount, ProgressBar, ProgressState, ProgressStyle};
use shared::{HttpClient, HttpError, Status, Url};
use thread_local::ThreadLocal;

/// The time from one drawing to the next.
const TICK: Duration = Duration::from_millis(200);

/// Passes requests on to another client, and counts them if a person watches.
pub struct Counted<H> {
    inner: H,
    // One place for all threads would cost more than a poll of the made-up web.
    count: Option<Arc<ThreadLocal<AtomicU64>>>,
}

impl<H> Counted<H> {
    /// Counts the requests to `inner`, and shows how many of `goal` there have
    /// been, on a line that all other output must keep [`clear_of`]; unless
    /// `hidden`, or stderr is no terminal.
    pub fn new(
        inner: H,
        name: &'static str,
        goal: Option<u64>,
        hidden: bool,
    ) -> (Self, ProgressBar) {
        let dumb = std::env::var_os("TERM").is_some_and(|term| term == "dumb");
        let bar = ProgressBar::new_spinner();
        if hidden || dumb || bar.is_hidden() {
            return (Counted { inner, count: None }, ProgressBar::hidden());
        }
        let count = Arc::new(ThreadLocal::<AtomicU64>::new());
        let of_all = count.clone();
        let polls = move |_: &ProgressState, to: &mut dyn Write| {
            let polls = of_all.iter().map(|polls| polls.load(Relaxed)).sum();
            let _ = write!(to, "{}", HumanCount(polls));
        };
        let of = goal.map_or("", |_| " of {human_len}");
        let line = format!("{name}: {{polls}}{of} polls, {{elapsed}}");
        let style = ProgressStyle::with_template(&line);
        let style = style.expect("a right template").with_key("polls", polls);
        bar.set_style(style);
        bar.set_length(goal.unwrap_or_default());
        bar.enable_steady_tick(TICK);
        (Counted { inner, count: Some(count) }, bar)
    }
}

impl<H: HttpClient> HttpClient for Counted<H> {
    fn head(&self, url: &Url) -> Result<Status, HttpError> {
        // Before the request, which may panic: so a poll under way counts.
        if let Some(count) = &self.count {
            count.get_or_default().fetch_add(1, Relaxed);
        }
        self.inner.head(url)
    }
}

/// Takes the line off the terminal while `write` writes. Without a line, no
/// thread waits for another one that hangs in writing.
pub fn clear_of<T>(bar: &ProgressBar, write: impl FnOnce() -> T) -> T {
    if bar.is_hidden() { write() } else { bar.suspend(write) }
}
