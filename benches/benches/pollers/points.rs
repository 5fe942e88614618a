//! The points of a question: what is measured, when, and how criterion hears
//! of it.

use std::cell::Cell;
use std::env;
use std::thread;
use std::time::Duration;

use benches::rounds::{Rounds, Timed};
use benches::verdict::{Figure, Question};
use criterion::{BenchmarkId, Criterion, SamplingMode};

use crate::unit::Made;

/// How much is measured.
#[derive(Clone, Copy)]
pub struct Effort {
    /// How often all lines of all points are run.
    pub rounds: usize,
    /// How long one run should take, in nanoseconds.
    pub run_ns: f64,
    /// It is criterion's quick mode.
    pub quick: bool,
}

/// A question that is being asked.
pub struct Asked<'a> {
    pub question: Question,
    /// Where it is asked, and the lines that are measured there.
    pub points: Vec<(f64, Rounds<'a>)>,
    /// Where the configuration stands that the first question has measured.
    pub common: Option<f64>,
}

impl<'a> Asked<'a> {
    /// Measures this at that place.
    pub fn at(mut self, at: f64, lines: Vec<Timed<'a>>) -> Self {
        self.points.push((at, Rounds::new(lines)));
        self
    }

    /// Another round of all its points, if criterion is sure to ask for them.
    pub fn measure(&self, rounds: usize) {
        for (at, point) in &self.points {
            let mut names = point.names();
            if names.any(|name| is_asked_for(&self.question, name, *at)) {
                point.at_least(rounds);
            }
        }
    }

    /// Tells criterion, and gives what was measured.
    pub fn told(self, effort: Effort) -> Question {
        let mut question = self.question;
        let mut criterion = Criterion::default()
            .without_plots()
            .noise_threshold(0.25)
            // Of a dozen samples: more would only take longer.
            .nresamples(20_000)
            .with_measurement(Made(question.unit))
            .configure_from_args();
        for (at, rounds) in self.points {
            tell(&mut criterion, &question, at, &rounds, effort);
            for (name, rounds) in rounds.by_lines() {
                question.figures.push(Figure::new(&name, at, &rounds));
            }
        }
        question
    }
}

/// For how long criterion believes that it measures.
const PRETENDED: Duration = Duration::from_millis(1);

/// Gives criterion the samples of a point, each of them once. It takes at least
/// ten, and as many as were measured; in its quick mode three.
fn tell(
    criterion: &mut Criterion<Made>,
    question: &Question,
    at: f64,
    rounds: &Rounds<'_>,
    effort: Effort,
) {
    let mut group = criterion.benchmark_group(question.asks);
    // The samples are there: it need not wait for them.
    group
        .warm_up_time(Duration::from_nanos(1))
        .measurement_time(PRETENDED)
        .sample_size(effort.rounds.max(10))
        .sampling_mode(SamplingMode::Flat);
    for (line, name) in rounds.names().enumerate() {
        let calls = Cell::new(0);
        group.bench_function(BenchmarkId::new(name, at), |bencher| {
            bencher.iter_custom(|iters| {
                // If it was not sure that they are asked for.
                rounds.at_least(effort.rounds);
                calls.set(calls.get() + 1);
                if !effort.quick {
                    return rounds.told(line, iters, calls.get());
                }
                // Criterion's quick mode has no warm-up. It asks for one
                // iteration, for two, four, and so on, until its time is up:
                // let that be after the second call.
                if calls.get() > 1 {
                    thread::sleep(PRETENDED * 2);
                }
                rounds.told(line, iters, calls.get() + 1)
            });
        });
    }
    group.finish();
}

/// Whether the command line names no benchmark, or this one. It need not
/// understand all that criterion does: what it misses is measured later.
fn is_asked_for(question: &Question, name: &str, at: f64) -> bool {
    let id = format!("{}/{name}/{at}", question.asks);
    let mut names = env::args().skip(1).filter(|arg| !arg.starts_with('-'));
    names.next().is_none_or(|name| id.contains(&name))
}
