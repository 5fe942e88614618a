//! `cargo run`: five made-up sites, both pollers and a mistake, drawn.

use std::num::{NonZeroU64, NonZeroUsize};
use std::sync::Arc;
use std::time::Duration;

use indicatif::ProgressBar;
use shared::http::StatusCode;
use shared::http::fake::{Answer, FakeHttp};
use shared::{HttpError, Report, Settings, Url};

use crate::design::Design;
use crate::facts;
use crate::interrupt::Interrupt;
use crate::listing::in_short;
use crate::out::{Failure, say};
use crate::record::{Poll, Recorder};
use crate::run::Task;
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

/// One row: its design, and the result of its run.
struct Row {
    name: &'static str,
    about: &'static str,
    report: Report,
    cpu: Option<Duration>,
    polls: Vec<Poll>,
}

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
    let interrupt = Interrupt::install()?;
    let mut rows = Vec::new();
    for (design, name, about) in ROWS {
        let (settings, urls) = (settings.clone(), urls.clone());
        let interrupt = &interrupt;
        let stop_after = None;
        let bar = ProgressBar::hidden();
        let task = Task { design, settings, urls, interrupt, stop_after, bar };
        let keep = usize::MAX;
        let web = Recorder::new(web(), &task.settings, &task.urls, keep);
        let (report, cpu) = task.run(&web, &())?;
        let polls = web.into_recorded().polls;
        rows.push(Row { name, about, report, cpu, polls });
        if interrupt.came() {
            return Ok(());
        }
    }
    say(picture(&rows))
}

/// The made-up web: each site takes nearly the same time for every request.
fn web() -> FakeHttp {
    let (ok, lost) = (Answer::OK, Answer::Error(HttpError::Lost));
    let mut web = FakeHttp::new()
        .seed(2010)
        .script(&Url::unchecked(SITES[2].1), [StatusCode::NOT_FOUND])
        .script(&Url::unchecked(SITES[3].1), [ok, lost, ok]);
    for (_, url, ms) in SITES {
        let least = Duration::from_millis(ms);
        web = web.latency_of(&Url::unchecked(url), least..=least + least / 5);
    }
    web
}

/// All that is printed when the three have run.
fn picture(rows: &[Row]) -> String {
    let longest = rows.iter().map(|row| row.report.elapsed).max();
    let cell = longest.unwrap_or_default() / timeline::WIDTH as u32;
    // Whole milliseconds, rounded up: the ruler's marks stand where they say.
    let cell = Duration::from_millis(cell.as_millis() as u64 + 1);
    let mut text = format!("           {}\n", timeline::ruler(cell));
    for row in rows {
        text += &format!("{}: {}\n", row.name, row.about);
        let lanes = timeline::lanes(THREE.get(), &row.polls, cell, letter_of);
        for (n, lane) in (1..).zip(lanes) {
            text += &format!("  worker {n} {}\n", lane.trim_end());
        }
        text.push('\n');
    }
    text += &legend();
    text += &table(rows);
    text += &format!("{}\n\n{}\n", rows[0].report.states, verdict(rows));
    text + "Read on: docs/README.md. More to run: cargo run -- --help"
}

fn letter_of(url: &Url) -> char {
    let site = SITES.iter().find(|site| site.1 == url.as_str());
    site.map_or('?', |site| site.0)
}

fn legend() -> String {
    let name = |url: &'static str| {
        url.trim_start_matches("https://").trim_start_matches("www.")
    };
    let sites = SITES.map(|(c, url, _)| format!("{c} {}", name(url)));
    let sites = sites.map(|site| site.trim_end_matches('/').to_string());
    let sites = sites.join("  ");
    format!(
        "  {sites}\n  . asleep: nothing is due   # idle, although a URL is due\n\n"
    )
}

fn table(rows: &[Row]) -> String {
    let head = ["polls", "took", "lost", "CPU", "longest gap"];
    let mut text = line("", head.map(String::from));
    let or_unknown = |time: Option<Duration>| {
        time.map_or_else(|| "unknown".into(), in_short)
    };
    for row in rows {
        text += &line(
            row.name,
            [
                row.report.states.polls().to_string(),
                in_short(row.report.elapsed),
                in_short(facts::lost(THREE.get(), &row.polls)),
                or_unknown(row.cpu),
                or_unknown(facts::longest_gap(&row.polls)),
            ],
        );
    }
    text += "  lost: worker time, idle while a URL was due\n";
    text + "  longest gap: between two polls of one URL\n\n"
}

fn line(name: &str, [polls, took, lost, cpu, gap]: [String; 5]) -> String {
    format!("  {name:20}{polls:>6}{took:>9}{lost:>10}{cpu:>10}{gap:>14}\n")
}

/// What follows from this run: only what it has shown.
fn verdict(rows: &[Row]) -> String {
    let [mutex, channel, mistake] = rows else { return String::new() };
    let same = mutex.report.states == channel.report.states;
    let took = [mutex, channel, mistake].map(|row| row.report.elapsed);
    in_words(same, took)
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
