//! How the lines of a point are measured: all of them in turn, there and back
//! again (A B C, C B A, ...), so that what disturbs the machine disturbs all
//! alike.
//!
//! Every sample that is handed out was measured. None is handed out twice:
//! repeated samples would make an interval look narrow that is not.
//!
//! Next: [`load`](crate::load), what else the machine may have to do.

use std::cell::RefCell;

/// What one run has shown.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Measured {
    /// What was asked for.
    pub figure: f64,
    /// CPU time in the same unit, or 0.
    pub cpu: f64,
    /// How late its polls began, in ns, or 0.
    pub late: f64,
}

/// A line's name, and what measures it once. Each time it starts its threads
/// anew, so one round tells nothing about the next.
pub type Timed<'a> = (String, Box<dyn Fn() -> Measured + 'a>);

/// The rounds of a point, measured when they are asked for.
pub struct Rounds<'a> {
    lines: Vec<Timed<'a>>,
    measured: RefCell<Vec<Vec<Measured>>>,
}

impl<'a> Rounds<'a> {
    /// Has measured nothing yet.
    pub fn new(lines: Vec<Timed<'a>>) -> Self {
        Rounds { lines, measured: RefCell::default() }
    }

    /// What its lines are called.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.lines.iter().map(|(name, _)| name.as_str())
    }

    /// Measures until there are at least so many rounds.
    pub fn at_least(&self, rounds: usize) {
        if rounds > 0 && self.measured.borrow().is_empty() {
            // One round does not count: it brings code and data into caches.
            self.round();
        }
        while self.measured.borrow().len() < rounds {
            let round = self.round();
            self.measured.borrow_mut().push(round);
        }
    }

    fn round(&self) -> Vec<Measured> {
        let mut round = vec![Measured::default(); self.lines.len()];
        let mut order: Vec<usize> = (0..round.len()).collect();
        if self.measured.borrow().len() % 2 == 1 {
            order.reverse();
        }
        for line in order {
            round[line] = self.lines[line].1();
        }
        round
    }

    /// What criterion is told at this call, from 1, in which it asks for the
    /// time of so many iterations. The first is its warm-up, of which it keeps
    /// only how long the call took. To each of the others it is told the next
    /// sample so many times over, and divides by that.
    pub fn told(&self, line: usize, iters: u64, call: usize) -> f64 {
        let round = call.saturating_sub(2);
        self.at_least(round + 1);
        self.measured.borrow()[round][line].figure * iters as f64
    }

    /// All that was measured, by lines; nothing if nothing was.
    pub fn by_lines(self) -> Vec<(String, Vec<Measured>)> {
        let rounds = self.measured.into_inner();
        if rounds.is_empty() {
            return Vec::new();
        }
        let of = |line| rounds.iter().map(|round| round[line]).collect();
        let lines = self.lines.into_iter().enumerate();
        lines.map(|(line, (name, _))| (name, of(line))).collect()
    }
}
