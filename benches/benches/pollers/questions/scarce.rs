//! What a poll's coordination costs where cores are scarce.

use std::rc::Rc;
use std::thread;

use benches::lines::{Line, urls};
use benches::load::{OtherPrograms, can_pin, on_one_core as alone};
use benches::rounds::{Measured, Timed};

use super::{COMMON, Run, THREE, WORKERS, ask};
use crate::points::{Asked, Effort};

/// So many URLs are out at once: the last fills the window.
const SIZES: [usize; 3] = [4, COMMON, 10_000];

/// What a poll is made of.
const PRICES: [Line; 4] =
    [Line::LockPair, Line::HandOver, Line::WakingHop, Line::EmptyLook];

pub fn on_one_core<'a>(effort: Effort) -> Asked<'a> {
    let asked = ask(
        ["one-core", "What does it cost on one core?"],
        "URLs",
        "Time of a poll with all threads on one core, 4 workers, requests \
         that take no time",
    );
    if !can_pin() {
        println!("Left out: this system does not keep threads on one core.");
        return asked;
    }
    by_sizes(asked, effort, &PRICES, |run| {
        // `Run` stays on this thread, so it is asked first how often.
        let (line, workers, polls) = (run.line, run.workers, run.polls());
        let (urls, work) = (run.urls.clone(), run.work);
        let one = move || line.run(workers, &urls, polls, work);
        alone(one).expect("it could be kept on one before").each()
    })
}

pub fn beside_other_programs<'a>(effort: Effort) -> Asked<'a> {
    let cores = thread::available_parallelism().map_or(1, usize::from);
    let asked = ask(
        ["busy", "What does it cost beside other programs?"],
        "URLs",
        "Time of a poll beside as many busy programs as cores, 4 workers, \
         requests that take no time",
    );
    by_sizes(asked, effort, &[], move |run| {
        let polls = run.polls();
        let busy = OtherPrograms::start(cores);
        let busy = busy.expect("this program can be started again");
        let sample = run.once(polls);
        busy.end();
        sample.each()
    })
}

fn by_sizes<'a>(
    mut asked: Asked<'a>,
    effort: Effort,
    prices: &[Line],
    measure: impl Fn(&Run) -> Measured + Clone + 'a,
) -> Asked<'a> {
    for size in SIZES {
        let all = urls(size);
        let time = |line: Line| -> Timed<'a> {
            let (measure, name) = (measure.clone(), line.name().to_string());
            let run = Run::new(line, WORKERS, &all, effort.run_ns);
            (name, Rc::new(move || measure(&run)))
        };
        let prices = if size == COMMON { prices } else { &[] };
        let lines = THREE.iter().chain(prices).copied().map(time);
        asked = asked.at(size as f64, lines.collect());
    }
    asked
}
