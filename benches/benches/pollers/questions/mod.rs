//! What is asked of the pollers.

mod memory;
mod scarce;
mod speed;
mod waiting;

use std::cell::OnceCell;
use std::sync::Arc;
use std::time::Duration;

use benches::lines::{Line, Work};
use benches::rounds::{Measured, Timed};
use benches::verdict::Question;
use benches::verdict::machine::Others;
use compare::design::Design;
use shared::Url;

use crate::points::{Asked, Effort, Notes};
use crate::unit::Unit;

const MUTEX: Line = Line::Design(Design::Mutex);
const CHANNEL: Line = Line::Design(Design::Channel);

/// The two finished pollers, and the same work with nothing shared.
const THREE: [Line; 3] = [MUTEX, CHANNEL, Line::Partition];
const THEIR_NAMES: [&str; 3] = ["mutex", "channel", "partition"];
const BOTH: [Design; 2] = [Design::Mutex, Design::Channel];

const NO_WORK: Work = Work::Cpu(Duration::ZERO);
const WORKERS: usize = 4;

/// Every question. The first measures one configuration that others ask for,
/// too: 4 workers, 100 URLs, requests that take no time.
pub fn all(effort: Effort, others: &Others) -> Vec<Asked<'_>> {
    vec![
        speed::by_urls(effort),
        speed::by_workers(effort),
        speed::by_request(effort),
        scarce::on_one_core(effort),
        scarce::beside_other_programs(effort, others),
        waiting::to_be_on_time(effort),
        waiting::how_late(effort),
        waiting::while_all_wait(effort),
        waiting::to_stop(),
        memory::of_a_url(),
    ]
}

/// A question of which nothing is measured yet.
fn ask<'a>(
    [name, asks]: [&'static str; 2],
    of: &'static str,
    (unit, in_words): (Unit, &'static str),
    notes: Notes,
) -> Asked<'a> {
    let question = Question {
        name,
        asks,
        of,
        unit: in_words,
        figures: Vec::new(),
        notes: Vec::new(),
    };
    Asked { question, unit, points: Vec::new(), notes }
}

fn urls(count: usize) -> Arc<[Url]> {
    let url = |n| Url::unchecked(format!("https://site-{n}.example/").as_str());
    (0..count).map(url).collect()
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
                let trials = (0..3).map(|_| self.once(polls).ns());
                let ns = trials.fold(f64::INFINITY, f64::min);
                if ns * polls as f64 * 10.0 > self.run_ns {
                    return (self.run_ns / ns).max(200.0) as u64;
                }
                polls *= 4;
            }
        })
    }

    fn once(&self, polls: u64) -> benches::lines::Sample {
        self.line.run(self.workers, &self.urls, polls, self.work)
    }

    fn measure(&self) -> Measured {
        let sample = self.once(self.polls());
        let (figure, cpu) = (sample.ns(), sample.cpu_ns());
        Measured { figure, cpu, late: 0.0 }
    }

    fn timed<'a>(self) -> Timed<'a> {
        let name = self.line.name().to_string();
        (name, Box::new(move || self.measure()))
    }
}

/// The two finished pollers, and what is measured of each.
fn both<'a>(
    measure: impl Fn(Design) -> Measured + Clone + 'a,
) -> Vec<Timed<'a>> {
    let timed = |design: Design| -> Timed<'a> {
        let measure = measure.clone();
        (design.name().into(), Box::new(move || measure(design)))
    };
    BOTH.into_iter().map(timed).collect()
}

fn none(_: &mut Question, _: &Question) {}
