//! That what is said follows from the figures.

use std::time::Duration;

use super::*;
use crate::clocks::Sample;

fn question(mutex: f64, channel: f64) -> Question {
    let figure = |line: &str, ns: f64| Figure {
        line: line.into(),
        at: 1_000.0,
        samples: [1.0, 1.5, 1.1, 0.9, 1.0, 1.0].map(|n| n * ns).to_vec(),
        cpu: vec![ns],
        ..Figure::default()
    };
    let figures = vec![figure("mutex", mutex), figure("channel", channel)];
    let (name, asks, of) = ("urls", "How much?", "URLs");
    let (what, unit) = ("Time of a poll", Unit::Time);
    Question { name, asks, of, what, unit, figures }
}

/// Slow one side by 20 %, and the last row says so.
#[test]
fn the_last_row_follows_from_the_figures() {
    let says = |question: Question| {
        let Table(rows) = question.table();
        let [.., last] = rows.as_slice() else { panic!("no rows") };
        last.join(": ")
    };
    let of = |mutex, channel| says(question(mutex, channel));
    assert_eq!(of(100.0, 120.0), "takes less: mutex");
    assert_eq!(of(120.0, 100.0), "takes less: channel");
    // Slow both, and it stays.
    assert_eq!(of(200.0, 240.0), "takes less: mutex");
    assert_eq!(of(100.0, 105.0), "takes less: about the same");
    // Now and then one, now and then the other.
    let mut noisy = question(10.0, 10.0);
    noisy.figures[1].samples = vec![8.0, 18.0, 9.0, 12.0, 8.0, 12.0];
    assert_eq!(says(noisy), "takes less: no difference seen");
}

#[test]
fn a_table_has_all_that_was_measured() {
    let lines = question(96.5, 13_946.0).table().lines();
    let wanted = "\
        | URLs                | 1,000          |\n\
        |---------------------|----------------|\n\
        | mutex               | 96.5 ns        |\n\
        | channel             | 13.9 us        |\n\
        | channel / mutex     | 145 [145, 145] |\n\
        | CPU time of mutex   | 96.5 ns        |\n\
        | CPU time of channel | 13.9 us        |\n\
        | takes less          | mutex          |";
    assert_eq!(lines.join("\n"), wanted);
}

/// One configuration has one answer, also in the table of another question.
#[test]
fn what_another_question_has_measured_is_taken_over_whole() {
    let urls = question(100.0, 120.0);
    let mut workers = question(1.0, 1.0);
    workers.take_over(&urls, 1_000.0, 4.0);
    let there = urls.ratio("channel", "mutex", 1_000.0);
    assert_eq!(workers.ratio("channel", "mutex", 4.0), there);
    // Not a part of it: then all lines must be measured in the same rounds.
    workers.figures[0].line = "partition".into();
    workers.take_over(&urls, 1_000.0, 8.0);
    assert_eq!(workers.places(), [4.0, 1_000.0]);
}

/// Four questions of one interval, of which the last is wrong.
#[test]
fn a_run_against_itself_counts_what_misses_and_what_it_sees() {
    let same = |times: [f64; 6]| {
        let mut question = question(100.0, 100.0);
        question.figures[1].line = "mutex again".into();
        let there = question.figures[0].samples.clone();
        let moved = there.iter().zip(times).map(|(ns, times)| ns * times);
        question.figures[1].samples = moved.collect();
        question
    };
    let calm = || same([0.98, 0.99, 1.0, 1.0, 1.01, 1.04]);
    let wild = same([0.5, 0.8, 1.0, 1.1, 1.2, 2.5]);
    let wrong = same([1.01, 1.02, 1.1, 1.1, 1.2, 1.06]);
    let questions = vec![calm(), calm(), wild, wrong];
    let machine = Table(Vec::new());
    let mut verdict = Verdict { machine, questions, same: true };
    let wanted = "\
        | intervals                              | 4     |\n\
        |----------------------------------------|-------|\n\
        | expected to miss the true ratio        | 0.1   |\n\
        | miss it                                | 1     |\n\
        | half of them would see a difference of | 4 %   |\n\
        | nine in ten would see one of           | 150 % |";
    assert_eq!(verdict.trust().lines().join("\n"), wanted);
    // In any other run the true ratios are not known.
    verdict.same = false;
    assert_eq!(
        verdict.trust().lines()[2..],
        ["| expected to miss the true ratio | 0.1 |"]
    );
}

/// A line of three rounds, of which the one in the middle counts.
fn line(name: &str, at: f64, cpu: f64, [sleeps, yields]: [f64; 2]) -> Figure {
    let rounds = |n: f64| vec![n * 9.0, n, n / 9.0];
    let (line, late, samples) = (name.into(), Vec::new(), rounds(cpu));
    let (cpu, sleeps, yields) = (rounds(cpu), rounds(sleeps), rounds(yields));
    Figure { line, at, samples, cpu, late, sleeps, yields }
}

fn asked(name: &'static str, figures: Vec<Figure>) -> Question {
    let (asks, of, what, unit) = ("", "", "", Unit::Time);
    Question { name, asks, of, what, unit, figures }
}

/// The prices of all parts; on one core they are twice as high. A yield is
/// 2 us, a sleep 3 us, a timed one 5 us, a message 30 ns and a lock 10 ns.
fn prices_of_parts(times: f64) -> Vec<Figure> {
    let price = |name, cpu: f64, counts| line(name, 100.0, cpu * times, counts);
    vec![
        price("partition", 50.0 / times, [0.0; 2]),
        price("lock-pair", 10.0, [0.0; 2]),
        price("empty-look", 8_000.0, [0.0, 4.0]),
        price("waking-hop", 13_000.0, [3.0, 2.0]),
        price("timed-wait", 5_000.0, [1.0, 0.0]),
        price("hand-over", 53.0, [0.001, 0.01]),
    ]
}

/// What `prices` says of these polls, which are measured at one place.
fn priced(name: &'static str, polls: [Figure; 2]) -> Vec<String> {
    let urls = asked("urls", prices_of_parts(1.0));
    let one_core = asked("one-core", prices_of_parts(2.0));
    let all = [urls, asked(name, polls.into())];
    let all = match name {
        // Its own prices stand beside its polls.
        "one-core" => {
            let [urls, mut polls] = all;
            polls.figures.extend(one_core.figures);
            [urls, polls]
        }
        _ => all,
    };
    let Table(rows) = prices::table(&all).expect("two polls");
    rows.into_iter().map(|row| row.join("; ")).collect()
}

/// Polls that are the sums of their parts.
#[test]
fn the_price_list_adds_up() {
    let polls = |at, mutex, channel| {
        let channel = line("channel", at, channel, [0.1, 0.5]);
        [line("mutex", at, mutex, [0.1, 0.0]), channel]
    };
    let sums = [50.0 + 20.0 + 500.0, 50.0 + 90.0 + 300.0 + 1_000.0];
    let of = priced("on-time", polls(4.0, sums[0], sums[1]));
    assert_eq!(
        of[1..],
        [
            "mutex, on time, workers: 4; 50.0 ns; 2 x 10.0 ns; \
             0.1000 x 5.00 us; 0 x 2.00 us; 570 ns; 570 ns; 1.00; ",
            "channel, on time, workers: 4; 50.0 ns; 3 x 30.0 ns; \
             0.1000 x 3.00 us; 0.5000 x 2.00 us; 1.44 us; 1.44 us; 1.00; ",
            "within 30 %; ; ; ; ; ; ; 2 of 2; ",
        ]
    );
    let of = priced("one-core", polls(4.0, 70.0, 1_000.0));
    assert!(of[1].contains("2 x 20.0 ns; 0.1000 x 6.00 us"), "{of:?}");
    assert!(of[2].contains("3 x 60.0 ns; 0.1000 x 6.00 us; 0.5000 x 4.00 us"));
}

/// A poll that takes more than its parts, and one that takes less.
#[test]
fn the_price_list_says_what_it_lacks() {
    let says = |name, cpu| {
        let polls = ["mutex", "channel"].map(|l| line(l, 4.0, cpu, [0.0; 2]));
        let rows = priced(name, polls);
        let ends = [1, 2].map(|n| rows[n].rsplit("; ").next());
        ends.map(|end| end.expect("a reason").to_string())
    };
    // Sums of 70 and 140 ns.
    let workers = |cpu| {
        let polls = ["mutex", "channel"].map(|l| line(l, 4.0, cpu, [0.0; 2]));
        let pair = line("lock-pair", 4.0, 10.0, [0.0; 2]);
        let all = [
            asked("urls", prices_of_parts(1.0)),
            asked("workers", [&polls[..], &[pair]].concat()),
        ];
        let Table(rows) = prices::table(&all).expect("two polls");
        [1, 2].map(|n| rows[n].last().expect("a reason").clone())
    };
    assert_eq!(workers(300.0), ["looks at a lock in use", "not known"]);
    assert_eq!(workers(107.0), ["looks at a lock in use", "not known"]);
    assert_eq!(workers(109.0), ["looks at a lock in use", ""]);
    assert_eq!(workers(53.0), ["not known", "not known"]);
    assert_eq!(workers(54.0), ["", "not known"]);
    assert_eq!(says("on-time", 300.0), ["cold caches", "not known"]);
    assert_eq!(says("on-time", 9.0), ["workers wake together", "not known"]);
    let switch = "more messages to a switch";
    assert_eq!(says("one-core", 9.0), ["not known", switch]);
    // Where the system does not count, nothing is added up.
    let blind = |change: fn(&mut Figure)| {
        let mut urls = prices_of_parts(1.0);
        urls.push(line("mutex", 4.0, 70.0, [0.0; 2]));
        urls.iter_mut().for_each(change);
        prices::table(&[asked("urls", urls.clone()), asked("on-time", urls)])
    };
    assert!(blind(|_| ()).is_some());
    assert!(blind(|figure| figure.sleeps.clear()).is_none());
    assert!(blind(|figure| figure.yields = vec![0.0; 3]).is_none());
}

#[test]
fn what_was_measured_is_kept_as_what_it_is() {
    let clocks = |n: u64| Sample {
        polls: 4,
        wall: Duration::from_nanos(8 * n),
        cpu: Duration::from_nanos(12 * n),
        switches: Some([16 * n, 20 * n]),
    };
    let late = |n: u64| Measured { late: 9.0, ..clocks(n).each() };
    let kept = Figure::new("mutex", 7.0, &[1, 2].map(late));
    assert_eq!((kept.line.as_str(), kept.at), ("mutex", 7.0));
    assert_eq!((kept.samples, kept.cpu), (vec![2.0, 4.0], vec![3.0, 6.0]));
    assert_eq!((kept.sleeps, kept.yields), (vec![4.0, 8.0], vec![5.0, 10.0]));
    assert_eq!(kept.late, [9.0, 9.0]);
}

#[test]
fn one_table_has_all_in_microseconds() {
    let mut urls = question(396.5, 13_946.0);
    urls.figures.iter_mut().for_each(|figure| figure.at = 100.0);
    let table = summary::table(&[urls]).expect("one row");
    let wanted = ["100 URLs", "0.397", "13.9", "35.2 [35.2, 35.2]", "-", "-"];
    assert_eq!(table.0[1..], [wanted.map(String::from)]);
    assert!(summary::table(&[]).is_none());
}
