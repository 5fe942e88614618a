//! One point of a question: all its lines, measured in turn.

use std::cell::{Cell, OnceCell};
use std::env;
use std::thread;
use std::time::Duration;

use benches::verdict::{Figure, Question, count};
use criterion::measurement::{Measurement, ValueFormatter, WallTime};
use criterion::{BenchmarkId, Criterion, SamplingMode};

/// One figure, and the CPU time, in the same unit.
pub type Sample = (f64, f64);

/// A line's name, and what measures it once.
pub type Timed<'a> = (String, Box<dyn Fn() -> Sample + 'a>);

/// How much is measured.
#[derive(Clone, Copy)]
pub struct Effort {
    /// How often all lines of a point are run.
    pub rounds: usize,
    /// How long one run should take, in nanoseconds.
    pub run_ns: f64,
    /// It is criterion's quick mode.
    pub quick: bool,
}

/// Measures a point when criterion reaches it (it may be filtered out), and
/// gives criterion the samples.
pub fn point<M: Measurement<Value = Duration>>(
    criterion: &mut Criterion<M>,
    question: &mut Question,
    at: f64,
    lines: &[Timed<'_>],
    effort: Effort,
) {
    let measured = OnceCell::new();
    // Now, if criterion is sure to ask for it: it takes what passes while it
    // asks for the first time for the cost of one iteration.
    if lines.iter().any(|(name, _)| is_asked_for(question, name, at)) {
        println!("\n{} ({} {})", question.asks, count(at), question.of);
        let all = measure(lines, effort);
        assert!(measured.set(all).is_ok(), "it was empty");
    }
    let mut group = criterion.benchmark_group(question.asks);
    // The samples are there: criterion need not wait for them.
    group
        .warm_up_time(Duration::from_nanos(1))
        .measurement_time(Duration::from_millis(1))
        .sample_size(effort.rounds.max(10))
        .sampling_mode(SamplingMode::Flat);
    for (line, (name, _)) in lines.iter().enumerate() {
        let next = Cell::new(0);
        let id = BenchmarkId::new(name, at);
        group.bench_function(id, |bencher| {
            bencher.iter_custom(|iters| {
                let all = measured.get_or_init(|| measure(lines, effort));
                let samples: &Vec<Sample> = &all[line];
                let sample = samples[next.get() % samples.len()];
                next.set(next.get() + 1);
                let ns = sample.0 * iters as f64;
                if effort.quick {
                    // Its quick mode doubles `iters` for a tenth of a second,
                    // and would overflow.
                    thread::sleep(Duration::from_millis(12));
                }
                Duration::from_nanos(ns.min(1e18) as u64)
            });
        });
    }
    group.finish();
    let Some(all) = measured.into_inner() else { return };
    for ((name, _), samples) in lines.iter().zip(all) {
        let (samples, cpu) = samples.into_iter().unzip();
        let line = name.clone();
        question.figures.push(Figure { line, at, samples, cpu });
    }
}

/// Whether the command line names no benchmark, or this one. It need not
/// understand all that criterion does: what it misses is measured later.
fn is_asked_for(question: &Question, name: &str, at: f64) -> bool {
    let id = format!("{}/{name}/{at}", question.asks);
    let mut args = env::args().skip(1);
    while let Some(arg) = args.next() {
        match arg.as_str() {
            "--bench" | "--quick" | "-n" | "--noplot" | "--verbose" | "-v"
            | "--quiet" | "--discard-baseline" | "--exact" | "--list"
            | "--test" | "--ignored" => {}
            // The others have a value.
            flag if flag.starts_with('-') && !flag.contains('=') => {
                args.next();
            }
            flag if flag.starts_with('-') => {}
            filter => return id.contains(filter),
        }
    }
    !env::args().any(|arg| arg == "--list" || arg == "--test")
}

/// There and back again, after a round that does not count.
fn measure(lines: &[Timed<'_>], effort: Effort) -> Vec<Vec<Sample>> {
    let mut all: Vec<Vec<Sample>> = vec![Vec::new(); lines.len()];
    for (_, run) in lines {
        run();
    }
    for round in 0..effort.rounds {
        let mut order: Vec<usize> = (0..lines.len()).collect();
        if round % 2 == 1 {
            order.reverse();
        }
        for line in order {
            all[line].push(lines[line].1());
        }
    }
    all
}

/// CPU time, as criterion wants it.
pub struct CpuTime;

impl Measurement for CpuTime {
    type Intermediate = cpu_time::ProcessTime;
    type Value = Duration;

    fn start(&self) -> Self::Intermediate {
        cpu_time::ProcessTime::now()
    }

    fn end(&self, start: Self::Intermediate) -> Duration {
        start.elapsed()
    }

    fn add(&self, a: &Duration, b: &Duration) -> Duration {
        *a + *b
    }

    fn zero(&self) -> Duration {
        Duration::ZERO
    }

    fn to_f64(&self, value: &Duration) -> f64 {
        WallTime.to_f64(value)
    }

    fn formatter(&self) -> &dyn ValueFormatter {
        WallTime.formatter()
    }
}
