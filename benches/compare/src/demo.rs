//! `cargo run`: five made-up sites, both pollers and a mistake, drawn.

use std::num::{NonZeroU64, NonZeroUsize};
use std::sync::Arc;
use std::time::Duration;

use shared::http::StatusCode;
use shared::http::fake::{Answer, FakeHttp};
use shared::{HttpError, Report, Settings, Url};

use crate::design::Design;
use crate::facts::{self, Due};
use crate::out::{Failure, say};
use crate::record::{Poll, Recorder};
use crate::run::{Interrupt, Task, in_short};
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

/// One row: what it is, and what came of it.
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
/// If three threads cannot be had.
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
    say("Five made-up sites, three polls each, three workers.\n");
    let interrupt = Interrupt::install()?;
    let mut rows = Vec::new();
    for (design, name, about) in ROWS {
        let (settings, urls) = (settings.clone(), urls.clone());
        let interrupt = &interrupt;
        let stop_after = None;
        let task = Task { design, settings, urls, interrupt, stop_after };
        let web = Recorder::new(web());
        let (report, cpu) = task.run(&web, &())?;
        let polls = web.into_polls();
        rows.push(Row { name, about, report, cpu, polls });
        if interrupt.came() {
            return Ok(());
        }
    }
    draw(&settings, &urls, &rows);
    Ok(())
}

/// The made-up web: each site always takes as long, give or take a little.
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

fn draw(settings: &Settings, urls: &Arc<[Url]>, rows: &[Row]) {
    let longest = rows.iter().map(|row| row.report.elapsed).max();
    let cell = longest.unwrap_or_default() / timeline::WIDTH as u32;
    // Whole milliseconds, rounded up: the ruler's marks stand where they say.
    let cell = Duration::from_millis(cell.as_millis() as u64 + 1);
    say(format!("           {}", timeline::ruler(cell)));
    let mut table = Vec::new();
    for row in rows {
        let dues = facts::due(settings, urls, &row.polls);
        say(format!("{}: {}", row.name, row.about));
        let lanes =
            timeline::lanes(settings.pollers.get(), &dues, cell, letter_of);
        for (n, lane) in lanes.iter().enumerate() {
            say(format!("  worker {} {}", n + 1, lane.trim_end()));
        }
        say("");
        table.push((row, facts::lost(settings.pollers.get(), &dues), dues));
    }
    legend();
    print_table(&table);
    say(format!("{}\n", rows[0].report.states));
    say(verdict(&table));
    say("Read on: docs/README.md. More to run: cargo run -- --help");
}

fn letter_of(url: &Url) -> char {
    let site = SITES.iter().find(|site| site.1 == url.as_str());
    site.map_or('?', |site| site.0)
}

fn legend() {
    let name = |url: &'static str| {
        let host = url.trim_start_matches("https://").trim_end_matches('/');
        host.trim_start_matches("www.")
    };
    let sites = SITES.map(|(c, url, _)| format!("{c} {}", name(url)));
    say(format!("  {}", sites.join("  ")));
    say("  . asleep: nothing is due   # idle, although a URL is due\n");
}

type Measured<'a> = (&'a Row, Duration, Vec<Due<'a>>);

fn print_table(table: &[Measured]) {
    let head = ["polls", "took", "lost", "CPU", "longest gap"];
    let [polls, took, lost, cpu, gap] = head;
    say(format!("  {:20}{polls:>6}{took:>9}{lost:>10}{cpu:>10}{gap:>14}", ""));
    for (row, lost, _) in table {
        let or_unknown = |time: Option<Duration>| {
            time.map_or_else(|| "unknown".into(), in_short)
        };
        say(format!(
            "  {:20}{:>6}{:>9}{:>10}{:>10}{:>14}",
            row.name,
            row.report.states.polls(),
            in_short(row.report.elapsed),
            in_short(*lost),
            or_unknown(row.cpu),
            or_unknown(facts::longest_gap(&row.polls)),
        ));
    }
    say("  lost: worker time, idle while a URL was due");
    say("  longest gap: between two polls of one URL\n");
}

/// What follows from this run: nothing is said that it did not show.
fn verdict(table: &[Measured]) -> String {
    let [mutex, channel, mistake] = table else { return String::new() };
    let same = mutex.0.report.states == channel.0.report.states;
    let ms = |row: &Measured| row.0.report.elapsed.as_secs_f64() * 1e3;
    let (a, b) = (ms(mutex), ms(channel));
    let near = (a - b).abs() < 0.05 * a.max(b);
    let answers = if same { "the same answers" } else { "other answers" };
    let time = if near { "the same time" } else { "another time" };
    format!(
        "Mutex and channel: {answers} in {time}.\n\
         The mistake, as safe, took {:.1} times as long.",
        ms(mistake) / a.max(b)
    )
}
