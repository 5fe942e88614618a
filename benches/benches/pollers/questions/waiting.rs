//! What programs cost and do that mostly wait.

use std::num::{NonZeroU64, NonZeroUsize};
use std::process::Command;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use benches::clocks::{Clocks, Sample};
use benches::lines::urls;
use benches::rounds::Measured;
use benches::verdict::tables::Unit;
use compare::design::{Design, Ready};
use compare::record::Recorder;
use shared::http::fake::FakeHttp;
use shared::{Settings, Url};

use super::{BOTH, ask, each};
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
        let lines =
            each(&BOTH, move |design| due(design, workers, &all, effort));
        asked = asked.at(workers as f64, lines);
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
    let sample = thread::scope(|scope| {
        scope.spawn(move || {
            thread::sleep(long);
            stop();
        });
        let clocks = Clocks::start();
        let report = run().expect("enough threads");
        clocks.sample(report.states.polls())
    });
    let late = web.into_recorded().late.value_at_quantile(0.5) as f64;
    let each = sample.each();
    Measured { figure: each.cpu, cpu: 0.0, late, ..each }
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
        let clocks = Clocks::start();
        (ready.run)().expect("enough threads");
        let Sample { cpu, wall, .. } = clocks.sample(1);
        let figure = cpu.as_secs_f64() / wall.as_secs_f64() * 1e9;
        Measured { figure, ..Measured::default() }
    };
    let designs = [Design::Mutex, Design::Channel, Design::AsPostedMutex];
    asked.at(workers as f64, each(&designs, burnt))
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

/// What the program says that counts them.
fn bytes(design: Design, size: usize) -> Measured {
    let mut memory = Command::new(env!("CARGO_BIN_EXE_memory"));
    let said = memory.args([design.name(), &size.to_string()]).output();
    let said = said.expect("it was built with this one").stdout;
    let figure = String::from_utf8_lossy(&said).trim().parse();
    let figure = figure.expect("it prints a number");
    Measured { figure, ..Measured::default() }
}
