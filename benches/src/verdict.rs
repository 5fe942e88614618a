//! What a benchmark has shown: for each question a table, of this run and no
//! other. Its last row says which of the two finished pollers takes less.
//!
//! Next: [`tables`], which writes it down.

pub mod chart;
pub mod machine;
pub mod prices;
pub mod stats;
pub mod summary;
pub mod tables;

use serde::Serialize;

use crate::rounds::{Measured, again};
use stats::{Interval, median, ratio};
use tables::{Table, Unit, cell, count};

/// The figures of one line at one place of a question.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Figure {
    /// What was timed.
    pub line: String,
    /// The place: the number of URLs, of workers, or of microseconds.
    pub at: f64,
    /// One figure a round; the same round of two lines was run in a row.
    pub samples: Vec<f64>,
    /// CPU time; nothing where it says nothing.
    pub cpu: Vec<f64>,
    /// How late polls began; nothing where it was not asked.
    pub late: Vec<f64>,
    /// How often a thread went to sleep; nothing where it was not counted.
    pub sleeps: Vec<f64>,
    /// How often one left its core to another that was ready.
    pub yields: Vec<f64>,
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
        let switches = rounds.iter().filter_map(|m| m.switches);
        let (sleeps, yields) = switches.map(|[a, b]| (a, b)).unzip();
        let line = line.into();
        Figure { line, at, samples, cpu, late, sleeps, yields }
    }
}

/// A question, and all that was measured for it.
#[derive(Debug, Clone, Serialize)]
pub struct Question {
    /// A short name, by which pages refer to its table.
    pub name: &'static str,
    /// In words.
    pub asks: &'static str,
    /// Of what `at` is the number.
    pub of: &'static str,
    /// What is measured, and of which configuration.
    pub what: &'static str,
    /// Of the samples.
    pub unit: Unit,
    /// What was measured.
    pub figures: Vec<Figure>,
}

/// All results of a run of `cargo bench`.
#[derive(Debug, Serialize)]
pub struct Verdict {
    /// Where it ran.
    pub machine: Table,
    /// In order.
    pub questions: Vec<Question>,
    /// Each line was measured against itself.
    pub same: bool,
}

/// What is divided by what under the medians: a line by itself; the two
/// finished pollers, each of them by the same work with nothing shared; and the
/// originals.
const RATIOS: [(&str, &str); 8] = [
    ("mutex again", "mutex"),
    ("channel again", "channel"),
    ("channel", "mutex"),
    ("mutex", "partition"),
    ("channel", "partition"),
    ("as-posted-mutex", "mutex"),
    ("as-posted-mutex", "as-posted-channel"),
    ("codewalk", "channel"),
];

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

    /// Takes over what another question has measured at one of its places, if
    /// it has measured all lines of this one there: one configuration has one
    /// answer, in whichever table it is.
    pub fn take_over(&mut self, other: &Question, there: f64, at: f64) {
        let moved = |line: &&str| {
            let figure = other.figure(line, there)?.clone();
            Some(Figure { at, ..figure })
        };
        let moved: Option<Vec<_>> = self.lines().iter().map(moved).collect();
        self.figures.extend(moved.into_iter().flatten());
    }

    /// Medians; then ratios, each with its interval; then what was measured
    /// beside; and which of the two finished pollers takes less.
    pub fn table(&self) -> Table {
        let medians = |line, of: fn(&Figure) -> &Vec<f64>, unit| {
            self.cells(|at| {
                let all = of(self.figure(line, at)?);
                (!all.is_empty()).then(|| cell(median(all), unit))
            })
        };
        let lines = self.lines().into_iter();
        let median = |line| medians(line, |f| &f.samples, self.unit);
        let mut rows: Vec<(String, Vec<Option<String>>)> =
            lines.map(|line| (line.into(), median(line))).collect();
        // How far apart the cores are changes more than anything else.
        let slowest = self.cells(|at| {
            let all = &self.figure("cache-line", at)?.samples;
            Some(cell(all.iter().copied().reduce(f64::max)?, self.unit))
        });
        rows.push(("cache-line at its slowest".into(), slowest));
        for (a, b) in RATIOS {
            let ratios =
                self.cells(|at| Some(self.ratio(a, b, at)?.to_string()));
            rows.push((format!("{a} / {b}"), ratios));
        }
        for line in ["mutex", "channel"] {
            let cpu = medians(line, |f| &f.cpu, Unit::Time);
            rows.push((format!("CPU time of {line}"), cpu));
            let late = medians(line, |f| &f.late, Unit::Time);
            rows.push((format!("{line} is late by"), late));
        }
        let less = |at| Some(self.ratio("channel", "mutex", at)?.says().into());
        rows.push(("takes less".into(), self.cells(less)));
        rows.retain(|(_, cells)| cells.iter().any(Option::is_some));
        rows.insert(0, (self.of.into(), self.cells(|at| Some(count(at)))));
        let row = |(name, cells): (String, Vec<Option<String>>)| {
            let cells =
                cells.into_iter().map(|cell| cell.unwrap_or("-".into()));
            [name].into_iter().chain(cells).collect()
        };
        Table(rows.into_iter().map(row).collect())
    }

    /// The intervals of its table; or only those between a line and itself.
    fn intervals(&self, same: bool) -> Vec<Interval> {
        let ratios = RATIOS.iter().filter(|(a, b)| !same || *a == again(b));
        let all = ratios.flat_map(|(a, b)| {
            let at = |at| self.ratio(a, b, at);
            self.places().into_iter().filter_map(at)
        });
        all.collect()
    }

    /// One for each place.
    fn cells(&self, of: impl Fn(f64) -> Option<String>) -> Vec<Option<String>> {
        self.places().into_iter().map(of).collect()
    }
}

impl Verdict {
    /// All of it, as Markdown that reads well in a terminal.
    pub fn text(&self) -> String {
        let mut text = self.machine.to_string();
        for question in &self.questions {
            let Question { asks, what, figures, .. } = question;
            if !figures.is_empty() {
                let table = question.table();
                text += &format!("\n## {asks}\n\n{what}.\n\n{table}");
            }
        }
        for (_, title, table) in self.further() {
            text += &format!("\n## {title}\n\n{table}");
        }
        text
    }

    /// The tables of more than one question: their names, and their titles.
    pub fn further(&self) -> Vec<(&'static str, &'static str, Table)> {
        let questions = &self.questions;
        let trust = if self.same { "same" } else { "trust" };
        let all = [
            ("all", "In one table", summary::table(questions)),
            ("prices", "What a poll is made of", prices::table(questions)),
            (trust, "How far to trust it", Some(self.trust())),
        ];
        let some = |(name, title, table)| Some((name, title, table?));
        all.into_iter().filter_map(some).collect()
    }

    /// How many intervals there are, and how many of them are expected to miss.
    /// If each is between a line and itself, the true ratio is known: it is 1.
    pub fn trust(&self) -> Table {
        let questions = self.questions.iter();
        let all = questions.flat_map(|q| q.intervals(self.same));
        // Not what is called a range.
        let all: Vec<Interval> = all.filter(|i| i.is_sure()).collect();
        let expected = all.iter().fold(0.0, |sum, i| sum + 1.0 - i.sure);
        let mut rows = vec![
            ("intervals", all.len().to_string()),
            ("expected to miss the true ratio", format!("{expected:.1}")),
        ];
        if self.same {
            let miss = all.iter().filter(|i| i.misses_one()).count();
            let mut sees: Vec<f64> = all.iter().map(|i| i.sees()).collect();
            sees.sort_by(f64::total_cmp);
            let share = |share: f64| {
                let at = (sees.len() as f64 * share).ceil() as usize;
                let sees = sees.get(at.saturating_sub(1));
                sees.map_or("-".into(), |sees| format!("{:.0} %", sees * 1e2))
            };
            rows.extend([
                ("miss it", miss.to_string()),
                ("half of them would see a difference of", share(0.5)),
                ("nine in ten would see one of", share(0.9)),
            ]);
        }
        Table(rows.into_iter().map(|(a, b)| vec![a.into(), b]).collect())
    }
}

#[cfg(test)]
mod tests;
