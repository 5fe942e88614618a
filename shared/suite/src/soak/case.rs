//! One case of a soak: what a run is told, how it is drawn, and how it is run.
//! What must hold of every run is checked as in the tests, by
//! [`Config::run`](crate::Config::run).
//!
//! Next: [`soak`](super), case after case.

use std::any::Any;
use std::num::NonZeroU64;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};
use std::thread;
use std::time::{Duration, Instant};

use proptest::collection::vec;
use proptest::option::weighted;
use proptest::prelude::*;
use proptest::sample::select;

use crate::config::Config;
use crate::real::{Event, Start, Stop, configs, in_time, with_pauses};

/// All that a run is told: a configuration, and what is done where, in the web
/// or in the log, at the n-th call of them; 0 is before the run.
#[derive(Debug, Clone)]
pub struct Case {
    config: Config,
    deeds: Vec<(u64, Deed)>,
}

#[derive(Debug, Clone, Copy)]
enum Deed {
    Stop,
    StopFromAnotherThread,
    Panic,
    Sleep,
}

/// A case that does not end by its rounds in about this time is stopped then.
const MOMENT: Duration = Duration::from_millis(10);

/// All cases, as proptest draws them and makes them smaller.
pub fn cases() -> impl Strategy<Value = Case> {
    use Deed::{Panic, Sleep, Stop, StopFromAnotherThread};
    // Small numbers come as often as large ones: threads meet more often then.
    let number = || prop_oneof![0..=4_u64, 5..=30_u64, 30..=1_000_u64];
    let deed = select(vec![Stop, StopFromAnotherThread, Panic, Sleep]);
    let deeds = vec((number(), deed), 0..=3);
    let rounds = weighted(0.75, number().prop_map(|n| n + 1)).boxed();
    // Over channels, 1,024 are out at most: some have more.
    let urls = prop_oneof![30 => Just(0..=8), 5 => Just(9..=64),
        1 => Just(1_025..=2_000)];
    let configs = urls.prop_flat_map(move |n| {
        with_pauses(configs(1..=16, rounds.clone(), n))
    });
    // In the order in which they are made smaller: a stop that may come in time
    // or not hides what else matters.
    let all = (deeds, configs);
    all.prop_map(|(deeds, config)| Case { config, deeds })
}

/// What is counted. The last three say how runs have ended.
pub const COUNTED: [&str; 5] = [
    "runs",
    "polls",
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
        let ran = in_time(time, move || case.play(start, end));
        let hung = || format!("hung: it has not ended after {time:?}");
        ran.ok_or_else(hung)?
    }

    fn play(&self, start: Start, end: Instant) -> Result<Tally, String> {
        let calls = AtomicU64::new(0);
        let thrown = Arc::new(AtomicBool::new(false));
        let on = |event: Event<'_>, stop: &Stop| {
            while Instant::now() > end {
                thread::park();
            }
            let n = calls.fetch_add(1, Relaxed);
            self.happens(event, n, stop, &thrown);
        };
        let run = AssertUnwindSafe(|| {
            let played = self.config.run(start, on);
            played.check_pauses(self.config.settings.interval);
            played
        });
        let (ended, thrown) = (catch_unwind(run), thrown.load(Relaxed));
        match ended {
            Err(panic) if thrown && panic.is::<Thrown>() => Ok([1, 0, 0, 0, 1]),
            _ if thrown => Err("`run` swallowed a panic of the log".into()),
            Err(panic) => Err(text(&*panic)),
            Ok(played) => {
                let told = u64::from(played.told);
                Ok([1, played.requests.len() as u64, 1 - told, told, 0])
            }
        }
    }

    /// Does what is to be done at this call.
    fn happens(
        &self,
        event: Event<'_>,
        n: u64,
        stop: &Stop,
        thrown: &Arc<AtomicBool>,
    ) {
        let later = |pause| {
            let (stop, thrown) = (stop.clone(), thrown.clone());
            thread::spawn(move || {
                thread::sleep(pause);
                // A panic of the log has to end it without help.
                if !thrown.load(Relaxed) {
                    stop();
                }
            });
        };
        if n == 0 && !self.ends() {
            later(MOMENT);
        }
        for (_, deed) in self.deeds.iter().filter(|(at, _)| *at == n) {
            match deed {
                Deed::Stop => stop(),
                Deed::StopFromAnotherThread => later(Duration::ZERO),
                Deed::Sleep => thread::sleep(Duration::from_millis(1)),
                Deed::Panic if n == 0 => {}
                Deed::Panic => {
                    // That of a request is one of the client.
                    let log = !matches!(event, Event::Request(_));
                    thrown.fetch_or(log, Relaxed);
                    // Past the hook that would print it.
                    resume_unwind(Box::new(Thrown));
                }
            }
        }
    }

    /// Whether its rounds end it in a moment, so that no stop has to.
    fn ends(&self) -> bool {
        let rounds =
            self.config.settings.rounds.map_or(u64::MAX, NonZeroU64::get);
        let polls = rounds.saturating_mul(self.config.scripts.len() as u64);
        let rounds = u32::try_from(rounds).unwrap_or(u32::MAX);
        let pause = self.config.settings.pause(rounds);
        polls <= 3_000 && pause.saturating_mul(rounds) <= MOMENT
    }
}

/// What a panic says.
fn text(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<String>().cloned();
    let text = text.or(panic.downcast_ref::<&str>().map(ToString::to_string));
    text.unwrap_or_else(|| "a panic with no text".into())
}
