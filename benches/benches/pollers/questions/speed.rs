//! What a poll's coordination costs, by URLs, by workers, by request.

use std::rc::Rc;
use std::time::Duration;

use benches::lines::{Line, Work, urls};
use compare::design::Design;

use super::{COMMON, Run, THREE, WORKERS, ask};
use crate::cores::{are_two, cache_line};
use crate::points::{Asked, Effort};

/// Each line, and up to how many URLs. Some take more time with each URL, so
/// more would take too long; some have nothing to do with URLs, so one size is
/// enough.
const LINES: [(Line, [usize; 2]); 12] = [
    (Line::Design(Design::Mutex), [4, 1_000_000]),
    (Line::Design(Design::Channel), [4, 1_000_000]),
    (Line::Design(Design::AsPostedMutex), [4, 10_000]),
    (Line::Design(Design::Codewalk), [4, 1_000]),
    (Line::Design(Design::AsPostedChannel), [4, 1_000_000]),
    (Line::Partition, [4, 1_000_000]),
    (Line::LockPair, [COMMON, COMMON]),
    (Line::SendAndReceive, [COMMON, COMMON]),
    (Line::HandOver, [COMMON, COMMON]),
    (Line::WakingHop, [COMMON, COMMON]),
    (Line::TimedWait, [COMMON, COMMON]),
    (Line::EmptyLook, [COMMON, COMMON]),
];

pub fn by_urls<'a>(effort: Effort) -> Asked<'a> {
    let mut asked = ask(
        ["urls", "What does one poll's coordination cost as URLs grow?"],
        "URLs",
        "Time of a poll, 4 workers, requests that take no time",
    );
    let sizes = [4, COMMON, 1_000, 10_000, 100_000, 1_000_000];
    let most = if effort.quick { 4 } else { 6 };
    for size in sizes.into_iter().take(most) {
        let all = urls(size);
        let here = |(_, [from, to]): &&(Line, [usize; 2])| {
            (*from..=*to).contains(&size)
        };
        let time = |(line, _): &(Line, _)| {
            Run::new(*line, WORKERS, &all, effort.run_ns).timed()
        };
        let mut timed: Vec<_> = LINES.iter().filter(here).map(time).collect();
        if size == COMMON && are_two() {
            timed.push(("cache-line".into(), Rc::new(cache_line)));
        }
        asked = asked.at(size as f64, timed);
    }
    asked
}

pub fn by_workers<'a>(effort: Effort) -> Asked<'a> {
    let mut asked = ask(
        ["workers", "What does it cost as workers grow?"],
        "workers",
        "Time of a poll, 100 URLs, requests that take no time",
    );
    asked.common = Some(WORKERS as f64);
    let all = urls(COMMON);
    let parts = [Line::LockPair, Line::SendAndReceive];
    for workers in [1, 2, 8] {
        let lines = THREE.into_iter().chain(parts);
        let run = |line| Run::new(line, workers, &all, effort.run_ns).timed();
        asked = asked.at(workers as f64, lines.map(run).collect());
    }
    asked
}

pub fn by_request<'a>(effort: Effort) -> Asked<'a> {
    let mut asked = ask(
        ["request", "When does it stop mattering?"],
        "microseconds a request",
        "Time of a poll, 4 workers, 100 URLs; a request of 1,000 microseconds \
         waits, the others compute",
    );
    asked.common = Some(0.0);
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
