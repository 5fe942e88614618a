//! The points of a question: what is measured, when, and how criterion hears
//! of it.

use std::iter;
use std::time::Duration;

use benches::args::Args;
use benches::rounds::{Rounds, Timed};
use benches::verdict::tables::Unit;
use benches::verdict::{Figure, Question};
use criterion::{BenchmarkId, Criterion, SamplingMode};
use fastrand::Rng;

/// How much is measured in one run.
#[derive(Clone, Copy)]
pub struct Effort {
    /// How long one run should take, in nanoseconds.
    pub run_ns: f64,
    /// Not the points that take long.
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

    /// Without the points of which the command line names no line. Of the
    /// others all lines are measured, for the ratios.
    pub fn named(mut self, args: &Args) -> Self {
        let Question { name, asks, .. } = self.question;
        self.points.retain(|(at, rounds)| {
            let id = |line| format!("{name}: {asks}/{line}/{at}");
            rounds.names().any(|line| args.ask_for(id(line)))
        });
        self
    }

    /// Its lines against themselves.
    pub fn same(mut self) -> Self {
        // A number of bytes is the same each time.
        let is_time = self.question.unit == Unit::Time;
        let points = self.points.into_iter().filter(|_| is_time);
        self.points = points.map(|(at, all)| (at, all.twins())).collect();
        self.common = None;
        self
    }

    /// Another round of all its points.
    pub fn measure(&mut self, random: &mut Rng) {
        for (_, point) in &mut self.points {
            point.measure(random);
        }
    }

    /// What was measured.
    pub fn answered(self) -> Question {
        let mut question = self.question;
        for (at, rounds) in self.points {
            let lines = rounds.by_lines().into_iter();
            let figure =
                |(name, all): (String, Vec<_>)| Figure::new(&name, at, &all);
            question.figures.extend(lines.map(figure));
        }
        question
    }
}

/// For how long criterion believes that it measures.
const PRETENDED: Duration = Duration::from_millis(1);

/// Gives criterion the samples of a question, each of them once. It takes no
/// fewer than ten.
pub fn tell_criterion(question: &Question) {
    let enough =
        |f: &&Figure| question.unit == Unit::Time && f.samples.len() > 9;
    for Figure { line, at, samples, .. } in
        question.figures.iter().filter(enough)
    {
        // The first that it hears is its warm-up, of which it keeps only how
        // long a call took.
        let mut all = iter::once(&samples[0]).chain(samples);
        let mut criterion = Criterion::default()
            .without_plots()
            .noise_threshold(0.25)
            // Of a dozen samples: more would only take longer.
            .nresamples(20_000);
        let mut group = criterion.benchmark_group(question.asks);
        // The samples are there: it need not wait for them.
        group
            .warm_up_time(Duration::from_nanos(1))
            .measurement_time(PRETENDED)
            .sample_size(samples.len())
            .sampling_mode(SamplingMode::Flat);
        let id = BenchmarkId::new(line, at);
        group.bench_function(id, |bencher| {
            bencher.iter_custom(|iters| {
                let ns = all.next().expect("as many as it was told");
                Duration::from_nanos((ns * iters as f64) as u64)
            });
        });
        group.finish();
    }
}
