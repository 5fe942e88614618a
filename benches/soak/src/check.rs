//! What must hold when a run has ended: the counts at both ends, compared.
//!
//! Next: [`watch`](crate::watch), for a run that does not end.

use std::any::Any;
use std::fmt;
use std::io;
use std::num::NonZeroU64;
use std::sync::atomic::Ordering::Relaxed;
use std::thread;

use shared::{NotStarted, Report};

use crate::run::last_panic;
use crate::script::answer;
use crate::stage::{Stage, Thrown};
use crate::tally::End;

/// What went wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Trouble {
    /// Something is not as it must be.
    Broken(String),
    /// It does not end.
    Hung(String),
    /// The machine has not enough threads: no fault of a poller.
    Machine(String),
}

impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Trouble::Broken(why) => why,
            Trouble::Hung(why) => why,
            Trouble::Machine(why) => why,
        })
    }
}

/// What `run` returned, or panicked with.
pub type Returned = thread::Result<Result<Report, NotStarted>>;

/// The machine has no more threads.
pub fn no_thread(error: io::Error) -> Trouble {
    Trouble::Machine(format!("a thread could not be started: {error}"))
}

/// Compares what the stage saw with what `run` returned.
///
/// # Errors
/// If they do not fit.
pub fn check(stage: &Stage, returned: Returned) -> Result<End, Trouble> {
    let end = match returned {
        Ok(Ok(report)) => reported(stage, &report),
        Ok(Err(error)) => return Err(Trouble::Machine(error.to_string())),
        Err(panic) => panicked(stage, &*panic),
    };
    let (begun, ended) = (stage.begun.load(Relaxed), stage.ended.load(Relaxed));
    if begun != ended {
        stage.wrong(|| format!("{begun} requests began, and {ended} ended"));
    }
    match stage.what_was_wrong() {
        Some(wrong) => Err(Trouble::Broken(wrong)),
        None => Ok(end),
    }
}

/// The panic must be one that the log threw.
fn panicked(stage: &Stage, panic: &(dyn Any + Send)) -> End {
    if !panic.is::<Thrown>() {
        let text = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
        let text = text.unwrap_or_else(last_panic);
        stage.wrong(|| format!("`run` panicked, and not by the log: {text}"));
    } else if stage.thrown.load(Relaxed) == 0 {
        stage.wrong(|| "`run` raised a panic of another run".into());
    }
    End::Panic
}

fn reported(stage: &Stage, report: &Report) -> End {
    if stage.thrown.load(Relaxed) > 0 {
        stage.wrong(|| "the log panicked, and `run` did not".into());
    }
    let (polls, ended) = (report.states.polls(), stage.ended.load(Relaxed));
    if polls != ended {
        stage.wrong(|| {
            format!(
                "the web answered {ended} requests, and the report has \
                     {polls} polls"
            )
        });
    }
    let stopped = stage.told.get().is_some();
    for id in 0..stage.sites.len() {
        url(stage, report, id, stopped);
    }
    if stopped { End::Stop } else { End::Rounds }
}

/// The last state is the last answer, its error is in the log, and there were
/// as many rounds as there should be.
fn url(stage: &Stage, report: &Report, id: usize, stopped: bool) {
    let (case, site) = (&stage.case, &stage.sites[id]);
    let attempts = site.attempts.load(Relaxed);
    let last = (attempts > 0).then(|| answer(case, id, attempts).0.state());
    let state = report.states.get(id);
    if state != last {
        stage.wrong(|| {
            format!(
                "the report has {state:?} for URL {id}, whose last \
                     answer was {last:?}"
            )
        });
    }
    if site.unlogged.load(Relaxed) != 0 {
        stage.wrong(|| format!("the last error of URL {id} is not in the log"));
    }
    let Some(rounds) = case.rounds.map(NonZeroU64::get) else {
        if !stopped {
            stage.wrong(|| "it ended, with no rounds and no stop".into());
        }
        return;
    };
    if attempts > rounds || (attempts < rounds && !stopped) {
        stage.wrong(|| {
            format!("URL {id} was polled {attempts} times, in {rounds} rounds")
        });
    }
}
