//! Runs a case and waits for its end, though not for ever.
//!
//! A run that hangs cannot be ended: its threads are left asleep, until the
//! process ends.
//!
//! Next: [`shrink`](crate::shrink).

use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;
use std::sync::mpsc::RecvTimeoutError::{Disconnected, Timeout};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::{Duration, Instant};

use shared::Url;

use crate::case::Case;
use crate::check::{Trouble, no_thread};
use crate::run::{Start, last_panic, once};
use crate::stage::Stage;
use crate::tally::{End, Tally};

/// How runs are started and watched.
#[derive(Clone, Copy)]
pub struct Watch {
    /// What makes the programs.
    pub start: Start,
    /// A run that makes no request for so long hangs, and so does one that
    /// has not ended so long after it was told to.
    pub patience: Duration,
}

/// How a run ended, when it has.
pub type Ended = Receiver<Result<End, Trouble>>;

/// How often it is looked at, if it is not heard of.
const TICK: Duration = Duration::from_millis(20);

impl Watch {
    /// Runs a case, as often as it says, and counts what happens.
    ///
    /// # Errors
    /// At the first run in which something is not as it must be.
    pub fn run(&self, case: &Case, tally: &Tally) -> Result<(), Trouble> {
        let urls = Stage::urls(case);
        tally.case(case.runs);
        for _ in 0..case.runs {
            let stage = Arc::new(Stage::new(case.clone()));
            let ended = self.start(&stage, urls.clone())?;
            let ended = self.wait(&stage, &ended);
            tally.add_all(&stage.tally);
            tally.end(ended?);
        }
        Ok(())
    }

    /// Starts a run in a thread of its own.
    ///
    /// # Errors
    /// If there is no thread.
    pub fn start(
        &self,
        stage: &Arc<Stage>,
        urls: Arc<[Url]>,
    ) -> Result<Ended, Trouble> {
        let (tell, ended) = channel();
        let (stage, start) = (stage.clone(), self.start);
        let run = move || {
            // If no thread waits any more, the run was taken for a hang.
            let _ = tell.send(once(&stage, urls, start));
        };
        let thread = thread::Builder::new().name("run".into()).spawn(run);
        thread.map_err(no_thread)?;
        Ok(ended)
    }

    /// Waits until it has ended, or hangs.
    ///
    /// # Errors
    /// If something is not as it must be.
    pub fn wait(&self, stage: &Stage, ended: &Ended) -> Result<End, Trouble> {
        let mut moved = (0, Instant::now());
        loop {
            match ended.recv_timeout(TICK) {
                Ok(end) => return end,
                Err(Disconnected) => {
                    let why = format!("the soak panicked: {}", last_panic());
                    return Err(Trouble::Broken(why));
                }
                Err(Timeout) => {}
            }
            let begun = stage.begun.load(Relaxed);
            if begun != moved.0 {
                moved = (begun, Instant::now());
            }
            self.look(stage, moved.1)?;
        }
    }

    /// Whether it still goes on as it should.
    fn look(&self, stage: &Stage, moved: Instant) -> Result<(), Trouble> {
        let abandoned = stage.abandoned.load(Relaxed);
        let told = stage.told.get().map_or(Duration::ZERO, Instant::elapsed);
        let hangs = told.max(moved.elapsed()) > self.patience;
        if !abandoned && !hangs {
            return Ok(());
        }
        stage.abandon();
        match stage.what_was_wrong() {
            Some(wrong) => Err(Trouble::Broken(wrong)),
            None => Err(Trouble::Hung(self.how(stage))),
        }
    }

    /// How it hangs.
    fn how(&self, stage: &Stage) -> String {
        let begun = stage.begun.load(Relaxed);
        let ended = stage.ended.load(Relaxed);
        let live = stage.live.load(Relaxed);
        let what = if stage.over.load(Relaxed) {
            "`run` has returned, and its threads do not end"
        } else if stage.told.get().is_some() {
            "it was told to end, and does not"
        } else {
            "it makes no request and does not end"
        };
        format!(
            "{what}, for {:?}: {begun} requests began, {ended} ended; of the \
             threads that made them, {live} live",
            self.patience
        )
    }
}
