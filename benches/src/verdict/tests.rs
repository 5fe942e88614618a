//! That what is said follows from the figures.

use super::*;

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

/// Two polls that are the sums of their parts, one that takes a microsecond
/// more, and one that takes less.
#[test]
fn the_price_list_adds_up_and_says_what_it_lacks() {
    let figure = |line: &str, at: f64, cpu: f64, [sleeps, yields]: [f64; 2]| {
        let (line, cpu, sleeps) = (line.into(), vec![cpu], vec![sleeps]);
        let (samples, late, yields) = (cpu.clone(), Vec::new(), vec![yields]);
        Figure { line, at, samples, cpu, late, sleeps, yields }
    };
    let asked = |name, figures| {
        let (asks, of, what, unit) = ("", "", "", Unit::Time);
        Question { name, asks, of, what, unit, figures }
    };
    let prices = [
        // A yield is 2 us, so a sleep is 3 us, and a message 30 ns.
        figure("empty-look", 100.0, 8_000.0, [0.0, 4.0]),
        figure("waking-hop", 100.0, 13_000.0, [3.0, 2.0]),
        figure("hand-over", 100.0, 53.0, [0.001, 0.01]),
    ];
    let lines = |at, mutex, channel| {
        let partition = figure("partition", at, 50.0, [0.0; 2]);
        let pair = figure("lock-pair", at, 10.0, [0.0; 2]);
        let mutex = figure("mutex", at, mutex, [0.0; 2]);
        let channel = figure("channel", at, channel, [0.1, 0.5]);
        [partition, pair, mutex, channel]
    };
    let sum = 50.0 + 90.0 + 300.0 + 1_000.0;
    let workers =
        [lines(4.0, 70.0, sum), lines(8.0, 1_070.0, sum / 2.0)].concat();
    let all = [asked("urls", prices.into()), asked("workers", workers)];
    let Table(rows) = prices::table(&all).expect("four polls");
    let row = |n: usize| rows[n].join("; ");
    assert_eq!(
        row(1),
        "mutex, workers: 4; 50.0 ns; 2: 20.0 ns; 0.00: 0.00 ns; \
         0.00: 0.00 ns; 70.0 ns; 70.0 ns; 1.00; "
    );
    assert_eq!(
        row(2),
        "channel, workers: 4; 50.0 ns; 3: 90.0 ns; 0.10: 300 ns; \
         0.50: 1.00 us; 1.44 us; 1.44 us; 1.00; "
    );
    assert!(row(3).ends_with("1.07 us; 15.3; looks at a lock in use"));
    assert!(row(4).ends_with("1.44 us; 720 ns; 0.50; not known"));
    assert_eq!(row(5), "within 30 %; ; ; ; ; ; ; 2 of 4; ");
    // Where the system does not count, nothing is added up.
    let without = |change: fn(&mut Figure)| {
        let mut blind = all.to_vec();
        blind.iter_mut().flat_map(|q| &mut q.figures).for_each(change);
        prices::table(&blind)
    };
    assert!(without(|figure| figure.sleeps.clear()).is_none());
    assert!(without(|figure| figure.yields = vec![0.0]).is_none());
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
