//! What a benchmark has shown: for each question a table, ratios, and a
//! sentence that follows from its figures, of this run and no other.
//!
//! Next: [`words`], which makes the sentence.

pub mod chart;
pub mod machine;
pub mod stats;
pub mod ties;
pub mod words;

use std::fmt::Write as _;

use serde::Serialize;

use crate::rounds::Measured;
use machine::Machine;
use stats::{Interval, median, ratio};
use words::{count, figure, place, sentence};

/// The figures of one line at one place of a question.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Figure {
    /// What was timed.
    pub line: String,
    /// The place: the number of URLs, of workers, or of microseconds.
    pub at: f64,
    /// One figure a round; the same round of two lines was run in a row.
    pub samples: Vec<f64>,
    /// CPU time, in the same unit; nothing where it says nothing.
    pub cpu: Vec<f64>,
    /// How late polls began, in ns; nothing where it was not asked.
    pub late: Vec<f64>,
}

impl Figure {
    /// What all rounds of a line have shown.
    pub fn new(line: &str, at: f64, rounds: &[Measured]) -> Self {
        let all = |of: fn(&Measured) -> f64| -> Vec<f64> {
            let all: Vec<f64> = rounds.iter().map(of).collect();
            let says = all.iter().any(|n| *n > 0.0);
            if says { all } else { Vec::new() }
        };
        let samples = rounds.iter().map(|m| m.figure).collect();
        let (cpu, late) = (all(|m| m.cpu), all(|m| m.late));
        Figure { line: line.into(), at, samples, cpu, late }
    }
}

/// A question, and all that was measured for it.
#[derive(Debug, Clone, Serialize)]
pub struct Question {
    /// A short name, by which pages refer to its figures.
    pub name: &'static str,
    /// In words.
    pub asks: &'static str,
    /// Of what `at` is the number.
    pub of: &'static str,
    /// Of the samples.
    pub unit: &'static str,
    /// What was measured.
    pub figures: Vec<Figure>,
    /// What was left out, and why; and what else follows.
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

/// The ratios under a table: the two finished pollers, and each of them to
/// the same work with nothing shared.
const RATIOS: [(&str, &str); 3] =
    [("channel", "mutex"), ("mutex", "partition"), ("channel", "partition")];

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

    /// Takes over what another question has measured at one of its places:
    /// one configuration has one answer, in whichever table it is. `false`
    /// if that was not measured, or not of all these lines.
    pub fn take_over(
        &mut self,
        other: &Question,
        there: f64,
        at: f64,
        lines: &[&str],
    ) -> bool {
        let found = lines.iter().map(|line| other.figure(line, there));
        let Some(found) = found.collect::<Option<Vec<_>>>() else {
            return false;
        };
        let moved = found.into_iter().map(|f| Figure { at, ..f.clone() });
        self.figures.extend(moved);
        true
    }

    fn table(&self) -> String {
        let mut text = format!("## {}\n\n", self.asks);
        if self.figures.is_empty() {
            return text;
        }
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
        let _ = writeln!(text, "\n{}; by {}.\n", self.unit, self.of);
        text
    }

    /// Under the table: ratios, CPU time and lateness; then the sentence.
    fn under(&self) -> String {
        let mut text = String::new();
        for at in self.places() {
            let found = |(a, b)| Some((a, b, self.ratio(a, b, at)?));
            let mut parts: Vec<String> = RATIOS
                .into_iter()
                .filter_map(found)
                .map(|(a, b, ratio)| format!("{a} / {b} {ratio}"))
                .collect();
            if parts.is_empty() {
                continue;
            }
            parts.extend(self.beside("CPU time", at, |figure| &figure.cpu));
            parts.extend(self.beside("late", at, |figure| &figure.late));
            let parts = parts.join("; ");
            let _ = writeln!(text, "- {}: {parts}", place(at, self.of));
        }
        for note in &self.notes {
            let _ = writeln!(text, "- {note}");
        }
        if !self.figures.is_empty() {
            let _ = writeln!(text, "\n**{}**", sentence(self));
        }
        text
    }

    /// What else was measured of the two finished pollers.
    fn beside(
        &self,
        what: &str,
        at: f64,
        of: fn(&Figure) -> &Vec<f64>,
    ) -> Option<String> {
        let all = ["mutex", "channel"].map(|line| {
            let all = of(self.figure(line, at)?);
            (!all.is_empty()).then(|| figure(median(all)))
        });
        let [Some(mutex), Some(channel)] = all else { return None };
        Some(format!("{what}: mutex {mutex}, channel {channel}"))
    }
}

impl Verdict {
    /// All of it, as Markdown that reads well in a terminal.
    pub fn text(&self) -> String {
        let mut text = format!("{}\n", self.machine);
        let says = |q: &&Question| !q.figures.is_empty() || !q.notes.is_empty();
        for question in self.questions.iter().filter(says) {
            let (table, under) = (question.table(), question.under());
            let _ = write!(text, "\n{table}{under}");
        }
        text
    }
}

#[cfg(test)]
mod tests;
