//! One case of a soak: what a run is told, how it is drawn, and how it is run.
//! What must hold of every run is checked as in the tests, by
//! [`Config::run`](crate::Config::run).
//!
//! Next: [`soak`](super), case after case.

use std::any::Any;
use std::num::{NonZeroU64, NonZeroUsize};
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};
use std::thread;
use std::time::{Duration, Instant};

use proptest::collection::vec;
use proptest::option::weighted;
use proptest::prelude::*;
use proptest::sample::select;

use crate::config::{Config, NEVER};
use crate::real::{Event, Start, Stop};
use shared::Settings;
use shared::http::fake::FakeHttp;

/// Where something happens during a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// In the worker that makes this request.
    Worker,
    /// In the log, at this error.
    Error,
    /// In the log, at this listing.
    Listing,
    /// In a thread of its own, as this request begins.
    Thread,
}

/// All that a run is told.
#[derive(Debug, Clone)]
pub struct Case {
    settings: Settings,
    urls: usize,
    // From these the made-up web draws its answers: one in so many is not
    // `200 OK`, and each takes up to so long.
    seed: u64,
    faults: u64,
    latency: Duration,
    // Who tells the program to stop, and when; 0 is before it runs.
    stops: Vec<(Place, u64)>,
    // From its n-th call on, this part of the log panics.
    log_panics: Option<(Place, u64)>,
}

/// So many polls of all URLs take a moment.
const MANY: u64 = 3_000;

/// A case that does not end by its rounds in about this time is stopped then.
const MOMENT: Duration = Duration::from_millis(10);

/// All cases, as proptest draws them and makes them smaller.
pub fn cases() -> impl Strategy<Value = Case> {
    let urls = prop_oneof![
        30 => 0..=8_usize,
        10 => 9..=64_usize,
        // Over channels, 1,024 are out at most: some have more.
        1 => 1_025..=2_000_usize,
    ];
    let faults = prop_oneof![Just(0), 1..=20_u64];
    let latency = prop_oneof![3 => Just(Duration::ZERO), 1 => micros(100)];
    let place = select(vec![
        Place::Thread,
        Place::Worker,
        Place::Error,
        Place::Listing,
    ]);
    let stops = vec((place, small(MANY)), 0..=3);
    let log = select(vec![Place::Error, Place::Listing]);
    let log_panics = weighted(0.2, (log, small(100)));
    // In the order in which they are made smaller: a stop that may come in time
    // or not hides what else matters.
    let all =
        (stops, log_panics, settings(), urls, 0..u64::MAX, faults, latency);
    all.prop_map(
        |(stops, log_panics, settings, urls, seed, faults, latency)| Case {
            settings,
            urls,
            seed,
            faults,
            latency,
            stops,
            log_panics,
        },
    )
}

/// Small numbers come as often as large ones: threads meet more often then.
fn small(most: u64) -> impl Strategy<Value = u64> {
    prop_oneof![0..=4_u64, 5..=30_u64, 30..=most]
}

fn settings() -> impl Strategy<Value = Settings> {
    let workers = prop_oneof![30 => 1..=4_usize, 10 => 5..=8_usize,
        1 => 9..=64_usize];
    let rounds = weighted(0.75, small(MANY));
    let listing = prop_oneof![Just(NEVER), micros(2_000)];
    let spread = weighted(0.25, Just(())).prop_map(|spread| spread.is_some());
    let all = (workers, rounds, pause(), pause(), listing, spread);
    all.prop_map(|(n, rounds, interval, backoff, status_interval, spread)| {
        let pollers = NonZeroUsize::new(n).expect("at least one is drawn");
        let rounds = rounds.map(|n| NonZeroU64::MIN.saturating_add(n));
        Settings { pollers, rounds, interval, backoff, status_interval, spread }
    })
}

fn pause() -> impl Strategy<Value = Duration> {
    prop_oneof![10 => Just(Duration::ZERO), 5 => micros(500), 1 => Just(NEVER)]
}

fn micros(most: u64) -> impl Strategy<Value = Duration> {
    (0..=most).prop_map(Duration::from_micros)
}

/// What is counted. The last three say how runs have ended.
pub const COUNTED: [&str; 6] = [
    "runs",
    "polls",
    "errors",
    "ended by their rounds",
    "by a stop",
    "by a panic of the log",
];

/// So many of each.
pub type Tally = [u64; COUNTED.len()];

/// What the log panics with, and nothing else does.
struct Thrown;

impl Case {
    /// Runs it once, in a thread of its own. One that hangs cannot be ended:
    /// its threads sleep from their next request on.
    ///
    /// # Errors
    /// If something does not hold, or it has not ended in this time.
    pub fn run(&self, start: Start, time: Duration) -> Result<Tally, String> {
        let (case, end) = (self.clone(), Instant::now() + time);
        let ran = crate::real::in_time(time, move || case.play(start, end));
        let hung = || format!("hung: it has not ended after {time:?}");
        ran.ok_or_else(hung)?
    }

    fn play(&self, start: Start, end: Instant) -> Result<Tally, String> {
        let scripts = vec![Vec::new(); self.urls];
        let settings = self.settings.clone();
        let config = Config { settings, scripts, stops: false };
        let web = FakeHttp::new().seed(self.seed).faults(self.faults);
        let web = web.latency(Duration::ZERO..=self.latency);
        let (thrown, counts) = (AtomicBool::new(false), Default::default());
        let on = |event: Event<'_>, stop: &Stop| {
            while Instant::now() > end {
                thread::park();
            }
            self.happens(event, stop, &thrown, &counts);
        };
        let run = AssertUnwindSafe(|| {
            let played = config.run(start, &web, on);
            played.check_pauses(config.settings.interval);
            played
        });
        let played = match catch_unwind(run) {
            Err(panic) if panic.is::<Thrown>() => {
                return Ok([1, 0, 0, 0, 0, 1]);
            }
            _ if thrown.into_inner() => {
                return Err("`run` swallowed a panic of the log".into());
            }
            Err(panic) => return Err(text(&*panic)),
            Ok(played) => played,
        };
        let requests = &played.heard.requests;
        let errors = requests.iter().filter(|r| r.found.is_err()).count();
        let (polls, told) = (requests.len() as u64, u64::from(played.told));
        Ok([1, polls, errors as u64, 1 - told, told, 0])
    }

    /// Stops the program, or panics, if that is to happen now.
    fn happens(
        &self,
        event: Event<'_>,
        stop: &Stop,
        thrown: &AtomicBool,
        counts: &[AtomicU64; 3],
    ) {
        let later = |pause| {
            let stop = stop.clone();
            thread::spawn(move || {
                thread::sleep(pause);
                stop();
            });
        };
        let count = |place: Place| {
            (place, 1 + counts[place as usize].fetch_add(1, Relaxed))
        };
        let now = match event {
            Event::Ready => (Place::Worker, 0),
            Event::Request(_) => count(Place::Worker),
            Event::Error => count(Place::Error),
            Event::Listing(_) => count(Place::Listing),
        };
        if let Event::Ready = event
            && !self.ends()
        {
            later(MOMENT);
        }
        if self.stops.contains(&now) {
            stop();
        }
        let (place, n) = now;
        if place == Place::Worker && self.stops.contains(&(Place::Thread, n)) {
            later(Duration::ZERO);
        }
        if self.log_panics.is_some_and(|(p, from)| p == place && n >= from) {
            thrown.store(true, Relaxed);
            // Past the hook that would print it.
            resume_unwind(Box::new(Thrown));
        }
    }

    /// Whether its rounds end it in a moment, so that no stop has to.
    fn ends(&self) -> bool {
        let pause = self.settings.pause(u32::MAX);
        self.settings.rounds.is_some_and(|rounds| {
            let rounds = rounds.get();
            let pauses = pause.saturating_mul(rounds as u32);
            rounds * self.urls as u64 <= MANY && pauses <= MOMENT
        })
    }
}

/// What a panic says.
fn text(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<String>().cloned();
    let text = text.or(panic.downcast_ref::<&str>().map(ToString::to_string));
    text.unwrap_or_else(|| "a panic with no text".into())
}
