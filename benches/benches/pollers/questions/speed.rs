//! What a poll's coordination costs, by URLs, by workers, by request.

use std::time::Duration;

use benches::lines::{Line, Work};
use benches::rounds::Timed;
use benches::verdict::stats::ratio;
use benches::verdict::words::{count, figure, short};
use benches::verdict::{Figure, Question};
use compare::design::Design;

use super::{CHANNEL, MUTEX, Run, THEIR_NAMES, THREE, WORKERS};
use super::{ask, urls};
use crate::cores::{are_two, cache_line};
use crate::points::{Asked, Effort};
use crate::unit::Unit;

/// How many URLs other questions have, too.
const COMMON: usize = 100;

/// Lines that cost more with each URL stop at so many.
const GROWING: [(Line, usize); 2] = [
    (Line::Design(Design::AsPostedMutex), 10_000),
    (Line::Design(Design::Codewalk), 1_000),
];

pub fn by_urls<'a>(effort: Effort) -> Asked<'a> {
    let mut asked = ask(
        ["urls", "What does one poll's coordination cost as URLs grow?"],
        "URLs",
        (
            Unit::Time,
            "Nanoseconds a poll, 4 workers, requests that take no time",
        ),
        |question, _| {
            for (line, most) in GROWING {
                question.notes.push(format!(
                    "{} stops at {} URLs: more would take too long.",
                    line.name(),
                    count(most as f64)
                ));
            }
            question.notes.extend(far_and_near(question));
        },
    );
    let sizes = [4, COMMON, 1_000, 10_000, 100_000, 1_000_000];
    let most = if effort.quick { 4 } else { 6 };
    for size in sizes.into_iter().take(most) {
        let all = urls(size);
        let time = |line| Run::new(line, WORKERS, &all, effort.run_ns).timed();
        let mut timed: Vec<_> = lines(size).into_iter().map(time).collect();
        if size == COMMON && are_two() {
            timed.push(("cache-line".into(), Box::new(cache_line)));
        }
        asked = asked.at(size as f64, timed);
    }
    asked
}

fn lines(size: usize) -> Vec<Line> {
    let mut lines = vec![MUTEX, CHANNEL];
    let few = |(_, most): &&(Line, usize)| size <= *most;
    lines.extend(GROWING.iter().filter(few).map(|(line, _)| *line));
    lines.push(Line::Design(Design::AsPostedChannel));
    lines.push(Line::Partition);
    if size == COMMON {
        // These have nothing to do with URLs: once is enough.
        lines.extend([Line::LockPair, Line::SendAndReceive, Line::WakingHop]);
    }
    lines
}

/// From here on two cores are far from each other, in ns for a cache line.
const FAR: f64 = 80.0;

/// What the distance of the cores does, if it has changed meanwhile.
fn far_and_near(question: &Question) -> Option<String> {
    let of = |line| question.figure(line, COMMON as f64);
    let distance = &of("cache-line")?.samples;
    let part = |far: bool| {
        let keep = |figure: &Figure| -> Vec<f64> {
            let both = figure.samples.iter().zip(distance);
            both.filter(|(_, d)| (**d >= FAR) == far).map(|(n, _)| *n).collect()
        };
        let all = THEIR_NAMES.map(|line| of(line).map(keep));
        let [Some(mutex), Some(channel), Some(alone)] = all else {
            return None;
        };
        if alone.is_empty() {
            return None;
        }
        let times = |a: &[f64]| ratio(a, &alone).middle;
        Some((alone.len(), short(times(&mutex)), short(times(&channel))))
    };
    let (near, far) = (part(false), part(true));
    let mut text = spread(distance);
    for (what, part) in [("below", near), ("above", far)] {
        let Some((rounds, mutex, channel)) = part else { continue };
        text += &format!(
            "; {what} {FAR} ns (rounds: {rounds}) mutex / partition was \
             {mutex}, channel / partition {channel}"
        );
    }
    Some(text + ".")
}

fn spread(distance: &[f64]) -> String {
    let low = distance.iter().copied().fold(f64::INFINITY, f64::min);
    let high = distance.iter().copied().fold(0.0, f64::max);
    format!(
        "At {COMMON} URLs: a cache line took {} to {} ns from one core to the \
         other",
        figure(low),
        figure(high)
    )
}

pub fn by_workers<'a>(effort: Effort) -> Asked<'a> {
    let mut asked = ask(
        ["workers", "What does it cost as workers grow?"],
        "workers",
        (
            Unit::Time,
            "Nanoseconds a poll, 100 URLs, requests that take no time",
        ),
        |question, first| {
            let mut names = THEIR_NAMES.to_vec();
            names.extend(["lock-pair", "send-recv"]);
            question.take_over(first, COMMON as f64, WORKERS as f64, &names);
        },
    );
    let all = urls(COMMON);
    let mut lines = THREE.to_vec();
    lines.extend([Line::LockPair, Line::SendAndReceive]);
    for workers in [1, 2, 8] {
        let time =
            |line: &Line| Run::new(*line, workers, &all, effort.run_ns).timed();
        let timed: Vec<Timed<'_>> = lines.iter().map(time).collect();
        asked = asked.at(workers as f64, timed);
    }
    asked
}

pub fn by_request<'a>(effort: Effort) -> Asked<'a> {
    let mut asked = ask(
        ["request", "When does it stop mattering?"],
        "microseconds a request",
        (
            Unit::Time,
            "Nanoseconds a poll, 4 workers, 100 URLs; a request of 1,000 \
             microseconds waits, the others compute",
        ),
        |question, first| {
            question.take_over(first, COMMON as f64, 0.0, &THEIR_NAMES);
        },
    );
    let all = urls(COMMON);
    for us in [1_u64, 10, 100, 1_000] {
        let time = Duration::from_micros(us);
        let work = if us < 1_000 { Work::Cpu(time) } else { Work::Wait(time) };
        let time = |line| {
            let run = Run::new(line, WORKERS, &all, effort.run_ns);
            Run { work, ..run }.timed()
        };
        asked = asked.at(us as f64, THREE.map(time).into());
    }
    asked
}
