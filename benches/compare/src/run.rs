//! Runs a plan on the real web, or on a made-up one of any size.

use std::sync::Arc;
use std::time::Duration;

use shared::http::fake::FakeHttp;
use shared::{HttpClient, Log, Report, Settings, Url};

use crate::args::{Plan, Web};
use crate::ask::Ask;
use crate::design::Design;
use crate::headers::HeaderMap;
use crate::interrupt::Interrupt;
use crate::json::Runs;
use crate::listing::{Named, in_short, listing, not_ok};
use crate::measure::{CpuClock, peak_rss_bytes};
use crate::out::{Failure, say, say_json};
use crate::progress::{Count, Counted, Goal, LONG, Progress};
use crate::record::{Recorded, Recorder};
use crate::{facts, room};

/// The result of one run.
pub struct Outcome {
    /// Which program.
    pub design: Design,
    /// Its settings.
    pub settings: Settings,
    /// The URLs.
    pub urls: Arc<[Url]>,
    /// Its report.
    pub report: Report,
    /// CPU time of the process during the run.
    pub cpu: Option<Duration>,
    /// The records of the polls, if there are any.
    pub recorded: Option<Recorded>,
    /// Whether to show the polls that were kept.
    pub show_events: bool,
    /// Whether to show how late polls began.
    pub show_late: bool,
}

impl Outcome {
    /// Worker time lost while a URL was due.
    pub fn lost(&self, recorded: &Recorded) -> Duration {
        facts::lost(self.settings.pollers.get(), &recorded.polls)
    }

    /// How many URLs are not OK, or were not polled.
    fn not_ok(&self) -> usize {
        not_ok(&self.report.states, self.urls.len())
    }
}

/// Runs the plan, and prints the results.
///
/// # Errors
/// If the plan cannot be run, or there are not enough threads or memory.
pub fn run(plan: &Plan) -> Result<(), Failure> {
    match &plan.web {
        Web::Live { sources, timeout, ask, headers } => {
            live(plan, sources, *timeout, *ask, headers)
        }
        &Web::Fake { urls, latency, seed, faults } => {
            // Before even their names are made: a million take memory.
            check_room(plan, 0, urls as usize)?;
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
            run_all(plan, urls.into(), web, &())
        }
    }
}

/// `others` are threads beside the workers.
fn check_room(plan: &Plan, others: usize, urls: usize) -> Result<(), Failure> {
    let polls = plan.events.unwrap_or_default();
    let most_threads = room::most_threads();
    room::check(plan.settings.pollers, others, urls, polls, most_threads)
}

#[cfg(feature = "web")]
fn live(
    plan: &Plan,
    sources: &[String],
    timeout: Duration,
    ask: Ask,
    headers: &HeaderMap,
) -> Result<(), Failure> {
    use crate::live::{LiveHttp, lookup};
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
    let urls = urls::read(sources, plan.quiet)?;
    check_room(plan, lookup::MOST, urls.len())?;
    let errors = !plan.quiet;
    let listings = errors && !plan.json;
    let log = Console { errors, listings, urls: urls.len() };
    let http = LiveHttp::new(ask, timeout)?.with_headers(headers.clone());
    run_all(plan, urls, || &http, &log)
}

#[cfg(not(feature = "web"))]
fn live(
    _: &Plan,
    _: &[String],
    _: Duration,
    _: Ask,
    _: &HeaderMap,
) -> Result<(), Failure> {
    Err(Failure::Usage("--live: built without the feature `web`".into()))
}

/// Runs one design after the other, each with its web.
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
        say_json(&Runs::new(&outcomes, peak_rss_bytes()));
    }
    if plan.check { check(&outcomes) } else { Ok(()) }
}

/// The error of the first run that failed, if one did.
fn check(outcomes: &[Outcome]) -> Result<(), Failure> {
    let Some(bad) = outcomes.iter().find(|outcome| outcome.not_ok() > 0) else {
        return Ok(());
    };
    Err(Failure::Failed(format!(
        "--check: {} of {} URLs are not OK, or were not polled",
        bad.not_ok(),
        bad.urls.len()
    )))
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
    let (settings, stop_after) = (plan.settings.clone(), plan.stop_after);
    let task = Task { design, settings, urls, interrupt, stop_after };
    let (progress, count) = task.progress(plan.quiet);
    let web = Counted::new(web, count);
    let (report, cpu, recorded) = if plan.events.is_some() || plan.late {
        let keep = plan.events.unwrap_or(0);
        let web = Recorder::new(web, &task.settings, &task.urls, keep);
        let (report, cpu) = task.run(&web, log)?;
        (report, cpu, Some(web.into_recorded()))
    } else {
        let (report, cpu) = task.run(&web, log)?;
        (report, cpu, None)
    };
    drop(progress);
    let Task { settings, urls, .. } = task;
    let (show_events, show_late) = (plan.events.is_some(), plan.late);
    #[rustfmt::skip]
    let outcome = Outcome {
        design, settings, urls, report, cpu, recorded, show_events, show_late,
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
        let armed = self.interrupt.arm(ready.stop, self.stop_after);
        let _armed = armed.map_err(|error| {
            Failure::Failed(format!("--for: no thread for the timer: {error}"))
        })?;
        let cpu = CpuClock::start();
        let report = (ready.run)()
            .map_err(|error| Failure::Failed(format!("{error}; {FEWER}")))?;
        Ok((report, cpu.elapsed()))
    }

    /// The progress line, and where it reads the count of polls: if a person
    /// watches. Otherwise nothing is counted.
    fn progress(&self, quiet: bool) -> (Option<Progress>, Option<Arc<Count>>) {
        let Some(target) = Progress::target().filter(|_| !quiet) else {
            return (None, None);
        };
        let rounds = self.settings.rounds.map(Into::into);
        let all = |rounds: u64| rounds.saturating_mul(self.urls.len() as u64);
        let goal = Goal { polls: rounds.map(all), time: self.stop_after };
        let count = Arc::<Count>::default();
        let name = self.design.name();
        let progress = Progress::start(target, name, goal, LONG, count.clone());
        (Some(progress), Some(count))
    }
}

/// Prints the result of one run.
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
    if let Some(recorded) = &outcome.recorded {
        print_recorded(outcome, recorded);
    }
    // The URLs of a made-up web are only numbers.
    let named = match plan.web {
        Web::Live { .. } => Named::NotOk,
        Web::Fake { .. } => Named::Some,
    };
    say(listing(states, outcome.urls.len(), named));
}

fn print_recorded(outcome: &Outcome, recorded: &Recorded) {
    if outcome.show_events {
        let lost = in_short(outcome.lost(recorded));
        let of = match recorded.left_out {
            0 => String::new(),
            _ => format!(" (first {} polls)", recorded.polls.len()),
        };
        say(format!("  worker time lost while a URL was due: {lost}{of}"));
    }
    if let Some(late) = recorded.late.filter(|_| outcome.show_late) {
        say(format!(
            "  begun after due: half within {}, 99 % within {}, all {}",
            in_short(late.p50),
            in_short(late.p99),
            in_short(late.max)
        ));
    }
}
