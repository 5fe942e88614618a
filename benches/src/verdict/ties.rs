//! The figures that a page may quote, each under a name. `cargo record` keeps
//! them in `docs/record.json`, and a test of the pages compares.
//!
//! Next: [`chart`], the picture.

use std::collections::BTreeMap;

use serde::Serialize;

use super::stats::median;
use super::words::{count, figure, short};
use super::{Figure, Question, Verdict, chart};

/// A figure with a name.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Tie {
    /// How a sentence says it.
    pub text: String,
    /// A claim that it is over something is about this.
    pub low: f64,
    /// A claim that it is under something is about this.
    pub high: f64,
}

impl Tie {
    fn new(text: String, low: f64, high: f64) -> Self {
        Tie { text, low: rounded(low), high: rounded(high) }
    }
}

/// Enough digits to compare with, few enough to read.
fn rounded(n: f64) -> f64 {
    (n * 1e3).round() / 1e3
}

/// What is divided by what.
const PAIRS: [(&str, &str); 9] = [
    ("channel", "mutex"),
    ("mutex", "partition"),
    ("channel", "partition"),
    ("as-posted-mutex", "mutex"),
    ("as-posted-mutex", "channel"),
    ("as-posted-mutex", "as-posted-channel"),
    ("as-posted-channel", "channel"),
    ("codewalk", "mutex"),
    ("codewalk", "channel"),
];

/// All of a run, by name.
pub fn ties(verdict: &Verdict) -> BTreeMap<String, Tie> {
    let mut ties = BTreeMap::new();
    let machine = &verdict.machine;
    let minutes = machine.seconds / 60.0;
    let rounds = verdict.questions.iter().flat_map(|q| &q.figures).next();
    let rounds = rounds.map_or(0, |figure| figure.samples.len());
    for (name, value) in [
        ("bench/minutes", minutes.ceil()),
        ("bench/rounds", rounds as f64),
        ("bench/seconds", machine.seconds),
        ("bench/questions", verdict.questions.len() as f64),
        ("machine/cores", machine.cores as f64),
    ] {
        ties.insert(name.into(), Tie::new(count(value), value, value));
    }
    for question in &verdict.questions {
        figures(question, &mut ties);
        ratios(question, &mut ties);
        ranges(question, &mut ties);
    }
    let first = verdict.questions.first();
    if let Some((urls, _)) = first.and_then(chart::crossover) {
        let tie = Tie::new(short(urls), urls, urls);
        ties.insert("urls/crossover".into(), tie);
    }
    ties
}

type Ties = BTreeMap<String, Tie>;

/// `urls/100/mutex`, `urls/100/mutex/cpu`, `on-time/4/mutex/late`.
fn figures(question: &Question, ties: &mut Ties) {
    for of in &question.figures {
        let Figure { line, at, samples, cpu, late } = of;
        let name = format!("{}/{at}/{line}", question.name);
        for (end, all) in [("", samples), ("/cpu", cpu), ("/late", late)] {
            if all.is_empty() {
                continue;
            }
            let value = median(all);
            let tie = Tie::new(figure(value), value, value);
            ties.insert(format!("{name}{end}"), tie);
        }
        // Of the machine, and not of a program: all that it was.
        if line == "cache-line" {
            ties.extend(range(format!("{name}/rounds"), samples));
        }
    }
}

/// `urls/100/channel/mutex`: the ratio; its bounds are its interval's.
fn ratios(question: &Question, ties: &mut Ties) {
    for at in question.places() {
        for (a, b) in PAIRS {
            let Some(ratio) = question.ratio(a, b, at) else { continue };
            let name = format!("{}/{at}/{a}/{b}", question.name);
            let text = short(ratio.middle);
            ties.insert(name, Tie::new(text, ratio.low, ratio.high));
        }
    }
}

/// `urls/channel/mutex`, `urls/channel`: over all places of a question.
fn ranges(question: &Question, ties: &mut Ties) {
    let name = question.name;
    let places = question.places();
    for line in question.lines() {
        let median = |at: &f64| question.median(line, *at);
        let all: Vec<f64> = places.iter().filter_map(median).collect();
        ties.extend(range(format!("{name}/{line}"), &all));
    }
    for (a, b) in PAIRS {
        let ratio = |at: &f64| Some(question.ratio(a, b, *at)?.middle);
        let all: Vec<f64> = places.iter().filter_map(ratio).collect();
        ties.extend(range(format!("{name}/{a}/{b}"), &all));
    }
}

/// From the lowest to the highest; nothing of nothing.
fn range(name: String, all: &[f64]) -> Option<(String, Tie)> {
    let low = all.iter().copied().reduce(f64::min)?;
    let high = all.iter().copied().reduce(f64::max)?;
    let (from, to) = (short(low), short(high));
    let text = if from == to { from } else { format!("{from} to {to}") };
    Some((name, Tie::new(text, low, high)))
}
