//! That a benchmark measures what it says: each line does its work as often as
//! claimed, and no more.

use std::thread;
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
    // However often they are asked to, these sleep 50 times.
    let sleep = [(Line::WakingHop, 50), (Line::TimedWait, 50)];
    // A look takes two threads for each core.
    let cores = thread::available_parallelism().map_or(1, usize::from) as u64;
    let looks = 100_u64.next_multiple_of(2 * cores);
    let rest = [(Line::HandOver, 100), (Line::EmptyLook, looks)];
    for (line, all) in of.chain(sleep).chain(rest) {
        let sample = line.run(3, &urls(1), 100, Work::Cpu(Duration::ZERO));
        assert_eq!(sample.polls, all, "{}", line.name());
    }
}
