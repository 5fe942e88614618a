//! That what is said follows from the figures.

use super::*;

fn question(mutex: f64, channel: f64) -> Question {
    let figure = |line: &str, ns: f64| Figure {
        line: line.into(),
        at: 100.0,
        samples: [1.0, 1.5, 1.1, 0.9, 1.0, 1.0].map(|n| n * ns).to_vec(),
        cpu: vec![ns],
        late: Vec::new(),
    };
    let figures = vec![figure("mutex", mutex), figure("channel", channel)];
    let (name, asks, of) = ("urls", "How much?", "URLs");
    let (unit, notes) = ("Nanoseconds a poll", Vec::new());
    Question { name, asks, of, unit, figures, notes }
}

/// Slow one side by 20 %, and the sentence says so.
#[test]
fn the_sentence_follows_from_the_figures() {
    let says = |mutex, channel| sentence(&question(mutex, channel));
    let channels = "URLs: at 100, channels take 1.20 times what the lock \
                    takes.";
    assert_eq!(says(100.0, 120.0), channels);
    let lock = "URLs: at 100, the lock takes 1.20 times what channels take.";
    assert_eq!(says(120.0, 100.0), lock);
    // Slow both, and it stays.
    assert_eq!(says(200.0, 240.0), channels);
    let close = "URLs: at 100, they are within 10 % of each other.";
    assert_eq!(says(100.0, 105.0), close);
    assert_eq!(says(10.0, 10.0), close);
    // Now and then one, now and then the other.
    let mut noisy = question(10.0, 10.0);
    noisy.figures[1].samples = vec![8.0, 18.0, 9.0, 12.0, 8.0, 12.0];
    assert_eq!(sentence(&noisy), "URLs: at 100, no difference seen.");
}

#[test]
fn the_scan_crosses_between_two_sizes() {
    let mut question = question(1.0, 100.0);
    let figure = |line: &str, at: f64, ns: f64| {
        let samples = vec![10.0 * ns];
        Figure { line: line.into(), at, samples, ..Figure::default() }
    };
    question.figures = vec![
        figure("channel", 10.0, 10.0),
        figure("channel", 1_000.0, 10.0),
        figure("as-posted-mutex", 10.0, 1.0),
        figure("as-posted-mutex", 1_000.0, 100.0),
    ];
    let (n, ns) = chart::crossover(&question).expect("they cross");
    assert!((n - 100.0).abs() < 1e-6 && (ns - 100.0).abs() < 1e-6);
}

/// One configuration has one answer, also in the table of another question.
#[test]
fn what_another_question_has_measured_is_taken_over_whole() {
    let urls = question(100.0, 120.0);
    let mut workers = question(1.0, 1.0);
    workers.figures.clear();
    let lines = ["mutex", "channel"];
    assert!(workers.take_over(&urls, 100.0, 4.0, &lines));
    let there = urls.ratio("channel", "mutex", 100.0);
    assert_eq!(workers.ratio("channel", "mutex", 4.0), there);
    // Not a part of it: then all lines must be measured in the same rounds.
    let lines = ["mutex", "channel", "partition"];
    assert!(!workers.take_over(&urls, 100.0, 8.0, &lines));
    assert_eq!(workers.places(), [4.0]);
}

#[test]
fn figures_can_be_quoted_by_name() {
    let (mut urls, machine) = (question(100.0, 120.0), Machine::default());
    let at_4 = urls.figures.iter().map(|f| Figure { at: 4.0, ..f.clone() });
    let mut at_4: Vec<_> = at_4.collect();
    at_4[1].samples.iter_mut().for_each(|n| *n *= 10.0);
    urls.figures.extend(at_4);
    let ties = ties::ties(&Verdict { machine, questions: vec![urls] });
    let text = |name: &str| ties.get(name).map(|tie| tie.text.as_str());
    assert_eq!(text("urls/100/mutex"), Some("100"));
    assert_eq!(text("urls/100/mutex/cpu"), Some("100"));
    assert_eq!(text("urls/100/channel/mutex"), Some("1.2"));
    assert_eq!(text("urls/channel/mutex"), Some("1.2 to 12"));
    assert_eq!(text("urls/channel"), Some("120 to 1,200"));
    assert_eq!(text("urls/100/mutex/late"), None);
}
