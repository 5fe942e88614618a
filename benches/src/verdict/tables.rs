//! How figures and tables are written.
//!
//! Next: [`stats`](super::stats).

use std::collections::BTreeMap;
use std::fmt;

use indicatif::HumanCount;
use serde::Serialize;

use super::Verdict;

/// The unit of a question's figures.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum Unit {
    /// Nanoseconds, written in the unit that fits.
    Time,
    /// Bytes.
    Bytes,
}

/// Rows of cells; the first is the heading.
#[derive(Debug, Serialize)]
pub struct Table(pub Vec<Vec<String>>);

impl Table {
    /// As Markdown, a line for each row. All columns are as wide as they must
    /// be, so that it can be read in a terminal.
    pub fn lines(&self) -> Vec<String> {
        let width = |n: usize| {
            let cells = self.0.iter().map(|row| row[n].len());
            cells.max().unwrap_or_default()
        };
        let line = |row: &Vec<String>| {
            let cell = |(n, text): (usize, &String)| {
                let wide = width(n);
                format!(" {text:wide$} |")
            };
            let cells = row.iter().enumerate().map(cell);
            format!("|{}", cells.collect::<String>())
        };
        let rule = |n| format!("{}|", "-".repeat(width(n) + 2));
        let rules = (0..self.0[0].len()).map(rule);
        let mut lines: Vec<String> = self.0.iter().map(line).collect();
        lines.insert(1, format!("|{}", rules.collect::<String>()));
        lines
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.lines().iter().try_for_each(|line| writeln!(f, "{line}"))
    }
}

/// What `docs/record.json` holds: the lines of each table, under its name.
pub fn record(verdict: &Verdict) -> BTreeMap<&'static str, Vec<String>> {
    let questions = verdict.questions.iter();
    let tables = questions.map(|q| (q.name, q.table().lines()));
    let further = verdict.further();
    let further = further.iter().map(|(name, _, table)| (*name, table.lines()));
    let machine = ("machine", verdict.machine.lines());
    tables.chain(further).chain([machine]).collect()
}

/// `96.5 ns`, or `81.1 bytes`.
pub fn cell(n: f64, unit: Unit) -> String {
    let (n, unit) = match unit {
        Unit::Bytes => (n, "bytes"),
        Unit::Time if n < 1e3 => (n, "ns"),
        Unit::Time if n < 1e6 => (n / 1e3, "us"),
        Unit::Time if n < 1e9 => (n / 1e6, "ms"),
        Unit::Time => (n / 1e9, "s"),
    };
    format!("{} {unit}", figure(n))
}

/// Three digits, as far as they mean anything.
pub fn figure(n: f64) -> String {
    match n {
        n if n >= 99.95 => count(n),
        n if n >= 9.995 => format!("{n:.1}"),
        n => format!("{n:.2}"),
    }
}

/// `1,000,000`.
pub fn count(n: f64) -> String {
    HumanCount(n.round() as u64).to_string()
}
