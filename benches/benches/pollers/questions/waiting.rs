//! What programs cost and do that mostly wait.

use std::num::{NonZeroU64, NonZeroUsize};
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use benches::rounds::Measured;
use benches::verdict::Question;
use compare::design::{Design, Ready};
use compare::measure::CpuClock;
use compare::record::Recorder;
use shared::http::fake::FakeHttp;
use shared::{Settings, Url};

use super::{WORKERS, ask, both, none, urls};
use crate::points::{Asked, Effort};
use crate::unit::Unit;

const FOUR: NonZeroUsize = NonZeroUsize::new(WORKERS).unwrap();
const EIGHT: NonZeroUsize = NonZeroUsize::new(8).unwrap();

/// How many polls come due in a second, however many URLs there are.
const DUE: u32 = 20_000;

pub fn to_be_on_time<'a>(effort: Effort) -> Asked<'a> {
    let mut asked = ask(
        ["on-time", "What does being on time cost?"],
        "workers, 30,000 URLs, 20,000 polls due a second",
        (
            Unit::Plain("ns of CPU"),
            "Nanoseconds of CPU time a poll; under the table: how many ns \
             after its due time half of the polls had begun",
        ),
        none,
    );
    let all = urls(30_000);
    let long = Duration::from_millis(if effort.quick { 100 } else { 200 });
    for workers in [1, 2, 4, 8] {
        let workers = NonZeroUsize::new(workers).expect("a worker");
        let all = all.clone();
        let lines = both(move |design| {
            let (cpu, late) = due(design, workers, &all, long);
            Measured { figure: cpu, cpu: 0.0, late }
        });
        asked = asked.at(workers.get() as f64, lines);
    }
    asked
}

pub fn how_late<'a>(effort: Effort) -> Asked<'a> {
    let mut asked = ask(
        ["late", "How late does a due poll start?"],
        "URLs, 20,000 polls due a second",
        (
            Unit::Time,
            "Nanoseconds from due to begun, 4 workers: half of the polls \
             begin sooner",
        ),
        none,
    );
    let sizes: &[usize] =
        if effort.quick { &[1_000] } else { &[1_000, 1_000_000] };
    let long = Duration::from_millis(if effort.quick { 100 } else { 200 });
    for size in sizes {
        let all = urls(*size);
        let lines = both(move |design| {
            let (_, figure) = due(design, FOUR, &all, long);
            Measured { figure, ..Measured::default() }
        });
        asked = asked.at(*size as f64, lines);
    }
    asked
}

/// Polls what comes due for a while: CPU time of a poll, and how late half of
/// the polls began, both in ns.
fn due(
    design: Design,
    pollers: NonZeroUsize,
    urls: &Arc<[Url]>,
    long: Duration,
) -> (f64, f64) {
    let interval = Duration::from_secs(1) / DUE * urls.len() as u32;
    let settings =
        Settings { pollers, interval, spread: true, ..Settings::default() };
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
    (cpu.as_nanos() as f64 / polls as f64, late)
}

pub fn while_all_wait<'a>(effort: Effort) -> Asked<'a> {
    let asked = ask(
        ["burns", "What burns while everyone waits?"],
        "workers, 4 URLs, requests that wait 50 ms",
        (Unit::Plain("us of CPU a second"), "Microseconds of CPU a second"),
        |question, _| question.notes.extend(how_much_more(question)),
    );
    let (urls, rounds) = (urls(4), if effort.quick { 2 } else { 4 });
    let post = urls.clone();
    let mut lines = both(move |design| burnt(design, &urls, rounds));
    let line = Design::AsPostedMutex;
    let measure = move || burnt(line, &post, rounds);
    lines.push((line.name().into(), Box::new(measure)));
    asked.at(8.0, lines)
}

fn burnt(design: Design, urls: &Arc<[Url]>, rounds: u64) -> Measured {
    let settings = Settings {
        pollers: EIGHT,
        interval: Duration::ZERO,
        rounds: NonZeroU64::new(rounds),
        ..Settings::default()
    };
    let wait = Duration::from_millis(50);
    let web = FakeHttp::new().latency(wait..=wait);
    let ready = design.ready(settings, urls.clone(), &web, &());
    let (began, cpu) = (Instant::now(), CpuClock::start());
    (ready.run)().expect("enough threads");
    let cpu = cpu.elapsed().unwrap_or_default();
    let share = cpu.as_secs_f64() / began.elapsed().as_secs_f64();
    Measured { figure: share * 1e6, ..Measured::default() }
}

fn how_much_more(question: &Question) -> Option<String> {
    let times = |other| question.ratio("as-posted-mutex", other, 8.0);
    let (mutex, channel) = (times("mutex")?, times("channel")?);
    Some(format!(
        "as-posted-mutex, which looks again at once, burns {:.0} times what \
         mutex does, and {:.0} times what channel does.",
        mutex.middle, channel.middle
    ))
}

pub fn to_stop<'a>() -> Asked<'a> {
    let asked = ask(
        ["stop", "How long does it take to stop?"],
        "URLs, none of them due for long",
        (Unit::Time, "Nanoseconds from stop to the end of all 4 workers"),
        none,
    );
    let urls = urls(100);
    asked.at(100.0, both(move |design| stopped(design, &urls)))
}

fn stopped(design: Design, urls: &Arc<[Url]>) -> Measured {
    let interval = Duration::from_secs(3600);
    let settings = Settings { pollers: FOUR, interval, ..Settings::default() };
    let web = FakeHttp::new();
    let ready = design.ready(settings, urls.clone(), &web, &());
    let stop = ready.stop.clone();
    thread::scope(|scope| {
        let stopped = scope.spawn(move || {
            // By then all have been polled once, and all sleep.
            thread::sleep(Duration::from_millis(5));
            let now = Instant::now();
            stop();
            now
        });
        (ready.run)().expect("enough threads");
        let end = Instant::now();
        let stopped = stopped.join().expect("no panic");
        let figure = (end - stopped).as_nanos() as f64;
        Measured { figure, ..Measured::default() }
    })
}
