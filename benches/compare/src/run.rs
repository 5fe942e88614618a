//! Runs what the command line asks for: on the real web, or on a made-up one of
//! any size.

use std::sync::Arc;
use std::time::Duration;

use indicatif::ProgressBar;
use shared::http::fake::FakeHttp;
use shared::http::ureq::UreqHttp;
use shared::{HttpClient, HttpError, Log, Report, Settings, States, Url};

use crate::args::Args;
use crate::design::Design;
use crate::facts::{self, Late};
use crate::interrupt::Interrupt;
use crate::listing::{Named, in_short, listing, not_ok};
use crate::measure::CpuClock;
use crate::out::{Failure, complain, say};
use crate::progress::Counted;
use crate::record::{Recorded, Recorder};
use crate::{json, urls};

/// How many polls `--events` keeps.
const KEPT: usize = 100_000;

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

    /// How late polls began, if that is to be shown.
    pub fn late(&self, recorded: &Recorded) -> Option<Late> {
        recorded.late.filter(|_| self.show_late)
    }
}

/// Runs it, and prints the results.
///
/// # Errors
/// If it cannot be run, a result cannot be printed, or `--check` fails.
pub fn run(args: &Args) -> Result<(), Failure> {
    if args.is_live() {
        return live(args);
    }
    let name = |n| format!("https://site-{n}.example/");
    let urls = 1..=args.urls.get();
    let urls: Vec<Url> = urls.map(|n| Url::unchecked(&name(n))).collect();
    let around = args.latency / 2..=args.latency + args.latency / 2;
    let one_in = if args.faults { 10 } else { 0 };
    let web = || FakeHttp::new().latency(around.clone()).faults(one_in);
    run_all(args, urls.into(), web)
}

fn live(args: &Args) -> Result<(), Failure> {
    if ![Design::Mutex, Design::Channel].contains(&args.designs()[0]) {
        return Err(Failure::Usage(
            "--live runs --poller mutex or channel: the others have no \
             intervals to keep them from flooding a site"
                .into(),
        ));
    }
    let urls = urls::read(&args.live)?;
    let is_https = |url: &Url| url.as_str().starts_with("https:");
    if !cfg!(feature = "tls") && urls.iter().any(is_https) {
        return Err(Failure::Usage(
            "https:// needs TLS, which `cargo run` leaves out: use `cargo \
             compare --live ...`"
                .into(),
        ));
    }
    let http = UreqHttp::new(args.timeout);
    run_all(args, urls, || &http)
}

/// Runs one design after the other, each with its web.
fn run_all<H: HttpClient>(
    args: &Args,
    urls: Arc<[Url]>,
    web: impl Fn() -> H,
) -> Result<(), Failure> {
    let interrupt = Interrupt::install()?;
    let mut outcomes = Vec::new();
    // The verdict of --check needs no reader.
    let mut shown = Ok(());
    for design in args.designs() {
        if interrupt.came() {
            break;
        }
        outcomes.push(run_one(design, args, urls.clone(), web(), &interrupt)?);
        if !args.json {
            shown = shown.and(print(args, &outcomes[outcomes.len() - 1]));
        }
        if shown.is_err() && !args.check {
            break;
        }
    }
    if args.json {
        shown = say(json::runs(&outcomes));
    }
    if args.check {
        check(&outcomes, args.designs().len())?;
    }
    shown
}

/// Fails with the first run in which a URL is not OK.
fn check(outcomes: &[Outcome], runs: usize) -> Result<(), Failure> {
    let not_ok = |outcome: &Outcome| {
        (not_ok(&outcome.report.states, outcome.urls.len()), outcome.urls.len())
    };
    let bad = outcomes.iter().map(not_ok).find(|(not_ok, _)| *not_ok > 0);
    match bad {
        None if outcomes.len() == runs => Ok(()),
        None => Err(Failure::Failed(
            "--check: stopped before every URL was polled".into(),
        )),
        Some((not_ok, all)) => Err(Failure::Failed(format!(
            "--check: {not_ok} of {all} URLs are not OK, or were not polled"
        ))),
    }
}

/// Runs one design, recording it only if what is asked for needs that.
fn run_one<H: HttpClient>(
    design: Design,
    args: &Args,
    urls: Arc<[Url]>,
    web: H,
    interrupt: &Interrupt,
) -> Result<Outcome, Failure> {
    let (settings, stop_after) = (args.settings(), args.stop_after);
    let all = |rounds: u64| rounds.saturating_mul(urls.len() as u64);
    let goal = settings.rounds.map(|rounds| all(rounds.get()));
    let (web, bar) = Counted::new(web, design.name(), goal, args.quiet);
    let log = Console { args, urls: urls.len(), bar };
    let (show_events, show_late) = (args.events, args.interval.is_some());
    let task = Task { design, settings, urls, interrupt, stop_after };
    let (report, cpu, recorded) = if show_events || show_late {
        let keep = if show_events { KEPT } else { 0 };
        let web = Recorder::new(web, &task.settings, &task.urls, keep);
        let (report, cpu) = task.run(&web, &log)?;
        (report, cpu, Some(web.into_recorded()))
    } else {
        let (report, cpu) = task.run(&web, &log)?;
        (report, cpu, None)
    };
    log.bar.finish_and_clear();
    let Task { settings, urls, .. } = task;
    #[rustfmt::skip]
    let outcome = Outcome {
        design, settings, urls, report, cpu, recorded, show_events, show_late,
    };
    Ok(outcome)
}

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
        let no_thread = |error: &dyn std::error::Error| {
            Failure::Failed(format!("{error}; ask for fewer --workers"))
        };
        let armed = self.interrupt.arm(ready.stop, self.stop_after);
        let _armed = armed.map_err(|error| no_thread(&error))?;
        let cpu = CpuClock::start();
        let report = (ready.run)().map_err(|error| no_thread(&error))?;
        Ok((report, cpu.elapsed()))
    }
}

/// The log of a run on the real web. On a made-up one, faults are asked for.
struct Console<'a> {
    args: &'a Args,
    urls: usize,
    bar: ProgressBar,
}

impl Log for Console<'_> {
    fn error(&self, url: &Url, error: HttpError) {
        if self.args.is_live() && !self.args.quiet {
            self.bar.suspend(|| complain(&format!("Error {url}: {error}")));
        }
    }

    fn listing(&self, states: &States) {
        let Args { quiet, json, check, .. } = self.args;
        if !self.args.is_live() || *quiet || *json {
            return;
        }
        let text = listing(states, self.urls, Named::Some);
        if let Err(failure) = self.bar.suspend(|| say(text))
            && !check
        {
            // There is nobody to poll for.
            std::process::exit(match failure {
                Failure::NoReader => 0,
                _ => 1,
            });
        }
    }
}

/// Prints the result of one run.
fn print(args: &Args, outcome: &Outcome) -> Result<(), Failure> {
    let Report { states, elapsed } = &outcome.report;
    let (polls, time) = (states.polls(), in_short(*elapsed));
    let mut text =
        format!("{}: {polls} polls in {time}", outcome.design.name());
    if let Some(cpu) = outcome.cpu {
        text += &format!(", CPU {}", in_short(cpu));
    }
    if let Some(recorded) = &outcome.recorded {
        text += &recorded_as_text(outcome, recorded);
    }
    // The URLs of a made-up web are only numbers.
    let named = if args.is_live() { Named::NotOk } else { Named::Some };
    say(format!("{text}\n{}", listing(states, outcome.urls.len(), named)))
}

fn recorded_as_text(outcome: &Outcome, recorded: &Recorded) -> String {
    let mut text = String::new();
    if outcome.show_events {
        let lost = in_short(outcome.lost(recorded));
        text += "\n  worker time lost while a URL was due: ";
        text += &lost;
        if recorded.left_out > 0 {
            text += &format!(" (first {KEPT} polls)");
        }
    }
    if let Some(Late { p50, p99, max }) = outcome.late(recorded) {
        text += &format!(
            "\n  begun after due: half within {}, 99 % within {}, all {}",
            in_short(p50),
            in_short(p99),
            in_short(max)
        );
    }
    text
}
