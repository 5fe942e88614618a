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

/// A line, and the question in which it is measured.
type Priced = (&'static str, &'static str);

/// A question whose polls are taken apart. What has two values has one for each
/// side.
struct Part {
    question: &'static str,
    /// The name of its places, in the table.
    place: &'static str,
    /// The prices of a lock and of a message.
    calls: [Priced; 2],
    /// What it takes to go to sleep and to be woken.
    sleeps: [Priced; 2],
    /// What it takes to look, and to give the core to another thread.
    yields: Priced,
    /// What the sum leaves out if it is too small; and what it counts too often
    /// if it is too large.
    reasons: [[&'static str; 2]; 2],
}

const PARTS: [Part; 3] = [
    Part {
        question: "workers",
        place: "workers",
        calls: [("workers", "lock-pair"), ("urls", "hand-over")],
        sleeps: [("urls", "waking-hop"), ("urls", "waking-hop")],
        yields: ("urls", "empty-look"),
        reasons: [["looks at a lock in use", UNKNOWN], [UNKNOWN; 2]],
    },
    Part {
        question: "one-core",
        place: "one core, URLs",
        calls: [("one-core", "lock-pair"), ("one-core", "hand-over")],
        sleeps: [("one-core", "waking-hop"), ("one-core", "waking-hop")],
        yields: ("one-core", "empty-look"),
        reasons: [[UNKNOWN; 2], [UNKNOWN, "more messages to a switch"]],
    },
    Part {
        question: "on-time",
        place: "on time, workers",
        calls: [("urls", "lock-pair"), ("urls", "hand-over")],
        // Under the lock, threads sleep until a time.
        sleeps: [("urls", "timed-wait"), ("urls", "waking-hop")],
        yields: ("urls", "empty-look"),
        reasons: [["cold caches", "workers wake together"], [UNKNOWN; 2]],
    },
];

const UNKNOWN: &str = "not known";

/// A poll, and what it is made of: how many of each, and the price of one.
struct Bill {
    of: String,
    work: f64,
    calls: [f64; 2],
    sleeps: [f64; 2],
    yields: [f64; 2],
    took: f64,
    reasons: [&'static str; 2],
}

/// A row for each poll whose parts were measured, and how many of the sums are
/// near; nothing if there is none.
pub fn table(questions: &[Question]) -> Option<Table> {
    let all: Vec<Bill> = PARTS
        .iter()
        .filter_map(|part| bills(questions, part))
        .flatten()
        .collect();
    let head = "a poll of|work|locks, messages|sleeps|yields|sum|CPU time|\
                CPU time / sum|if not near: why";
    let head: Vec<String> = head.split('|').map(String::from).collect();
    let near = all.iter().filter(|bill| bill.is_near()).count();
    let mut last = vec![String::new(); head.len()];
    last[0] = format!("within {:.0} %", NEAR * 1e2);
    last[7] = format!("{near} of {}", all.len());
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
    let look = priced(all, part.yields, 0.0)?;
    let a_yield = each(look, &look.yields, &[])?;
    let bill = |at: f64, side: usize| {
        let (line, calls) = CALLS[side];
        let poll = question.figure(line, at)?;
        let partition = |name, at| priced(all, (name, "partition"), at);
        let work = partition(part.question, at)
            .or_else(|| partition("urls", COMMON))?;
        let hop = priced(all, part.sleeps[side], 0.0)?;
        let a_sleep = each(hop, &hop.sleeps, &[(&hop.yields, a_yield)])?;
        let call = priced(all, part.calls[side], at)?;
        let besides = [(&call.sleeps, a_sleep), (&call.yields, a_yield)];
        let a_call = each(call, &vec![1.0; call.cpu.len()], &besides)?;
        let Figure { cpu, samples, sleeps, yields, .. } = poll;
        let sleeps = (!sleeps.is_empty()).then(|| median(sleeps))?;
        let yields = median(yields);
        Some(Bill {
            of: format!("{line}, {}: {}", part.place, count(at)),
            work: median(&work.cpu),
            calls: [calls, a_call],
            sleeps: [sleeps, a_sleep],
            yields: [yields, a_yield],
            took: median(if cpu.is_empty() { samples } else { cpu }),
            reasons: part.reasons[side],
        })
    };
    let places = question.places().into_iter();
    let both = places.flat_map(|at| [bill(at, 0), bill(at, 1)]);
    Some(both.flatten().collect())
}

/// CPU time of a line for each of what was counted, without what has a price of
/// its own: how much there was of that, and the price. Nothing if there was
/// nothing to count.
fn each(
    line: &Figure,
    counts: &[f64],
    besides: &[(&Vec<f64>, f64)],
) -> Option<f64> {
    let each = |(round, (cpu, count)): (usize, (&f64, &f64))| {
        let paid = besides
            .iter()
            .map(|(counts, price)| Some(counts.get(round)? * price));
        let paid = paid.sum::<Option<f64>>()?;
        (*count > 0.0).then(|| (cpu - paid) / count)
    };
    let rounds = line.cpu.iter().zip(counts).enumerate();
    let each: Vec<f64> = rounds.filter_map(each).collect();
    (!each.is_empty()).then(|| median(&each))
}

impl Bill {
    fn sum(&self) -> f64 {
        let parts = [self.calls, self.sleeps, self.yields];
        self.work + parts.iter().map(|[n, price]| n * price).sum::<f64>()
    }

    fn is_near(&self) -> bool {
        let times = self.took / self.sum();
        (1.0 / (1.0 + NEAR)..=1.0 + NEAR).contains(&times)
    }

    fn reason(&self) -> &'static str {
        match self.reasons {
            _ if self.is_near() => "",
            [more, _] if self.took > self.sum() => more,
            [_, less] => less,
        }
    }

    fn row(&self) -> Vec<String> {
        let ns = |ns| cell(ns, Unit::Time);
        let part = |[n, price]: [f64; 2]| {
            let n = match n {
                n if n.fract() == 0.0 => count(n),
                n if n < 0.995 => format!("{n:.4}"),
                n => figure(n),
            };
            format!("{n} x {}", ns(price))
        };
        vec![
            self.of.clone(),
            ns(self.work),
            part(self.calls),
            part(self.sleeps),
            part(self.yields),
            ns(self.sum()),
            ns(self.took),
            figure(self.took / self.sum()),
            self.reason().into(),
        ]
    }
}
