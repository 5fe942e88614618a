//! What is asked of the pollers.

mod scarce;
mod speed;
mod waiting;

use std::cell::OnceCell;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use benches::clocks::Sample;
use benches::lines::{Line, Work};
use benches::rounds::{Measured, Timed};
use benches::verdict::Question;
use benches::verdict::tables::Unit;
use compare::design::Design;
use shared::Url;

use crate::points::{Asked, Effort};

/// The two finished pollers, and the same work with nothing shared.
const THREE: [Line; 3] = [
    Line::Design(Design::Mutex),
    Line::Design(Design::Channel),
    Line::Partition,
];
const BOTH: [Design; 2] = [Design::Mutex, Design::Channel];

const NO_WORK: Work = Work::Cpu(Duration::ZERO);
const WORKERS: usize = 4;
/// How many URLs most questions have.
pub const COMMON: usize = 100;

/// Every question. The first measures one configuration that others ask for,
/// too: 4 workers, 100 URLs, requests that take no time.
pub fn all<'a>(effort: Effort) -> Vec<Asked<'a>> {
    vec![
        speed::by_urls(effort),
        speed::by_workers(effort),
        speed::by_request(effort),
        scarce::on_one_core(effort),
        scarce::beside_other_programs(effort),
        waiting::to_be_on_time(effort),
        waiting::while_all_wait(effort),
        waiting::in_memory(),
    ]
}

/// A question of which nothing is measured yet.
fn ask<'a>(
    [name, asks]: [&'static str; 2],
    of: &'static str,
    what: &'static str,
) -> Asked<'a> {
    let (unit, figures) = (Unit::Time, Vec::new());
    let question = Question { name, asks, of, what, unit, figures };
    Asked { question, points: Vec::new(), common: None }
}

/// A line with so many workers, and how often it polls in one run.
#[derive(Clone)]
struct Run {
    line: Line,
    workers: usize,
    urls: Arc<[Url]>,
    work: Work,
    run_ns: f64,
    polls: OnceCell<u64>,
}

impl Run {
    fn new(line: Line, workers: usize, urls: &Arc<[Url]>, run_ns: f64) -> Self {
        let (work, polls) = (NO_WORK, OnceCell::new());
        Run { line, workers, urls: urls.clone(), work, run_ns, polls }
    }

    /// As often as takes about `run_ns`. That is long, because threads begin
    /// on the core of the thread that starts them: a run of 2 ms would be over
    /// before the system has spread them. The quickest of a few trials counts,
    /// since one that was interrupted would make all runs too short.
    fn polls(&self) -> u64 {
        *self.polls.get_or_init(|| {
            let mut polls = 1_000;
            loop {
                let trials = (0..3).map(|_| self.once(polls).each().figure);
                let ns = trials.fold(f64::INFINITY, f64::min);
                if ns * polls as f64 * 10.0 > self.run_ns {
                    return (self.run_ns / ns).max(200.0) as u64;
                }
                polls *= 4;
            }
        })
    }

    fn once(&self, polls: u64) -> Sample {
        self.line.run(self.workers, &self.urls, polls, self.work)
    }

    fn timed<'a>(self) -> Timed<'a> {
        let name = self.line.name().to_string();
        (name, Rc::new(move || self.once(self.polls()).each()))
    }
}

/// What is measured of each of these designs.
fn each<'a>(
    designs: &[Design],
    measure: impl Fn(Design) -> Measured + Clone + 'a,
) -> Vec<Timed<'a>> {
    let timed = |design: &Design| -> Timed<'a> {
        let (measure, design) = (measure.clone(), *design);
        (design.name().into(), Rc::new(move || measure(design)))
    };
    designs.iter().map(timed).collect()
}
