//! Runs what was asked for: on the real web, or on a made-up one of any size.

use std::process;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::RecvTimeoutError::Timeout;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, mpsc};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use shared::http::fake::FakeHttp;
use shared::{HttpClient, Log, Report, Settings, Url};

use crate::args::{Plan, Web};
use crate::ask::Ask;
use crate::design::Design;
use crate::facts::{self, Due};
use crate::json::Runs;
use crate::measure::{CpuClock, peak_rss_bytes};
use crate::out::{Failure, complain, say};
use crate::record::{Poll, Recorder};
use crate::signals;

/// What came of one run.
pub struct Outcome {
    /// Which program.
    pub design: Design,
    /// What it was told.
    pub settings: Settings,
    /// What it polled.
    pub urls: Arc<[Url]>,
    /// What it reports.
    pub report: Report,
    /// CPU time of the process meanwhile.
    pub cpu: Option<Duration>,
    /// Every poll, if they were recorded.
    pub polls: Option<Vec<Poll>>,
    /// Whether every poll is to be shown.
    pub show_events: bool,
    /// Whether it is to be shown how late they began.
    pub show_late: bool,
}

impl Outcome {
    /// The recorded polls, each with when it was due.
    pub fn dues(&self) -> Option<Vec<Due<'_>>> {
        let polls = self.polls.as_ref()?;
        Some(facts::due(&self.settings, &self.urls, polls))
    }

    /// Worker time lost while a URL was due.
    pub fn lost(&self, dues: &[Due]) -> Duration {
        facts::lost(self.settings.pollers.get(), dues)
    }
}

/// Runs the plan, and prints what came of it.
///
/// # Errors
/// If the plan cannot be, or threads could not be had.
pub fn run(plan: Plan) -> Result<(), Failure> {
    match &plan.web {
        Web::Live { sources, timeout, ask } => {
            live(&plan, sources, *timeout, *ask)
        }
        &Web::Fake { urls, latency, seed, faults } => {
            let name = |n| format!("https://site-{n}.example/");
            let urls: Vec<Url> =
                (1..=urls).map(|n| Url::unchecked(&name(n))).collect();
            let around = latency / 2..=latency + latency / 2;
            let one_in = if faults { 10 } else { 0 };
            let web = || {
                let web = FakeHttp::new().seed(seed);
                web.latency(around.clone()).faults(one_in)
            };
            // Faults are asked for here: no line for each of them.
            run_all(&plan, urls.into(), web, &())
        }
    }
}

#[cfg(feature = "web")]
fn live(
    plan: &Plan,
    sources: &[String],
    timeout: Duration,
    ask: Ask,
) -> Result<(), Failure> {
    use crate::live::LiveHttp;
    use crate::{out::Console, urls};
    let finished = [Design::Mutex, Design::Channel];
    if let Some(other) = plan.designs.iter().find(|d| !finished.contains(d)) {
        return Err(Failure::Usage(format!(
            "--live runs mutex, channel or both: {} has no intervals to keep \
             it from flooding a site",
            other.name()
        )));
    }
    if plan.designs.len() > 1 && plan.settings.rounds.is_none() {
        return Err(Failure::Usage(
            "--live --poller both needs --rounds: they run one after the \
             other, and without rounds the first would not end"
                .into(),
        ));
    }
    let urls = urls::read(sources)?;
    let log = Console { listings: !plan.json };
    let http = LiveHttp::new(ask, timeout)?;
    run_all(plan, urls, || &http, &log)
}

#[cfg(not(feature = "web"))]
fn live(_: &Plan, _: &[String], _: Duration, _: Ask) -> Result<(), Failure> {
    Err(Failure::Usage("--live: built without the feature `web`".into()))
}

/// Runs one design after the other, each with a web of its own.
fn run_all<H: HttpClient>(
    plan: &Plan,
    urls: Arc<[Url]>,
    web: impl Fn() -> H,
    log: &impl Log,
) -> Result<(), Failure> {
    let interrupt = Interrupt::install()?;
    let mut outcomes = Vec::new();
    for &design in &plan.designs {
        if interrupt.came() {
            break;
        }
        let outcome =
            run_one(design, plan, urls.clone(), web(), log, &interrupt)?;
        if !plan.json {
            print(plan, &outcome);
        }
        outcomes.push(outcome);
    }
    if plan.json {
        let runs = Runs::new(&outcomes, peak_rss_bytes());
        let text = serde_json::to_string(&runs).expect("no map, no error");
        say(text);
    }
    Ok(())
}

/// Runs one design, recording it only if what is asked for needs that.
fn run_one<H: HttpClient>(
    design: Design,
    plan: &Plan,
    urls: Arc<[Url]>,
    web: H,
    log: &impl Log,
    interrupt: &Interrupt,
) -> Result<Outcome, Failure> {
    let settings = plan.settings.clone();
    let stop_after = plan.stop_after;
    let task = Task { design, settings, urls, interrupt, stop_after };
    let (report, cpu, polls) = if plan.events || plan.late {
        let web = Recorder::new(web);
        let (report, cpu) = task.run(&web, log)?;
        (report, cpu, Some(web.into_polls()))
    } else {
        let (report, cpu) = task.run(&web, log)?;
        (report, cpu, None)
    };
    let Task { settings, urls, .. } = task;
    let (show_events, show_late) = (plan.events, plan.late);
    #[rustfmt::skip]
    let outcome = Outcome {
        design, settings, urls, report, cpu, polls, show_events, show_late,
    };
    Ok(outcome)
}

/// What helps when a thread cannot be started.
const FEWER: &str = "ask for fewer --workers";

/// A design, and all it needs but the web.
pub struct Task<'a> {
    /// Which program.
    pub design: Design,
    /// What it is told.
    pub settings: Settings,
    /// What it polls.
    pub urls: Arc<[Url]>,
    /// What may stop it.
    pub interrupt: &'a Interrupt,
    /// When to stop it anyway.
    pub stop_after: Option<Duration>,
}

impl Task<'_> {
    /// Runs it to its end; gives its report, and the CPU time it took.
    ///
    /// # Errors
    /// If threads could not be had.
    pub fn run<H: HttpClient, L: Log>(
        &self,
        web: &H,
        log: &L,
    ) -> Result<(Report, Option<Duration>), Failure> {
        let (settings, urls) = (self.settings.clone(), self.urls.clone());
        let ready = self.design.ready(settings, urls, web, log);
        let _armed = self.interrupt.arm(ready.stop, self.stop_after);
        let cpu = CpuClock::start();
        let report = (ready.run)()
            .map_err(|error| Failure::Failed(format!("{error}; {FEWER}")))?;
        Ok((report, cpu.elapsed()))
    }
}

/// Prints what came of one run.
fn print(plan: &Plan, outcome: &Outcome) {
    let Report { states, elapsed } = &outcome.report;
    let mut line = format!(
        "{}: {} polls in {}",
        outcome.design.name(),
        states.polls(),
        in_short(*elapsed)
    );
    if let Some(cpu) = outcome.cpu {
        line += &format!(", CPU {}", in_short(cpu));
    }
    say(line);
    if let Some(dues) = outcome.dues() {
        if plan.events {
            let lost = in_short(outcome.lost(&dues));
            say(format!("  worker time lost while a URL was due: {lost}"));
        }
        if let Some(late) = facts::late(&dues).filter(|_| plan.late) {
            say(format!(
                "  begun after due: half within {}, 99 % within {}, all {}",
                in_short(late.p50),
                in_short(late.p99),
                in_short(late.max)
            ));
        }
    }
    say(facts::listing(states));
}

/// A duration in three digits or so.
pub fn in_short(duration: Duration) -> String {
    let us = duration.as_nanos() as f64 / 1e3;
    match us {
        ..10.0 => format!("{us:.1} us"),
        ..1_000.0 => format!("{us:.0} us"),
        ..10_000.0 => format!("{:.1} ms", us / 1e3),
        ..10_000_000.0 => format!("{:.0} ms", us / 1e3),
        _ => format!("{:.1} s", us / 1e6),
    }
}

type Stop = Arc<dyn Fn() + Send + Sync>;

/// Ctrl-C: the first ends the run gracefully, the second at once.
pub struct Interrupt(Arc<Pending>);

#[derive(Default)]
struct Pending {
    came: AtomicBool,
    stop: Mutex<Option<Stop>>,
}

impl Pending {
    fn stop(&self) -> MutexGuard<'_, Option<Stop>> {
        self.stop.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn pressed(&self) {
        if self.came.swap(true, Ordering::SeqCst) {
            process::exit(130);
        }
        let stop = self.stop().clone();
        if let Some(stop) = stop {
            stop();
        }
        complain("Stopping: what has begun is finished. Again: at once.");
    }
}

impl Interrupt {
    /// From now on Ctrl-C is ours.
    ///
    /// # Errors
    /// If the system does not allow it.
    pub fn install() -> Result<Self, Failure> {
        let pending = Arc::new(Pending::default());
        let handler = pending.clone();
        signals::listen(move || handler.pressed()).map_err(|error| {
            Failure::Failed(format!("cannot listen for Ctrl-C: {error}"))
        })?;
        Ok(Interrupt(pending))
    }

    /// Whether it was pressed.
    pub fn came(&self) -> bool {
        self.0.came.load(Ordering::SeqCst)
    }

    /// Lets Ctrl-C, or the time given, stop a run; until dropped.
    fn arm(&self, stop: Stop, after: Option<Duration>) -> Armed<'_> {
        *self.0.stop() = Some(stop.clone());
        // It may have come before there was anything to stop.
        if self.came() {
            stop();
        }
        let timer = after.map(|after| {
            let (over, ended) = mpsc::channel::<()>();
            let wait = move || {
                if ended.recv_timeout(after) == Err(Timeout) {
                    stop();
                }
            };
            (over, thread::spawn(wait))
        });
        Armed { interrupt: self, timer }
    }
}

/// A run that can be stopped.
struct Armed<'a> {
    interrupt: &'a Interrupt,
    timer: Option<(mpsc::Sender<()>, JoinHandle<()>)>,
}

impl Drop for Armed<'_> {
    fn drop(&mut self) {
        *self.interrupt.0.stop() = None;
        if let Some((over, timer)) = self.timer.take() {
            drop(over);
            let _ = timer.join();
        }
    }
}
