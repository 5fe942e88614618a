//! Runs what the command line asks for: on the real web, or on a made-up one of
//! any size.

use std::num::NonZeroU64;
use std::sync::Arc;
use std::time::Duration;

use indicatif::ProgressBar;
use shared::http::fake::FakeHttp;
use shared::http::ureq::UreqHttp;
use shared::{HttpClient, HttpError, Log, Report, Settings, States, Url};

use crate::args::Args;
use crate::design::{Design, Ready};
use crate::facts::{self, Late};
use crate::interrupt::Interrupt;
use crate::listing::{FEW, in_short, listing, not_ok};
use crate::measure::CpuClock;
use crate::out::{Failure, complain, say};
use crate::progress::{Counted, clear_of};
use crate::record::{Poll, Recorder};
use crate::{json, urls};

/// How many polls `--events` keeps.
const KEPT: usize = 100_000;

/// The result of one run.
pub struct Outcome {
    /// Which program.
    pub design: Design,
    /// Its settings.
    pub settings: Settings,
    /// Its report.
    pub report: Report,
    /// CPU time of the process during the run.
    pub cpu: Option<Duration>,
    /// The first polls, if they are to be shown.
    pub events: Option<Vec<Poll>>,
    /// How late polls began, if that is to be shown.
    pub late: Option<Late>,
}

impl Outcome {
    /// Worker time lost while a URL was due.
    pub fn lost(&self, polls: &[Poll]) -> Duration {
        facts::lost(self.settings.pollers.get(), polls)
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
    let around = args.latency / 2..=args.latency * 3 / 2;
    let one_in = if args.faults { 10 } else { 0 };
    let web = || FakeHttp::new().latency(around.clone()).faults(one_in);
    run_all(args, &urls.into(), web)
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
    run_all(args, &urls, || &http)
}

/// Runs one design after the other, each with its web.
fn run_all<H: HttpClient>(
    args: &Args,
    urls: &Arc<[Url]>,
    web: impl Fn() -> H,
) -> Result<(), Failure> {
    let interrupt = Interrupt::install();
    let (mut outcomes, mut shown) = (Vec::new(), Ok(()));
    for design in args.designs() {
        if interrupt.came() {
            break;
        }
        let outcome = run_one(design, args, urls, web(), &interrupt)?;
        if !args.json {
            shown = shown.and(say(as_text(args, &outcome, urls.len())));
        }
        outcomes.push(outcome);
        // The verdict of --check needs no reader.
        if shown.is_err() && !args.check {
            break;
        }
    }
    if args.json {
        shown = say(json::runs(&outcomes, urls.len()));
    }
    if args.check {
        check(&outcomes, urls.len(), args.designs().len())?;
    }
    shown
}

/// Fails if a URL is not OK, or not all programs ran.
fn check(
    outcomes: &[Outcome],
    urls: usize,
    programs: usize,
) -> Result<(), Failure> {
    let not_ok = |outcome: &Outcome| not_ok(&outcome.report.states, urls);
    let bad = match outcomes.iter().map(not_ok).max() {
        Some(bad) if outcomes.len() == programs => bad,
        _ => urls,
    };
    let what = "URLs are not OK, or were not polled";
    match bad {
        0 => Ok(()),
        _ => Err(Failure::Failed(format!("--check: {bad} of {urls} {what}"))),
    }
}

/// Runs one design, recording it only if what is asked for needs that.
fn run_one<H: HttpClient>(
    design: Design,
    args: &Args,
    urls: &Arc<[Url]>,
    web: H,
    interrupt: &Interrupt,
) -> Result<Outcome, Failure> {
    let (settings, count) = (args.settings(), urls.len());
    let rounds = settings.rounds.map(NonZeroU64::get);
    let goal = rounds.map(|rounds| rounds.saturating_mul(count as u64));
    let (web, bar) = Counted::new(web, design.name(), goal, args.quiet);
    let (show_events, show_late) = (args.events, args.interval.is_some());
    // It only passes on requests for URLs that it does not know.
    let known = if show_events || show_late { &urls[..] } else { &[] };
    let keep = if show_events { KEPT } else { 0 };
    let web = Recorder::new(web, &settings, known, keep);
    let log = Console { args, urls: count, bar: &bar };
    let Ready { stop, run } =
        design.ready(settings.clone(), urls.clone(), &web, &log);
    let _armed = interrupt.arm(stop, args.stop_after, &bar)?;
    let cpu = CpuClock::start();
    let report = run()?;
    let cpu = cpu.elapsed();
    bar.finish_and_clear();
    let recorded = web.into_recorded();
    let late = recorded.late.filter(|_| show_late);
    let events = show_events.then_some(recorded.polls);
    Ok(Outcome { design, settings, report, cpu, events, late })
}

/// The log of a run on the real web. On a made-up one, faults are asked for.
struct Console<'a> {
    args: &'a Args,
    urls: usize,
    bar: &'a ProgressBar,
}

impl Log for Console<'_> {
    fn error(&self, url: &Url, error: HttpError) {
        if self.args.is_live() && !self.args.quiet {
            clear_of(self.bar, || complain(&format!("Error {url}: {error}")));
        }
    }

    fn listing(&self, states: &States) {
        let Args { quiet, json, check, .. } = self.args;
        if !self.args.is_live() || *quiet || *json {
            return;
        }
        let text = listing(states, self.urls, FEW);
        if let Err(failure) = clear_of(self.bar, || say(text))
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

/// The result of one run.
fn as_text(args: &Args, outcome: &Outcome, urls: usize) -> String {
    let Report { states, elapsed } = &outcome.report;
    let (name, polls) = (outcome.design.name(), states.polls());
    let mut text = format!("{name}: {polls} polls in {}", in_short(*elapsed));
    if let Some(cpu) = outcome.cpu {
        text += &format!(", CPU {}", in_short(cpu));
    }
    if let Some(events) = &outcome.events {
        let lost = in_short(outcome.lost(events));
        text += &format!("\n  worker time lost while a URL was due: {lost}");
        if polls > KEPT as u64 {
            text += &format!(" (first {KEPT} polls)");
        }
    }
    if let Some(Late { p50, p99, max }) = outcome.late {
        let [p50, p99, max] = [p50, p99, max].map(in_short);
        text += &format!(
            "\n  begun after due: half within {p50}, 99 % within {p99}, all \
             {max}"
        );
    }
    // The URLs of a made-up web are only numbers.
    let most = if args.is_live() { usize::MAX } else { FEW };
    format!("{text}\n{}", listing(states, urls, most))
}
