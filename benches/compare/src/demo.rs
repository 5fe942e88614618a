//! `cargo run`: five made-up sites, both pollers and a mistake, drawn.

use std::num::{NonZeroU64, NonZeroUsize};
use std::sync::Arc;
use std::time::Duration;

use shared::http::StatusCode;
use shared::http::fake::{Answer, FakeHttp};
use shared::{HttpError, Report, Settings, Url};

use crate::design::{Design, Ready};
use crate::facts;
use crate::listing::in_short;
use crate::measure::CpuClock;
use crate::out::{Failure, say};
use crate::record::{Poll, Recorder};
use crate::timeline;

/// The sites, each with its letter and how long it takes, in milliseconds.
const SITES: [(char, &str, u64); 5] = [
    ('g', "https://go.dev/", 25),
    ('r', "https://www.rust-lang.org/", 35),
    ('x', "https://gone.example/", 15),
    ('f', "https://flaky.example/", 25),
    ('s', "https://slow.example/", 80),
];

/// What is drawn, in this order.
const ROWS: [(Design, &str, &str); 3] = [
    (Design::Mutex, "Mutex", "no worker holds the lock while the web answers"),
    (Design::Channel, "Channel", "each URL is handed to one worker"),
    (Design::Held, "Mutex, the mistake", "held while the web answers"),
];

const THREE: NonZeroUsize = NonZeroUsize::MIN.saturating_add(2);

/// The result of one run: its report, CPU time and polls.
type Ran = (Report, Option<Duration>, Vec<Poll>);

/// Runs and draws all three.
///
/// # Errors
/// If the system has no threads for them, or the picture cannot be printed.
pub fn run() -> Result<(), Failure> {
    let settings = Settings {
        pollers: THREE,
        interval: Duration::from_millis(40),
        backoff: Duration::from_millis(40),
        rounds: NonZeroU64::new(3),
        ..Settings::default()
    };
    let urls: Arc<[Url]> =
        SITES.iter().map(|site| Url::unchecked(site.1)).collect();
    say("Five made-up sites, three polls each, three workers.\n")?;
    let mut ran = Vec::new();
    for (design, ..) in ROWS {
        let web = Recorder::new(web(), &settings, &urls, usize::MAX);
        let Ready { run, .. } =
            design.ready(settings.clone(), urls.clone(), &web, &());
        let cpu = CpuClock::start();
        let report = run()?;
        ran.push((report, cpu.elapsed(), web.into_recorded().polls));
    }
    say(picture(&ran))
}

/// The made-up web: each site takes nearly the same time for every request.
fn web() -> FakeHttp {
    let (ok, lost) = (Answer::OK, Answer::Error(HttpError::Lost));
    let not_found = Answer::Status(StatusCode::NOT_FOUND);
    let mut web = FakeHttp::new()
        .script(&Url::unchecked(SITES[2].1), [not_found])
        .script(&Url::unchecked(SITES[3].1), [ok, lost, ok]);
    for (_, url, ms) in SITES {
        let least = Duration::from_millis(ms);
        web = web.latency_of(&Url::unchecked(url), least..=least + least / 5);
    }
    web
}

/// All that is printed when the three have run.
fn picture(ran: &[Ran]) -> String {
    let longest = ran.iter().map(|(report, ..)| report.elapsed).max();
    let cell = longest.unwrap_or_default() / timeline::WIDTH as u32;
    // Whole milliseconds, rounded up: the ruler's marks stand where they say.
    let cell = Duration::from_millis(cell.as_millis() as u64 + 1);
    let mut text = format!("           {}\n", timeline::ruler(cell));
    for ((_, name, about), (.., polls)) in ROWS.iter().zip(ran) {
        text += &format!("{name}: {about}\n");
        let lanes = timeline::lanes(THREE.get(), polls, cell, letter_of);
        for (n, lane) in (1..).zip(lanes) {
            text += &format!("  worker {n} {}\n", lane.trim_end());
        }
        text.push('\n');
    }
    text += &legend();
    text += &table(ran);
    text += &format!("{}\n\n{}\n", ran[0].0.states, verdict(ran));
    text + "Read on: docs/README.md. More to run: cargo run -- --help"
}

fn letter_of(url: &Url) -> char {
    let site = SITES.iter().find(|site| site.1 == url.as_str());
    site.map_or('?', |site| site.0)
}

fn legend() -> String {
    let sites = SITES.map(|(letter, url, _)| {
        let name = url.trim_start_matches("https://").trim_end_matches('/');
        format!("{letter} {}", name.trim_start_matches("www."))
    });
    let cells = ". asleep: nothing is due   # idle, although a URL is due";
    format!("  {}\n  {cells}\n\n", sites.join("  "))
}

fn table(ran: &[Ran]) -> String {
    let head = ["polls", "took", "lost", "CPU", "longest gap"];
    let mut text = line("", head.map(String::from));
    let or_unknown = |time: Option<Duration>| {
        time.map_or_else(|| "unknown".into(), in_short)
    };
    for ((_, name, _), (report, cpu, polls)) in ROWS.iter().zip(ran) {
        let count = report.states.polls().to_string();
        let took = in_short(report.elapsed);
        let lost = in_short(facts::lost(THREE.get(), polls));
        let gap = or_unknown(facts::longest_gap(polls));
        text += &line(name, [count, took, lost, or_unknown(*cpu), gap]);
    }
    text += "  lost: worker time, idle while a URL was due\n";
    text + "  longest gap: between two polls of one URL\n\n"
}

fn line(name: &str, [polls, took, lost, cpu, gap]: [String; 5]) -> String {
    format!("  {name:20}{polls:>6}{took:>9}{lost:>10}{cpu:>10}{gap:>14}\n")
}

/// What follows from this run: only what it has shown.
fn verdict(ran: &[Ran]) -> String {
    let [mutex, channel, mistake] = ran else { return String::new() };
    let same = mutex.0.states == channel.0.states;
    in_words(same, [mutex, channel, mistake].map(|(report, ..)| report.elapsed))
}

/// The same, from how long mutex, channel and the mistake took.
///
/// The first two wait for the same requests. So a difference between them is
/// noise of the machine, and the mistake must be slower by much more than that
/// to be distinguished from it.
pub fn in_words(
    same: bool,
    [mutex, channel, mistake]: [Duration; 3],
) -> String {
    let answers = if same { "the same answers" } else { "different answers" };
    let noise = mutex.abs_diff(channel);
    let longer = mutex.max(channel);
    let time = if noise * 20 < longer { " in the same time" } else { "" };
    let mut text = format!("Mutex and channel: {answers}{time}.");
    if mistake.saturating_sub(longer) > (noise * 3).max(longer / 10) {
        let times = mistake.as_secs_f64() / longer.as_secs_f64();
        text += "\nThe mistake is as safe, ";
        text += &format!("and took {times:.1} times as long.");
    }
    text
}
