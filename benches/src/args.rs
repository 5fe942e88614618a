//! The command line of `cargo bench`.
//!
//! Next: [`lines`](crate::lines), what it times.

use std::fmt;
use std::num::NonZeroU16;

use clap::Parser;

/// Measures both pollers, in rounds, and answers each question with a table.
#[derive(Debug, Parser)]
#[command(bin_name = "cargo bench --", max_term_width = 80)]
pub struct Args {
    /// Only questions, lines or places with this in their name:
    /// `urls`, `mutex`, "When does"
    #[arg(value_name = "NAME")]
    pub names: Vec<String>,
    /// Rough, in a fraction of the time
    #[arg(long)]
    pub quick: bool,
    /// Measure each finished poller against itself: what this benchmark sees
    /// where there is no difference
    #[arg(long)]
    pub same: bool,
    /// How often to measure each line
    #[arg(long, value_name = "N")]
    rounds: Option<NonZeroU16>,
    /// Measure the lines in the order of an earlier run
    #[arg(long, value_name = "N")]
    pub seed: Option<u64>,
    /// Print the names of all questions
    #[arg(long)]
    pub list: bool,
    // Cargo says it.
    #[arg(long, hide = true)]
    bench: bool,
}

impl Args {
    /// How often each line is measured.
    pub fn rounds(&self) -> usize {
        let usual = if self.quick { 6 } else { 16 };
        self.rounds.map_or(usual, |rounds| rounds.get().into())
    }

    /// Whether all questions are asked, as well as they can be.
    pub fn is_whole(&self) -> bool {
        let part = self.quick || self.same || self.list;
        self.names.is_empty() && !part
    }

    /// Whether this is asked for: all is, if no name is given.
    pub fn ask_for(&self, what: impl fmt::Display) -> bool {
        let what = what.to_string();
        let named = |name: &String| what.contains(name.as_str());
        self.names.is_empty() || self.names.iter().any(named)
    }
}
