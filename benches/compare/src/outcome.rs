//! The result of one run, as text.
//!
//! Next: [`json`](crate::json), the same for other programs.

use std::time::Duration;

use hdrhistogram::Histogram;
use shared::{Report, Settings};

use crate::design::Design;
use crate::facts;
use crate::listing::{in_short, listing};
use crate::record::Poll;

/// The result of one run.
pub struct Outcome {
    /// Which program.
    pub design: Design,
    /// Its settings.
    pub settings: Settings,
    /// Its report.
    pub report: Report,
    /// CPU time of the process during the run.
    pub cpu: Option<Duration>,
    /// The first polls, if they are to be shown.
    pub events: Option<Vec<Poll>>,
    /// How late all polls began, in ns, if that is to be shown.
    pub late: Option<Histogram<u64>>,
}

impl Outcome {
    /// Worker time lost while a URL was due.
    pub fn lost(&self, polls: &[Poll]) -> Duration {
        facts::lost(self.settings.pollers.get(), polls)
    }

    /// The result, of so many URLs, with at most so many of those that are not
    /// OK.
    pub fn as_text(&self, urls: usize, most: usize) -> String {
        let Report { states, elapsed } = &self.report;
        let (name, time) = (self.design.name(), in_short(*elapsed));
        let mut text = format!("{name}: {} polls in {time}", states.polls());
        if let Some(cpu) = self.cpu {
            text += &format!(", CPU {}", in_short(cpu));
        }
        if let Some(late) = &self.late {
            let [half, most, all] = quantiles(late);
            text += &format!(
                "\n  begun after due: half within {}, 99 % within {}, all {}",
                in_short(half),
                in_short(most),
                in_short(all)
            );
        }
        format!("{text}\n{}", listing(states, urls, most))
    }
}

/// Half of them are no more than the first, 99 of 100 no more than the second,
/// and all no more than the third.
pub fn quantiles(ns: &Histogram<u64>) -> [Duration; 3] {
    [0.5, 0.99, 1.0].map(|q| Duration::from_nanos(ns.value_at_quantile(q)))
}
