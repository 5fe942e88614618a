//! How the lines of a point are measured: all of them in turn, in each round in
//! another order, so that what disturbs the machine disturbs all alike, and
//! none always runs behind the same one.
//!
//! Every sample that is handed out was measured, and none is handed out twice:
//! repeated samples would make an interval look narrow that is not.
//!
//! Next: [`load`](crate::load), what else the machine may have to do.

use std::rc::Rc;

use fastrand::Rng;

/// What one run has shown.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Measured {
    /// What was asked for.
    pub figure: f64,
    /// CPU time in the same unit, or 0.
    pub cpu: f64,
    /// How late its polls began, in ns, or 0.
    pub late: f64,
    /// How often a thread went to sleep, and how often one left its core to
    /// another that was ready; if that was counted.
    pub switches: Option<[f64; 2]>,
}

/// A line's name, and what measures it once. Each time it starts its threads
/// anew, so one round tells nothing about the next.
pub type Timed<'a> = (String, Rc<dyn Fn() -> Measured + 'a>);

/// The lines that are the finished pollers.
pub const FINISHED: [&str; 2] = ["mutex", "channel"];

/// The name of a line that is measured again, as if it were another one.
pub fn again(line: &str) -> String {
    format!("{line} again")
}

/// The rounds of a point.
pub struct Rounds<'a> {
    lines: Vec<Timed<'a>>,
    measured: Vec<Vec<Measured>>,
    warm: bool,
}

impl<'a> Rounds<'a> {
    /// Has measured nothing yet.
    pub fn new(lines: Vec<Timed<'a>>) -> Self {
        Rounds { lines, measured: Vec::new(), warm: false }
    }

    /// The finished pollers, each of them twice: what is seen between the two
    /// is noise.
    pub fn twins(self) -> Self {
        let finished = |(name, _): &Timed| FINISHED.contains(&name.as_str());
        let lines = self.lines.into_iter().filter(finished);
        let twice = |(name, measure): Timed<'a>| {
            [(again(&name), measure.clone()), (name, measure)]
        };
        Rounds::new(lines.flat_map(twice).collect())
    }

    /// What its lines are called.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.lines.iter().map(|(name, _)| name.as_str())
    }

    /// Measures each line once, in a random order.
    pub fn measure(&mut self, random: &mut Rng) {
        if !self.warm {
            // One round does not count: it brings code and data into caches.
            self.round(random);
            self.warm = true;
        }
        let round = self.round(random);
        self.measured.push(round);
    }

    fn round(&self, random: &mut Rng) -> Vec<Measured> {
        let mut round = vec![Measured::default(); self.lines.len()];
        let mut order: Vec<usize> = (0..round.len()).collect();
        random.shuffle(&mut order);
        for line in order {
            round[line] = self.lines[line].1();
        }
        round
    }

    /// All that was measured, by lines; nothing if nothing was.
    pub fn by_lines(self) -> Vec<(String, Vec<Measured>)> {
        let rounds = self.measured;
        if rounds.is_empty() {
            return Vec::new();
        }
        let of = |line| rounds.iter().map(|round| round[line]).collect();
        let lines = self.lines.into_iter().enumerate();
        lines.map(|(line, (name, _))| (name, of(line))).collect()
    }
}
