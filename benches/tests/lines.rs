//! That a benchmark measures what it says: each line does its work as often as
//! claimed, and no more.

use std::time::Duration;

use benches::lines::{Line, Work, urls};
use compare::design::Design;
use suite::real::watch;

const DESIGNS: [Design; 5] = [
    Design::Mutex,
    Design::Channel,
    Design::AsPostedMutex,
    Design::AsPostedChannel,
    Design::Codewalk,
];

#[test]
fn every_line_counts_what_it_did() {
    let _watch = watch("every line");
    let lines = DESIGNS.map(Line::Design);
    for line in lines.into_iter().chain([Line::Partition]) {
        // 7 URLs, so at least 50 is 8 rounds; and fewer URLs than workers.
        for (count, asked, polls) in [(7, 50, 56), (2, 5, 6)] {
            let work = Work::Cpu(Duration::ZERO);
            let sample = line.run(4, &urls(count), asked, work);
            assert_eq!(sample.polls, polls, "{}", line.name());
        }
    }
    let of = [Line::LockPair, Line::SendAndReceive];
    // Three workers do 34 each.
    let of = of.map(|line| (line, 102)).into_iter();
    for (line, all) in of.chain([(Line::HandOver, 100), (Line::WakingHop, 50)])
    {
        let sample = line.run(3, &urls(1), 100, Work::Cpu(Duration::ZERO));
        assert_eq!(sample.polls, all, "{}", line.name());
    }
}

/// A thread that is woken for each of 50 messages has slept for each.
#[test]
#[cfg(unix)]
fn sleeps_are_counted() {
    let work = Work::Cpu(Duration::ZERO);
    let [woken, busy] = [Line::WakingHop, Line::LockPair]
        .map(|line| line.run(1, &urls(1), 50, work).switches.expect("counted"));
    assert!(woken[0] >= 50, "{woken:?}");
    assert!(busy[0] < 10, "{busy:?}");
}
