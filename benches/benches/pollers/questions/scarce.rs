//! What a poll's coordination costs where cores are scarce.

use std::thread;

use benches::lines::Line;
use benches::load::{OtherPrograms, on_one_core as alone};
use benches::rounds::{Measured, Timed};
use benches::verdict::Question;
use benches::verdict::machine::Others;
use benches::verdict::words::{count, short};

use super::{Run, THREE, WORKERS, ask, urls};
use crate::cores::{can_pin, pin};
use crate::points::{Asked, Effort};
use crate::unit::Unit;

const UNIT: &str = "Nanoseconds a poll, 4 workers, requests that take no time";

/// So many URLs are out at once: the last fills the window of the scheduler.
const SIZES: [usize; 3] = [4, 100, 10_000];

pub fn on_one_core<'a>(effort: Effort) -> Asked<'a> {
    let kept = can_pin();
    let asked = ask(
        ["one-core", "What does it cost on one core?"],
        "URLs, all threads on one core",
        (Unit::Time, UNIT),
        |question, _| {
            if !can_pin() {
                let skipped = "Skipped: this system does not keep threads on \
                               one core.";
                question.notes.push(skipped.into());
            }
            question.notes.extend(what_the_window_does(question));
        },
    );
    let run = |run: &Run| {
        // `Run` stays on this thread, so it is asked first how often.
        let (line, workers, polls) = (run.line, run.workers, run.polls());
        let (urls, work) = (run.urls.clone(), run.work);
        let one = move || line.run(workers, &urls, polls, work);
        let sample = alone(pin, one).expect("it could be kept on one before");
        Measured { figure: sample.ns(), cpu: sample.cpu_ns(), late: 0.0 }
    };
    let sizes = if kept { &SIZES[..] } else { &[] };
    by_sizes(asked, sizes, effort, run)
}

pub fn beside_other_programs(effort: Effort, others: &Others) -> Asked<'_> {
    let cores = thread::available_parallelism().map_or(1, usize::from);
    let asked = ask(
        ["busy", "What does it cost beside other programs?"],
        "URLs, and as many busy programs as cores",
        (Unit::Time, UNIT),
        |question, _| {
            question.notes.extend(what_the_window_does(question));
        },
    );
    let run = move |run: &Run| {
        let polls = run.polls();
        let busy = OtherPrograms::start(cores);
        let busy = busy.expect("this program can be started again");
        let sample = run.once(polls);
        others.leave_out(busy.end());
        Measured { figure: sample.ns(), cpu: sample.cpu_ns(), late: 0.0 }
    };
    by_sizes(asked, &SIZES, effort, run)
}

fn by_sizes<'a>(
    mut asked: Asked<'a>,
    sizes: &[usize],
    effort: Effort,
    run: impl Fn(&Run) -> Measured + Clone + 'a,
) -> Asked<'a> {
    for size in sizes {
        let all = urls(*size);
        let time = |line: Line| -> Timed<'a> {
            let (run, name) = (run.clone(), line.name().to_string());
            let one = Run::new(line, WORKERS, &all, effort.run_ns);
            (name, Box::new(move || run(&one)))
        };
        asked = asked.at(*size as f64, THREE.map(time).into());
    }
    asked
}

/// A thread that empties its channel waits until the system runs the one that
/// fills it: the more lies in the channel, the more polls share that wait.
fn what_the_window_does(question: &Question) -> Option<String> {
    let (few, many) = (SIZES[0] as f64, SIZES[2] as f64);
    let ns = |line, at| question.median(line, at);
    let less = |line| Some(short(ns(line, few)? / ns(line, many)?));
    let (mutex, channel) = (less("mutex")?, less("channel")?);
    Some(format!(
        "As many URLs lie in the channels as there are, up to the window: \
         from {few} to {} URLs a poll over channels gets cheaper by a factor \
         of {channel}, under the lock by {mutex}.",
        count(many)
    ))
}
