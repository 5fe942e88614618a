//! Runs what the command line asks for: on the real web, or on a made-up one of
//! any size.

use std::num::NonZeroU64;
use std::sync::Arc;

use indicatif::ProgressBar;
use shared::http::fake::FakeHttp;
use shared::http::ureq::UreqHttp;
use shared::{HttpClient, HttpError, Log, States, Url};

use crate::args::Args;
use crate::design::{Design, Ready};
use crate::interrupt::Interrupt;
use crate::listing::{FEW, listing, not_ok};
use crate::measure::CpuClock;
use crate::out::{Failure, complain, say};
use crate::outcome::Outcome;
use crate::progress::{Counted, clear_of};
use crate::record::Recorder;
use crate::{json, urls};

/// How many polls `--events` keeps.
const KEPT: usize = 100_000;

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
        let why = "the others have no intervals to keep them from flooding it";
        let text = format!("--live runs mutex or channel on a site: {why}");
        return Err(Failure::Usage(text));
    }
    let urls = urls::read(&args.live)?;
    let is_https = |url: &Url| url.as_str().starts_with("https:");
    if !cfg!(feature = "tls") && urls.iter().any(is_https) {
        let what = "https:// needs TLS, which `cargo run` leaves out";
        let text = format!("{what}: use `cargo compare --live ...`");
        return Err(Failure::Usage(text));
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
    // The URLs of a made-up web are only numbers.
    let most = if args.is_live() { usize::MAX } else { FEW };
    let (mut outcomes, mut shown) = (Vec::new(), Ok(()));
    for design in args.designs() {
        if interrupt.came() {
            break;
        }
        let outcome = run_one(design, args, urls, web(), &interrupt)?;
        if !args.json {
            shown = shown.and(say(outcome.as_text(urls.len(), most)));
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
    let bad = outcomes.iter().map(not_ok).max();
    let bad = bad.filter(|_| outcomes.len() == programs).unwrap_or(urls);
    if bad == 0 {
        return Ok(());
    }
    let what = "URLs are not OK, or were not polled";
    Err(Failure::Failed(format!("--check: {bad} of {urls} {what}")))
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
    let late = show_late.then_some(recorded.late);
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
            // No reader is left to poll for.
            let is_gone = matches!(failure, Failure::NoReader);
            std::process::exit(if is_gone { 0 } else { 1 });
        }
    }
}
