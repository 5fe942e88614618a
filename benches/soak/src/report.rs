//! What is said of a case that fails: how, as what command, and how small it
//! can be made.
//!
//! Next: [`tally`](crate::tally).

use std::time::{Duration, Instant};

use compare::out::Failure;

use crate::say;

use crate::case::Case;
use crate::check::Trouble;
use crate::shrink::shrink;
use crate::tally::{Tally, grouped};
use crate::watch::Watch;

/// A case that failed.
pub struct Failed {
    /// What was run.
    pub case: Case,
    /// Its number, from 0.
    pub number: u64,
    /// The seed of the soak.
    pub seed: u64,
    /// What went wrong.
    pub trouble: Trouble,
    /// How many polls there had been on this side.
    pub polls: u64,
}

/// Shrinking takes this long at most.
const TIME: Duration = Duration::from_secs(60);

/// While it shrinks, a run hangs after this.
const PATIENCE: Duration = Duration::from_secs(2);

/// So many tries at most for one case.
const TRIES: u32 = 200;

/// Tries that failed, of how many, and how the last of them did.
struct Tried {
    failed: u32,
    of: u32,
    how: Option<Trouble>,
}

/// Says what failed, and then shrinks it.
///
/// # Errors
/// Always: that it failed.
pub fn say_failed(failed: &Failed, watch: Watch) -> Result<(), Failure> {
    let Failed { case, number, seed, trouble, polls } = failed;
    if let Trouble::Machine(why) = trouble {
        return Err(Failure::Failed(why.clone()));
    }
    let polls = grouped(*polls);
    say(format!(
        "FAILED on the {} side: {trouble}.\nCase {number} of seed {seed}, \
         after {polls} polls of this side:\n  cargo soak --case {case}\n",
        case.side.name()
    ));
    let patience = watch.patience.min(PATIENCE);
    let tries =
        Tries { watch: Watch { patience, ..watch }, at: Instant::now() };
    let drawn = tries.of(case, TRIES, 3);
    if drawn.failed == 0 {
        say(format!("It failed in none of {} more tries.", drawn.of));
    } else {
        say(format!("It failed in {drawn} more tries. Shrinking it ..."));
        say_smaller(case, &drawn, &tries);
    }
    Err(Failure::Failed("a case failed".into()))
}

fn say_smaller(case: &Case, drawn: &Tried, tries: &Tries) {
    // Enough to see one that fails half as often.
    let enough = (8 * drawn.of / drawn.failed).min(TRIES);
    // One that always fails is not to become one that hardly ever does.
    let sure = if drawn.failed == drawn.of { 2 } else { 1 };
    let small =
        shrink(case, |case| tries.of(case, enough, sure).failed == sure);
    let last = Tries { at: Instant::now(), ..*tries }.of(&small, enough, 5);
    let how = last.how.as_ref().map_or(String::new(), |how| format!(": {how}"));
    say(format!(
        "As small as it became, it failed in {last} tries{how}.\n  cargo soak \
         --case {small}\n"
    ));
}

/// Tries cases, until the time for it is over.
struct Tries {
    watch: Watch,
    at: Instant,
}

impl Tries {
    /// Tries a case until it has failed so often, or was tried so often.
    fn of(&self, case: &Case, most: u32, enough: u32) -> Tried {
        let mut tried = Tried { failed: 0, of: 0, how: None };
        while tried.of < most
            && tried.failed < enough
            && self.at.elapsed() < TIME
        {
            tried.of += 1;
            if let Err(trouble) = self.watch.run(case, &Tally::default()) {
                tried.failed += 1;
                tried.how = Some(trouble);
            }
        }
        tried
    }
}

impl std::fmt::Display for Tried {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} of {}", self.failed, self.of)
    }
}
