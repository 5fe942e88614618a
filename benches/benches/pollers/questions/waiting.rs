//! What programs cost and do that mostly wait.

use std::num::{NonZeroU64, NonZeroUsize};
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use benches::lines::urls;
use benches::rounds::Measured;
use benches::verdict::tables::Unit;
use compare::design::{Design, Ready};
use compare::measure::CpuClock;
use compare::record::Recorder;
use shared::http::fake::FakeHttp;
use shared::{Settings, Url};

use super::{BOTH, COMMON, WORKERS, ask, each};
use crate::HEAP;
use crate::points::{Asked, Effort};

/// How many polls come due in a second, however many URLs there are.
const DUE: u32 = 20_000;

pub fn to_be_on_time<'a>(effort: Effort) -> Asked<'a> {
    let mut asked = ask(
        ["on-time", "What does being on time cost?"],
        "workers",
        "CPU time of a poll, 30,000 URLs, 20,000 polls due a second; and how \
         late half of the polls began at most",
    );
    let all = urls(30_000);
    for workers in [1, 2, 4, 8] {
        let all = all.clone();
        let lines = each(&BOTH, move |design| {
            let Measured { cpu, late, .. } = due(design, workers, &all, effort);
            Measured { figure: cpu, cpu: 0.0, late }
        });
        asked = asked.at(workers as f64, lines);
    }
    asked
}

pub fn how_late<'a>(effort: Effort) -> Asked<'a> {
    let mut asked = ask(
        ["late", "How late does a due poll start?"],
        "URLs",
        "Time from due to begun, 4 workers, 20,000 polls due a second: half \
         of the polls begin sooner",
    );
    let sizes = if effort.quick { 1 } else { 2 };
    for size in [1_000, 1_000_000].into_iter().take(sizes) {
        let all = urls(size);
        let lines = each(&BOTH, move |design| {
            let Measured { late, .. } = due(design, WORKERS, &all, effort);
            Measured { figure: late, ..Measured::default() }
        });
        asked = asked.at(size as f64, lines);
    }
    asked
}

fn settings(workers: usize) -> Settings {
    let pollers = NonZeroUsize::new(workers).expect("a worker");
    Settings { pollers, ..Settings::default() }
}

/// Polls what comes due for a while: CPU time of a poll, and how late half of
/// the polls began, both in ns.
fn due(
    design: Design,
    workers: usize,
    urls: &Arc<[Url]>,
    effort: Effort,
) -> Measured {
    let interval = Duration::from_secs(1) / DUE * urls.len() as u32;
    let settings = Settings { interval, spread: true, ..settings(workers) };
    let long = Duration::from_millis(if effort.quick { 100 } else { 200 });
    let web = Recorder::new(FakeHttp::new(), &settings, urls, 0);
    let Ready { stop, run } = design.ready(settings, urls.clone(), &web, &());
    let (cpu, polls) = thread::scope(|scope| {
        scope.spawn(move || {
            thread::sleep(long);
            stop();
        });
        let cpu = CpuClock::start();
        let report = run().expect("enough threads");
        (cpu.elapsed().unwrap_or_default(), report.states.polls())
    });
    let late = web.into_recorded().late.value_at_quantile(0.5) as f64;
    let cpu = cpu.as_nanos() as f64 / polls as f64;
    Measured { figure: 0.0, cpu, late }
}

pub fn while_all_wait<'a>(effort: Effort) -> Asked<'a> {
    let asked = ask(
        ["burns", "What burns while everyone waits?"],
        "workers",
        "CPU time in a second, 4 URLs, requests that wait 50 ms",
    );
    let (urls, workers) = (urls(4), 8);
    let rounds = NonZeroU64::new(if effort.quick { 2 } else { 4 });
    let burnt = move |design: Design| {
        let interval = Duration::ZERO;
        let settings = Settings { interval, rounds, ..settings(workers) };
        let wait = Duration::from_millis(50);
        let web = FakeHttp::new().latency(wait..=wait);
        let ready = design.ready(settings, urls.clone(), &web, &());
        let (began, cpu) = (Instant::now(), CpuClock::start());
        (ready.run)().expect("enough threads");
        let cpu = cpu.elapsed().unwrap_or_default();
        let share = cpu.as_secs_f64() / began.elapsed().as_secs_f64();
        Measured { figure: share * 1e9, ..Measured::default() }
    };
    let designs = [Design::Mutex, Design::Channel, Design::AsPostedMutex];
    asked.at(workers as f64, each(&designs, burnt))
}

pub fn to_stop<'a>() -> Asked<'a> {
    let asked = ask(
        ["stop", "How long does it take to stop?"],
        "URLs",
        "Time from stop to the end of all 4 workers, while no URL is due",
    );
    let urls = urls(COMMON);
    asked.at(COMMON as f64, each(&BOTH, move |design| stopped(design, &urls)))
}

fn stopped(design: Design, urls: &Arc<[Url]>) -> Measured {
    let interval = Duration::from_secs(3600);
    let settings = Settings { interval, ..settings(WORKERS) };
    let web = FakeHttp::new();
    let Ready { stop, run } = design.ready(settings, urls.clone(), &web, &());
    thread::scope(|scope| {
        let stopped = scope.spawn(move || {
            // By then all have been polled once, and all sleep.
            thread::sleep(Duration::from_millis(5));
            let now = Instant::now();
            stop();
            now
        });
        run().expect("enough threads");
        let end = Instant::now();
        let stopped = stopped.join().expect("no panic");
        let figure = (end - stopped).as_nanos() as f64;
        Measured { figure, ..Measured::default() }
    })
}

pub fn in_memory<'a>() -> Asked<'a> {
    let mut asked = ask(
        ["memory", "What does a URL take in memory, beyond its text?"],
        "URLs",
        "Bytes of a URL, of a program that is ready to run",
    );
    asked.question.unit = Unit::Bytes;
    let size = 100_000;
    asked.at(size as f64, each(&BOTH, move |design| bytes(design, size)))
}

fn bytes(design: Design, size: usize) -> Measured {
    let held = || {
        let stats = HEAP.stats();
        stats.bytes_allocated as f64 - stats.bytes_deallocated as f64
    };
    let before = held();
    let urls = urls(size);
    let text: usize = urls.iter().map(|url| url.as_str().len()).sum();
    let (settings, web) = (Settings::default(), FakeHttp::new());
    let ready = design.ready(settings, urls, &web, &());
    let figure = (held() - before - text as f64) / size as f64;
    drop(ready);
    Measured { figure, ..Measured::default() }
}
