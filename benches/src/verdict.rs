//! What a benchmark has shown: for each question a table, and a sentence that
//! follows from its figures, of this run and no other.

pub mod chart;
pub mod machine;
pub mod stats;

use std::fmt::Write as _;

use serde::Serialize;

use machine::Machine;
use stats::{Interval, median, ratio};

/// The figures of one line at one place of a question.
#[derive(Debug, Clone, Serialize)]
pub struct Figure {
    /// What was timed.
    pub line: String,
    /// The place: the number of URLs, of workers, or of microseconds.
    pub at: f64,
    /// One figure a round; the same round of two lines was run in a row.
    pub samples: Vec<f64>,
    /// CPU time, in the same unit.
    pub cpu: Vec<f64>,
}

/// A question, and all that was measured for it.
#[derive(Debug, Clone, Serialize)]
pub struct Question {
    /// In words.
    pub asks: &'static str,
    /// Of what `at` is the number.
    pub of: &'static str,
    /// Of the samples.
    pub unit: &'static str,
    /// What was measured.
    pub figures: Vec<Figure>,
    /// What was left out, and why.
    pub notes: Vec<String>,
}

/// All results of a run of `cargo bench`.
#[derive(Debug, Serialize)]
pub struct Verdict {
    /// Where it ran.
    pub machine: Machine,
    /// In order.
    pub questions: Vec<Question>,
}

impl Question {
    /// The figure of this line at this place.
    pub fn figure(&self, line: &str, at: f64) -> Option<&Figure> {
        self.figures.iter().find(|f| f.line == line && f.at == at)
    }

    /// Its median there.
    pub fn median(&self, line: &str, at: f64) -> Option<f64> {
        self.figure(line, at).map(|figure| median(&figure.samples))
    }

    /// How many times as much `line` takes as `other`.
    pub fn ratio(&self, line: &str, other: &str, at: f64) -> Option<Interval> {
        let (line, other) = (self.figure(line, at)?, self.figure(other, at)?);
        Some(ratio(&line.samples, &other.samples))
    }

    /// Every place, in order.
    pub fn places(&self) -> Vec<f64> {
        let mut places: Vec<f64> = self.figures.iter().map(|f| f.at).collect();
        places.sort_by(f64::total_cmp);
        places.dedup();
        places
    }

    /// Its lines, in the order of measuring.
    pub fn lines(&self) -> Vec<&str> {
        let mut lines: Vec<&str> = Vec::new();
        for figure in &self.figures {
            if !lines.contains(&figure.line.as_str()) {
                lines.push(&figure.line);
            }
        }
        lines
    }

    fn table(&self) -> String {
        let mut text = format!("## {}\n\n", self.asks);
        text += "| line |";
        let places = self.places();
        for at in &places {
            let _ = write!(text, " {} |", count(*at));
        }
        let _ = write!(text, "\n|---|{}\n", "---:|".repeat(places.len()));
        for line in self.lines() {
            let _ = write!(text, "| {line} |");
            for at in &places {
                let cell = self.median(line, *at).map_or("-".into(), figure);
                let _ = write!(text, " {cell} |");
            }
            text.push('\n');
        }
        let _ = writeln!(text, "\n{}; by {}.", self.unit, self.of);
        text
    }

    /// Under the table: ratios of the two finished pollers, what they are in
    /// their limits, their CPU time; then the sentence.
    fn under(&self) -> String {
        let mut text = String::new();
        for at in self.places() {
            let Some(ratio) = self.ratio("channel", "mutex", at) else {
                continue;
            };
            let _ = write!(text, "- {} {}: ", count(at), self.of);
            let _ = write!(text, "channel / mutex {ratio}");
            for (line, limit) in
                [("mutex", "lock-pair"), ("channel", "send-recv")]
            {
                if let Some(times) = self.ratio(line, limit, at) {
                    let times = times.middle;
                    let _ = write!(text, "; {line} = {times:.1} x {limit}");
                }
            }
            let cpu = |line| self.figure(line, at).map(|f| median(&f.cpu));
            if let (Some(a), Some(b)) = (cpu("mutex"), cpu("channel"))
                && a > 0.0
                && self.unit.contains("poll")
            {
                let _ = write!(text, "; CPU {} and {}", figure(a), figure(b));
            }
            text.push('\n');
        }
        for note in &self.notes {
            let _ = writeln!(text, "- {note}");
        }
        let _ = writeln!(text, "\n**{}**", self.sentence());
        text
    }

    /// What follows from the figures.
    pub fn sentence(&self) -> String {
        let mut parts = Vec::new();
        let mut seen: Option<(Order, f64, f64)> = None;
        for at in self.places() {
            let Some(ratio) = self.ratio("channel", "mutex", at) else {
                continue;
            };
            let order = Order::of(ratio);
            match &mut seen {
                Some((same, _, to)) if *same == order => *to = at,
                _ => {
                    parts.extend(seen.take());
                    seen = Some((order, at, at));
                }
            }
        }
        parts.extend(seen);
        if parts.is_empty() {
            return "Nothing to compare was run.".into();
        }
        let part = |(order, from, to): &(Order, f64, f64)| {
            let range = if from == to {
                format!("at {}", count(*from))
            } else {
                format!("from {} to {}", count(*from), count(*to))
            };
            let ratios: Vec<f64> = self
                .places()
                .into_iter()
                .filter(|at| at >= from && at <= to)
                .filter_map(|at| self.ratio("channel", "mutex", at))
                .map(|ratio| ratio.middle)
                .collect();
            format!("{range} {}", order.words(&ratios))
        };
        let parts: Vec<_> = parts.iter().map(part).collect();
        format!("{}: {}.", capital(self.of), parts.join("; "))
    }
}

/// Which finished poller takes more, if one does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Order {
    Channel,
    Mutex,
    Close,
    Neither,
}

impl Order {
    fn of(ratio: Interval) -> Self {
        match ratio {
            Interval { low, high, .. } if low <= 1.0 && high >= 1.0 => {
                Order::Neither
            }
            Interval { low, high, .. } if low > 0.9 && high < 1.1 => {
                Order::Close
            }
            Interval { low, .. } if low > 1.0 => Order::Channel,
            _ => Order::Mutex,
        }
    }

    fn words(self, ratios: &[f64]) -> String {
        let times = |ratios: Vec<f64>| {
            let low = ratios.iter().copied().fold(f64::INFINITY, f64::min);
            let high = ratios.iter().copied().fold(0.0, f64::max);
            if (high - low).abs() < 0.05 {
                format!("{low:.2}")
            } else {
                format!("{low:.2} to {high:.2}")
            }
        };
        let inverse = || ratios.iter().map(|r| 1.0 / r).collect();
        match self {
            Order::Channel => {
                let times = times(ratios.to_vec());
                format!("channels take {times} times what the lock takes")
            }
            Order::Mutex => {
                let times = times(inverse());
                format!("the lock takes {times} times what channels take")
            }
            Order::Close => "they are within 10 % of each other".into(),
            Order::Neither => "no difference seen".into(),
        }
    }
}

impl Verdict {
    /// All of it, as Markdown that reads well in a terminal.
    pub fn text(&self) -> String {
        let mut text = format!("{}\n", self.machine);
        let asked = self.questions.iter().filter(|q| !q.figures.is_empty());
        for question in asked {
            let (table, under) = (question.table(), question.under());
            let _ = write!(text, "\n{table}\n{under}");
        }
        text
    }
}

/// `1,000,000`, or a figure below 1.
pub fn count(n: f64) -> String {
    let digits = format!("{n:.0}");
    let mut text = String::new();
    for (at, digit) in digits.char_indices() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// Three digits, as far as they mean anything.
fn figure(n: f64) -> String {
    match n {
        n if n >= 100.0 => count(n),
        n if n >= 10.0 => format!("{n:.1}"),
        n => format!("{n:.2}"),
    }
}

fn capital(text: &str) -> String {
    let mut chars = text.chars();
    let first = chars.next().map(|c| c.to_uppercase().to_string());
    first.unwrap_or_default() + chars.as_str()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn question(mutex: f64, channel: f64) -> Question {
        let figure = |line: &str, ns: f64| Figure {
            line: line.into(),
            at: 100.0,
            samples: vec![ns, ns * 1.5, ns * 1.1, ns * 0.9, ns],
            cpu: vec![ns],
        };
        let figures = vec![figure("mutex", mutex), figure("channel", channel)];
        let (asks, of, unit) = ("How much?", "URLs", "Nanoseconds a poll");
        Question { asks, of, unit, figures, notes: Vec::new() }
    }

    /// Slow one side by 20 %, and the sentence says so.
    #[test]
    fn the_sentence_follows_from_the_figures() {
        let says = |mutex, channel| question(mutex, channel).sentence();
        let channels = "URLs: at 100 channels take 1.20 times what the lock \
                        takes.";
        assert_eq!(says(100.0, 120.0), channels);
        let lock = "URLs: at 100 the lock takes 1.20 times what channels \
                    take.";
        assert_eq!(says(120.0, 100.0), lock);
        // Slow both, and it stays.
        assert_eq!(says(200.0, 240.0), channels);
        assert_eq!(says(10.0, 10.0), "URLs: at 100 no difference seen.");
        let close = "URLs: at 100 they are within 10 % of each other.";
        assert_eq!(says(100.0, 105.0), close);
    }

    #[test]
    fn the_scan_crosses_between_two_sizes() {
        let mut question = question(1.0, 100.0);
        let figure = |line: &str, at: f64, ns: f64| Figure {
            line: line.into(),
            at,
            samples: vec![10.0 * ns],
            cpu: Vec::new(),
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
}
