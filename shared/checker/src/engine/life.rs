//! What a thread has done and seen so far, in one number.
//!
//! Next: [`explore`](super::explore), which tells states apart by it.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::mem;

/// What a thread has done and seen, as a hash: what it will do follows from
/// that, and from what it will see.
#[derive(Default, Clone)]
pub(super) struct Life {
    pub hash: u64,
    now: DefaultHasher,
    // It has changed something in this turn.
    effect: bool,
    /// Rounds of it were left out of the hash.
    pub folded: bool,
    // Of each turn since it changed something last: the hash of what it did,
    // and of all before.
    idle: Vec<(u64, u64)>,
}

/// A round has no more turns than this.
const LONGEST_ROUND: usize = 12;

impl Life {
    /// It has changed something.
    pub fn acts(&mut self) {
        self.effect = true;
    }

    /// It sees or learns this.
    pub fn sees(&mut self, what: &impl Hash) {
        what.hash(&mut self.now);
    }

    /// A turn is over. Rounds without end are the same as so many.
    pub fn turn(&mut self, rounds: usize) {
        let did = mem::take(&mut self.now).finish();
        if mem::take(&mut self.effect) {
            self.idle.clear();
        } else {
            self.idle.push((did, self.hash));
        }
        self.hash = hash(&(self.hash, did));
        let all = &self.idle;
        let goes_round = |period: &usize| {
            let turns = period * rounds;
            let last = all.len().checked_sub(turns).map(|from| &all[from..]);
            last.is_some_and(|last| {
                last.windows(period + 1).all(|w| w[0].0 == w[*period].0)
            })
        };
        if let Some(period) = (1..=LONGEST_ROUND).find(goes_round) {
            let before = all.len() - period;
            self.hash = all[before].1;
            self.folded = true;
            self.idle.truncate(before);
        }
    }
}

/// A hash of this.
pub(super) fn hash(value: &impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    hasher.finish()
}
