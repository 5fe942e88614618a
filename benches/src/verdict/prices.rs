//! Counts times prices: what a poll should take, from what its parts take when
//! they are measured alone, beside what it did take.
//!
//! All of it is CPU time, of all threads. That can be added up. Elapsed time
//! cannot: threads work side by side, or wait for each other.
//!
//! Next: [`chart`](super::chart).

use super::stats::median;
use super::tables::{Table, Unit, cell, count, figure};
use super::{Figure, Question};

/// How many locks a poll takes, or messages it sends, on each side: the model
/// `each_poll_is_counted` of both pollers counts them.
const CALLS: [(&str, f64); 2] = [("mutex", 2.0), ("channel", 3.0)];

/// The URLs of the places where all questions have one.
const COMMON: f64 = 100.0;

/// A sum that is this near has explained the figure.
const NEAR: f64 = 0.3;

/// A question whose polls are taken apart.
struct Part {
    question: &'static str,
    /// The name of its places, in the table.
    place: &'static str,
    /// The lines that have the prices of a lock, a message and a wake-up, and
    /// the questions in which they are measured.
    prices: [(&'static str, &'static str); 3],
    /// What else there is on each side, if a sum is too small.
    besides: [&'static str; 2],
}

const PARTS: [Part; 3] = [
    Part {
        question: "workers",
        place: "workers",
        prices: [
            ("workers", "lock-pair"),
            ("urls", "hand-over"),
            ("urls", "waking-hop"),
        ],
        besides: ["data go from core to core", "looks into empty channels"],
    },
    Part {
        question: "one-core",
        place: "one core, URLs",
        prices: [
            ("one-core", "lock-pair"),
            ("one-core", "send-recv"),
            ("one-core", "waking-hop"),
        ],
        besides: ["", "looks into empty channels"],
    },
    Part {
        question: "on-time",
        place: "on time, workers",
        prices: [
            ("urls", "lock-pair"),
            ("urls", "hand-over"),
            ("urls", "waking-hop"),
        ],
        besides: ["", "looks into empty channels"],
    },
];

/// A poll, and what it is made of.
struct Bill {
    of: String,
    work: f64,
    calls: [f64; 2],
    wakes: [f64; 2],
    took: f64,
    besides: &'static str,
}

/// A row for each poll whose parts were measured, and how many of the sums are
/// near; nothing if there is none.
pub fn table(questions: &[Question]) -> Option<Table> {
    let all: Vec<Bill> = PARTS
        .iter()
        .filter_map(|part| bills(questions, part))
        .flatten()
        .collect();
    let head = "a poll of|work|locks, messages|wake-ups|sum|CPU time|\
                CPU time / sum|what else there is";
    let head: Vec<String> = head.split('|').map(String::from).collect();
    let near = all.iter().filter(|bill| bill.is_near()).count();
    let mut last = vec![String::new(); head.len()];
    last[0] = format!("within {:.0} %", NEAR * 1e2);
    last[6] = format!("{near} of {}", all.len());
    let rows = all.iter().map(Bill::row);
    let rows = [head].into_iter().chain(rows).chain([last]);
    (!all.is_empty()).then(|| Table(rows.collect()))
}

fn named<'a>(all: &'a [Question], name: &str) -> Option<&'a Question> {
    all.iter().find(|question| question.name == name)
}

/// This line at this place, or at the only one where it is measured.
fn priced<'a>(
    all: &'a [Question],
    (name, line): (&str, &str),
    at: f64,
) -> Option<&'a Figure> {
    let question = named(all, name)?;
    let any = question.figures.iter().find(|f| f.line == line);
    question.figure(line, at).or(any)
}

/// All those of one question.
fn bills(all: &[Question], part: &Part) -> Option<Vec<Bill>> {
    let question = named(all, part.question)?;
    let wake = each_wake(priced(all, part.prices[2], 0.0)?)?;
    let bill = |at: f64, side: usize| {
        let (line, calls) = CALLS[side];
        let Figure { cpu, samples, sleeps, .. } = question.figure(line, at)?;
        let partition = |name, at| priced(all, (name, "partition"), at);
        let work = partition(part.question, at)
            .or_else(|| partition("urls", COMMON))?;
        let wakes = (!sleeps.is_empty()).then(|| median(sleeps))?;
        let each = median(&priced(all, part.prices[side], at)?.cpu);
        Some(Bill {
            of: format!("{line}, {}: {}", part.place, count(at)),
            work: median(&work.cpu),
            calls: [calls, calls * each],
            wakes: [wakes, wakes * wake],
            took: median(if cpu.is_empty() { samples } else { cpu }),
            besides: part.besides[side],
        })
    };
    let places = question.places().into_iter();
    let both = places.flat_map(|at| [bill(at, 0), bill(at, 1)]);
    Some(both.flatten().collect())
}

/// CPU time for each time that a thread goes to sleep, and is woken.
fn each_wake(hop: &Figure) -> Option<f64> {
    let rounds = hop.cpu.iter().zip(&hop.sleeps);
    let each: Vec<f64> = rounds.map(|(cpu, n)| cpu / n).collect();
    (!each.is_empty()).then(|| median(&each))
}

impl Bill {
    fn sum(&self) -> f64 {
        self.work + self.calls[1] + self.wakes[1]
    }

    fn is_near(&self) -> bool {
        let times = self.took / self.sum();
        (1.0 / (1.0 + NEAR)..=1.0 + NEAR).contains(&times)
    }

    /// What else there is, or what the sum counts though it is shared.
    fn remainder(&self) -> &'static str {
        if self.is_near() {
            ""
        } else if self.took > self.sum() {
            self.besides
        } else {
            "workers wake together"
        }
    }

    fn row(&self) -> Vec<String> {
        let ns = |ns| cell(ns, Unit::Time);
        let [calls, wakes] = [self.calls, self.wakes];
        vec![
            self.of.clone(),
            ns(self.work),
            format!("{}: {}", calls[0], ns(calls[1])),
            format!("{}: {}", figure(wakes[0]), ns(wakes[1])),
            ns(self.sum()),
            ns(self.took),
            figure(self.took / self.sum()),
            self.remainder().into(),
        ]
    }
}
