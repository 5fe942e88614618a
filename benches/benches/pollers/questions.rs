//! The questions that the benchmark answers.

use std::cell::OnceCell;
use std::num::{NonZeroU64, NonZeroUsize};
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use benches::lines::{Line, Work};
use benches::verdict::{Question, count};
use compare::design::{Design, Ready};
use compare::measure::CpuClock;
use compare::record::Recorder;
use criterion::Criterion;
use criterion::measurement::Measurement;
use shared::http::fake::FakeHttp;
use shared::{Settings, Url};

use crate::HEAP;
use crate::points::{CpuTime, Effort, Sample, Timed, point};

const MUTEX: Line = Line::Design(Design::Mutex);
const CHANNEL: Line = Line::Design(Design::Channel);
const POST_MUTEX: Line = Line::Design(Design::AsPostedMutex);
const POST_CHANNEL: Line = Line::Design(Design::AsPostedChannel);
const CODEWALK: Line = Line::Design(Design::Codewalk);

const NO_WORK: Work = Work::Cpu(Duration::ZERO);
const WORKERS: usize = 4;
const FOUR: NonZeroUsize = NonZeroUsize::new(WORKERS).unwrap();
const EIGHT: NonZeroUsize = NonZeroUsize::new(8).unwrap();
const BOTH: [Design; 2] = [Design::Mutex, Design::Channel];

/// A line whose next point would take longer than this stops.
const TOO_LONG_NS: f64 = 5e8;

/// Every question in turn.
pub fn ask_all(quick: bool) -> Vec<Question> {
    let mut wall = Criterion::default()
        .without_plots()
        .noise_threshold(0.25)
        .configure_from_args();
    let mut cpu = Criterion::default()
        .without_plots()
        .noise_threshold(0.25)
        .with_measurement(CpuTime)
        .configure_from_args();
    let effort = if quick {
        Effort { rounds: 5, run_ns: 4e6, quick }
    } else {
        Effort { rounds: 15, run_ns: 1e7, quick }
    };
    let few = Effort { rounds: if quick { 2 } else { 5 }, ..effort };
    let questions = vec![
        by_urls(&mut wall, effort, quick),
        by_workers(&mut wall, effort),
        by_request(&mut wall, effort),
        while_all_wait(&mut cpu, few, quick),
        how_late(&mut wall, few, quick),
        to_stop(&mut wall, effort),
        memory(&mut wall, few),
    ];
    wall.final_summary();
    questions
}

fn question(
    asks: &'static str,
    of: &'static str,
    unit: &'static str,
) -> Question {
    Question { asks, of, unit, figures: Vec::new(), notes: Vec::new() }
}

fn urls(count: usize) -> Arc<[Url]> {
    let url = |n| Url::unchecked(format!("https://site-{n}.example/").as_str());
    (0..count).map(url).collect()
}

/// A line that is run with this many workers for about this time.
fn timed<'a>(
    line: Line,
    workers: usize,
    urls: &'a Arc<[Url]>,
    work: Work,
    effort: Effort,
) -> Timed<'a> {
    let cost = OnceCell::new();
    let run = move || {
        // How many polls take so long is found out by trying, once.
        let polls = cost.get_or_init(|| {
            let trial = line.run(workers, urls, 200, work);
            (effort.run_ns / trial.ns()).max(200.0) as u64
        });
        let sample = line.run(workers, urls, *polls, work);
        (sample.ns(), sample.cpu_ns())
    };
    (line.name().to_string(), Box::new(run))
}

/// The two finished pollers, and what is measured of each.
fn both<'a>(measure: impl Fn(Design) -> Sample + Copy + 'a) -> Vec<Timed<'a>> {
    let timed = |design: Design| -> Timed<'a> {
        (design.name().into(), Box::new(move || measure(design)))
    };
    BOTH.into_iter().map(timed).collect()
}

fn by_urls<M: Measurement<Value = Duration>>(
    criterion: &mut Criterion<M>,
    effort: Effort,
    quick: bool,
) -> Question {
    let mut question = question(
        "What does one poll's coordination cost as URLs grow?",
        "URLs",
        "Nanoseconds a poll, 4 workers, requests that take no time",
    );
    let mut lines = vec![MUTEX, CHANNEL, POST_MUTEX, POST_CHANNEL, CODEWALK];
    lines.extend([Line::Partition, Line::LockPair, Line::SendAndReceive]);
    lines.push(Line::WakingHop);
    let sizes = [4, 100, 1_000, 10_000, 100_000, 1_000_000];
    let most = if quick { 5 } else { 6 };
    for (n, size) in sizes.into_iter().take(most).enumerate() {
        let urls = urls(size);
        let effort = match size {
            0..100_000 => effort,
            // A round of all URLs takes long enough.
            _ => Effort { rounds: effort.rounds.min(5), ..effort },
        };
        let time = |line: &Line| timed(*line, WORKERS, &urls, NO_WORK, effort);
        let timed: Vec<_> = lines.iter().map(time).collect();
        point(criterion, &mut question, size as f64, &timed, effort);
        // It has nothing to do with URLs: once is enough.
        lines.retain(|line| *line != Line::WakingHop);
        let Some(next) = sizes.get(n + 1) else { break };
        lines.retain(|line| {
            let Some(ns) = question.median(line.name(), size as f64) else {
                return true;
            };
            // A scan grows with the URLs, and so do sleeping threads.
            let grows = *line == POST_MUTEX || *line == CODEWALK;
            let growth = *next as f64 / size as f64;
            let long = grows && ns * growth * *next as f64 > TOO_LONG_NS;
            if long {
                question.notes.push(format!(
                    "{} stops at {} URLs: more would take too long.",
                    line.name(),
                    count(size as f64)
                ));
            }
            !long
        });
    }
    question
}

fn by_workers<M: Measurement<Value = Duration>>(
    criterion: &mut Criterion<M>,
    effort: Effort,
) -> Question {
    let mut question = question(
        "What does it cost as workers grow?",
        "workers",
        "Nanoseconds a poll, 100 URLs, requests that take no time",
    );
    let urls = urls(100);
    let mut lines = vec![MUTEX, CHANNEL, Line::Partition];
    lines.extend([Line::LockPair, Line::SendAndReceive]);
    for workers in [1, 2, 4, 8] {
        let time = |line: &Line| timed(*line, workers, &urls, NO_WORK, effort);
        let timed: Vec<_> = lines.iter().map(time).collect();
        point(criterion, &mut question, workers as f64, &timed, effort);
    }
    question.notes.push(
        "With as many workers as cores, one may win the lock for long runs, \
         or it may go to and fro: see how wide the interval is."
            .into(),
    );
    question
}

fn by_request<M: Measurement<Value = Duration>>(
    criterion: &mut Criterion<M>,
    effort: Effort,
) -> Question {
    let mut question = question(
        "When does it stop mattering?",
        "microseconds a request",
        "Nanoseconds a poll, 4 workers, 100 URLs; 1,000 microseconds are \
         waited, the others are worked",
    );
    let urls = urls(100);
    let effort = Effort { run_ns: effort.run_ns * 2.0, ..effort };
    for us in [0_u64, 1, 10, 100, 1_000] {
        let time = Duration::from_micros(us);
        let work = if us < 1_000 { Work::Cpu(time) } else { Work::Wait(time) };
        let lines = [MUTEX, CHANNEL, Line::Partition];
        let time = |line: &Line| timed(*line, WORKERS, &urls, work, effort);
        let timed: Vec<_> = lines.iter().map(time).collect();
        point(criterion, &mut question, us as f64, &timed, effort);
    }
    question
}

fn while_all_wait<M: Measurement<Value = Duration>>(
    criterion: &mut Criterion<M>,
    effort: Effort,
    quick: bool,
) -> Question {
    let mut question = question(
        "What burns while everyone waits?",
        "workers, 4 URLs, requests that wait 50 ms",
        "Microseconds of CPU a second",
    );
    let urls = &urls(4);
    let rounds = if quick { 4 } else { 8 };
    let measure = move |design: Design| {
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
        (share * 1e6, share * 1e6)
    };
    let mut lines = both(measure);
    let post = Design::AsPostedMutex;
    lines.push((post.name().into(), Box::new(move || measure(post))));
    point(criterion, &mut question, 8.0, &lines, effort);
    let burns = question.ratio("as-posted-mutex", "mutex", 8.0);
    let more = question.ratio("as-posted-mutex", "channel", 8.0);
    if let (Some(burns), Some(more)) = (burns, more) {
        question.notes.push(format!(
            "as-posted-mutex, which looks again at once, burns {:.0} times \
             what mutex does, and {:.0} times what channel does.",
            burns.middle, more.middle
        ));
    }
    question
}

fn how_late<M: Measurement<Value = Duration>>(
    criterion: &mut Criterion<M>,
    effort: Effort,
    quick: bool,
) -> Question {
    let mut question = question(
        "How late does a due poll start?",
        "URLs, 20,000 due a second",
        "Nanoseconds from due to begun: half of the polls begin sooner",
    );
    let long = Duration::from_millis(if quick { 300 } else { 600 });
    let sizes: &[usize] =
        if quick { &[1_000, 100_000] } else { &[1_000, 30_000, 1_000_000] };
    for size in sizes {
        let urls = &urls(*size);
        let lines = both(move |design| late(design, urls, long));
        let effort = Effort { rounds: effort.rounds.min(4), ..effort };
        point(criterion, &mut question, *size as f64, &lines, effort);
    }
    question
}

fn late(design: Design, urls: &Arc<[Url]>, long: Duration) -> Sample {
    let settings = Settings {
        pollers: FOUR,
        interval: Duration::from_micros(urls.len() as u64 * 50),
        spread: true,
        ..Settings::default()
    };
    let web = Recorder::new(FakeHttp::new(), &settings, urls, 0);
    let Ready { stop, run } = design.ready(settings, urls.clone(), &web, &());
    thread::scope(|scope| {
        scope.spawn(move || {
            thread::sleep(long);
            stop();
        });
        run().expect("enough threads");
    });
    let late = web.into_recorded().late;
    (late.map_or(0.0, |late| late.p50.as_nanos() as f64), 0.0)
}

fn to_stop<M: Measurement<Value = Duration>>(
    criterion: &mut Criterion<M>,
    effort: Effort,
) -> Question {
    let mut question = question(
        "How long does it take to stop?",
        "URLs, none of them due for long",
        "Nanoseconds from stop to the end of all 4 workers",
    );
    let urls = &urls(100);
    let measure = move |design: Design| {
        let settings = Settings {
            pollers: FOUR,
            interval: Duration::from_secs(3600),
            ..Settings::default()
        };
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
            ((end - stopped).as_nanos() as f64, 0.0)
        })
    };
    point(criterion, &mut question, 100.0, &both(measure), effort);
    question
}

fn memory<M: Measurement<Value = Duration>>(
    criterion: &mut Criterion<M>,
    effort: Effort,
) -> Question {
    let mut question = question(
        "What does a URL take in memory, beyond its text?",
        "URLs",
        "Bytes (criterion calls them ns), ready to run",
    );
    let size = 100_000;
    let measure = move |design: Design| {
        let held = || {
            let stats = HEAP.stats();
            stats.bytes_allocated as f64 - stats.bytes_deallocated as f64
        };
        let before = held();
        let urls = urls(size);
        let text: usize = urls.iter().map(|url| url.as_str().len()).sum();
        let settings = Settings { pollers: FOUR, ..Settings::default() };
        let web = FakeHttp::new();
        let ready = design.ready(settings, urls, &web, &());
        let bytes = (held() - before - text as f64) / size as f64;
        drop(ready);
        (bytes, 0.0)
    };
    point(criterion, &mut question, size as f64, &both(measure), effort);
    question
}
