//! Both pollers and the post's listings in one table, in one unit: what a page
//! can show of a whole run.
//!
//! Next: [`prices`](super::prices).

use super::tables::{Table, count};
use super::{Figure, Question};
use crate::verdict::stats::{median, ratio};

/// A question, a place, what the row is called, and whether it is CPU time.
const ROWS: [(&str, f64, &str, bool); 13] = [
    ("urls", 4.0, "4 URLs", false),
    ("urls", 100.0, "100 URLs", false),
    ("urls", 10_000.0, "10,000 URLs", false),
    ("urls", 1e6, "1,000,000 URLs", false),
    ("workers", 1.0, "one worker", false),
    ("one-core", 4.0, "one core, 4 URLs", false),
    ("one-core", 10_000.0, "one core, 10,000 URLs", false),
    ("busy", 100.0, "beside busy programs", false),
    ("request", 100.0, "requests that compute for 100", false),
    ("request", 1_000.0, "requests that wait for 1,000", false),
    ("request", 1_000.0, "CPU time of these", true),
    ("on-time", 4.0, "CPU time of being on time", false),
    ("burns", 8.0, "CPU time of a second in which all wait", false),
];

const LINES: [&str; 4] =
    ["mutex", "channel", "as-posted-mutex", "as-posted-channel"];

/// Without the rows that were not measured; nothing if there is none.
pub fn table(questions: &[Question]) -> Option<Table> {
    let head = ["microseconds", "mutex", "channel", "channel / mutex"];
    let mut head = head.map(String::from).to_vec();
    head.extend(LINES[2..].iter().map(|line| (*line).into()));
    let mut rows = vec![head];
    for (name, at, words, cpu) in ROWS {
        let question = questions.iter().find(|q| q.name == name);
        let of = |line| {
            let figure: &Figure = question?.figure(line, at)?;
            Some(if cpu { &figure.cpu } else { &figure.samples })
        };
        let (Some(mutex), Some(channel)) = (of("mutex"), of("channel")) else {
            continue;
        };
        let cells = LINES
            .map(|line| of(line).map_or("-".into(), |all| micros(median(all))));
        let mut row = vec![words.to_string()];
        row.extend(cells);
        row.insert(3, ratio(channel, mutex).to_string());
        rows.push(row);
    }
    (rows.len() > 1).then_some(Table(rows))
}

/// Three digits, in microseconds.
fn micros(ns: f64) -> String {
    match ns / 1e3 {
        us if us < 0.9995 => format!("{us:.3}"),
        us if us < 9.995 => format!("{us:.2}"),
        us if us < 99.95 => format!("{us:.1}"),
        us => count(us),
    }
}
