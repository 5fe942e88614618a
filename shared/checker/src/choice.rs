//! A schedule as text: what `--schedule` takes, and a page's address holds.
//!
//! Next: `world`, in which a choice is made.

use std::fmt;
use std::str::FromStr;

/// A step that is possible now: a thread, and a choice that is not its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Choice {
    /// Which thread goes on.
    pub thread: usize,
    /// What else is chosen.
    pub how: How,
}

/// The choice that a step leaves to the scheduler, besides the thread.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum How {
    /// There is none.
    Plainly,
    /// It hands over a message: this thread gets it.
    To(usize),
    /// It wakes although no thread has woken it.
    Spuriously,
}

impl Choice {
    /// The one step of a thread that leaves no choice.
    pub fn of(thread: usize) -> Self {
        Choice { thread, how: How::Plainly }
    }
}

/// `2`: thread 2 goes on. `2w3`: and hands a message to thread 3. `2s`: it
/// wakes spuriously.
impl fmt::Display for Choice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.how {
            How::Plainly => write!(f, "{}", self.thread),
            How::To(other) => write!(f, "{}w{other}", self.thread),
            How::Spuriously => write!(f, "{}s", self.thread),
        }
    }
}

impl FromStr for Choice {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || {
            format!(
                "{text:?} is no step: a step is the number of a thread, such \
                 as 2; 2w3 if it wakes thread 3; 2s if it wakes spuriously"
            )
        };
        let number = |text: &str| text.parse().map_err(|_| wrong());
        let (thread, how) = if let Some(thread) = text.strip_suffix('s') {
            (thread, How::Spuriously)
        } else if let Some((thread, other)) = text.split_once('w') {
            (thread, How::To(number(other)?))
        } else {
            (text, How::Plainly)
        };
        Ok(Choice { thread: number(thread)?, how })
    }
}

/// `0,1,1,2w3`.
pub fn schedule(steps: &[Choice]) -> String {
    let steps: Vec<_> = steps.iter().map(Choice::to_string).collect();
    steps.join(",")
}

/// Reads what [`schedule`] writes.
///
/// # Errors
/// If a step cannot be read: the error says which.
pub fn parse_schedule(text: &str) -> Result<Vec<Choice>, String> {
    if text.trim().is_empty() {
        return Ok(Vec::new());
    }
    text.split(',').map(|step| step.trim().parse()).collect()
}
