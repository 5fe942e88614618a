//! The progress line on the terminal during a long run.
//!
//! Next: [`run`](crate::run).

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError::Timeout};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use shared::{HttpClient, HttpError, Status, Url};

use crate::out::set_line;
use crate::shards::Shards;

/// A run that is shorter than this shows no line.
pub const LONG: Duration = Duration::from_secs(1);

/// The time from one drawing to the next.
const TICK: Duration = Duration::from_millis(200);

/// How many polls there have been. Each thread counts in a place of its own:
/// one place for all would cost more than a poll of the made-up web.
#[derive(Default)]
pub struct Count(Shards<AtomicU64>);

impl Count {
    /// All of them.
    pub fn polls(&self) -> u64 {
        self.0.all().map(|count| count.load(Relaxed)).sum()
    }
}

/// Passes requests on to another client, and counts them if asked to.
pub struct Counted<H> {
    inner: H,
    count: Option<Arc<Count>>,
}

impl<H> Counted<H> {
    /// Counts the requests to `inner`, if there is a counter.
    pub fn new(inner: H, count: Option<Arc<Count>>) -> Self {
        Counted { inner, count }
    }
}

impl<H: HttpClient> HttpClient for Counted<H> {
    fn head(&self, url: &Url) -> Result<Status, HttpError> {
        // Before the request, which may panic: so a poll under way counts.
        if let Some(count) = &self.count {
            count.0.mine().fetch_add(1, Relaxed);
        }
        self.inner.head(url)
    }
}

/// The line; it is erased when this is dropped.
pub struct Progress(Option<(mpsc::Sender<()>, JoinHandle<()>)>);

impl Progress {
    /// Where it is drawn, if stderr is a terminal.
    pub fn target() -> Option<ProgressDrawTarget> {
        let dumb = std::env::var_os("TERM").is_some_and(|term| term == "dumb");
        let target = ProgressDrawTarget::stderr();
        (!target.is_hidden() && !dumb).then_some(target)
    }

    /// Draws it from now on, once the run has lasted this long.
    ///
    /// If no thread can be started to draw it, there is no line: the run
    /// matters more.
    pub fn start(
        target: ProgressDrawTarget,
        name: &'static str,
        goal: Goal,
        after: Duration,
        count: Arc<Count>,
    ) -> Self {
        // Hidden: even the end of a bar that was never drawn draws it.
        let hidden = ProgressDrawTarget::hidden();
        let bar = ProgressBar::with_draw_target(goal.polls, hidden);
        bar.set_style(goal.style());
        bar.set_prefix(name);
        let (over, ended) = mpsc::channel::<()>();
        let draw = move || {
            if ended.recv_timeout(after) == Err(Timeout) {
                draw(&bar, target, &ended, &count);
            }
        };
        let thread = thread::Builder::new().name("progress".into()).spawn(draw);
        Progress(thread.ok().map(|thread| (over, thread)))
    }
}

/// When a run ends, as far as that is known.
#[derive(Debug, Default, Clone, Copy)]
pub struct Goal {
    /// After this many polls.
    pub polls: Option<u64>,
    /// After this time.
    pub time: Option<Duration>,
}

impl Goal {
    fn style(self) -> ProgressStyle {
        let of_polls = self.polls.map_or("", |_| " of {human_len}");
        let of_time = self.time.map_or(String::new(), |time| {
            format!(" of {}", humantime::format_duration(time))
        });
        let template = format!(
            "{{prefix}}: {{human_pos}}{of_polls} polls, {{elapsed}}{of_time}"
        );
        let style = ProgressStyle::with_template(&template);
        style.unwrap_or_else(|_| ProgressStyle::default_spinner())
    }
}

fn draw(
    bar: &ProgressBar,
    target: ProgressDrawTarget,
    ended: &Receiver<()>,
    count: &Count,
) {
    bar.set_position(count.polls());
    bar.set_draw_target(target);
    set_line(Some(bar.clone()));
    bar.tick();
    while ended.recv_timeout(TICK) == Err(Timeout) {
        bar.update(|state| state.set_pos(count.polls()));
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if let Some((over, thread)) = self.0.take() {
            drop(over);
            let _ = thread.join();
            set_line(None);
        }
    }
}
