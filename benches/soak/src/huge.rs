//! Very many URLs, and how much memory they take as time goes on.
//!
//! Next: [`load`](crate::load).

use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;
use std::thread;
use std::time::{Duration, Instant};

use compare::interrupt::Interrupt;
use compare::listing::in_short;
use compare::out::Failure;

use crate::say;

use crate::case::{Case, Place, Side, Stop};
use crate::soak::Plan;
use crate::stage::Stage;
use crate::tally::{Tally, grouped, table};
use crate::watch::Watch;

/// Polls so many URLs on each side in turn, for its share of the time.
///
/// # Errors
/// If something is not as it must be.
pub fn huge(
    plan: &Plan,
    urls: usize,
    watch: Watch,
    interrupt: &Interrupt,
) -> Result<(), Failure> {
    let time = plan.time / plan.sides.len() as u32;
    let mut tallies = Vec::new();
    for side in &plan.sides {
        let stage = Arc::new(Stage::new(case(*side, plan.seed, urls)));
        say(format!("{}: {} URLs", side.name(), grouped(urls as u64)));
        let ended = watch.start(&stage, Stage::urls(&stage.case));
        let ended = ended.map_err(|why| Failure::Failed(why.to_string()))?;
        watch_memory(&stage, time, interrupt);
        stage.stop(Stop::At(Place::Thread, 0));
        let end = watch.wait(&stage, &ended);
        let end = end.map_err(|why| Failure::Failed(why.to_string()))?;
        let tally = Tally::default();
        tally.case(1);
        tally.add_all(&stage.tally);
        tally.end(end);
        tallies.push((side.name(), tally));
    }
    let columns: Vec<_> = tallies.iter().map(|(name, t)| (*name, t)).collect();
    say(format!("\n{}\n\nNothing lost, nothing hung.", table(&columns)));
    Ok(())
}

/// Without pauses, with faults and a listing each second.
fn case(side: Side, seed: u64, urls: usize) -> Case {
    let mut case = Case::plain(side);
    case.workers = case.workers.saturating_add(3);
    case.listing = Duration::from_secs(1);
    (case.seed, case.urls, case.rounds) = (seed, urls, None);
    (case.errors, case.panics) = (50, 500);
    case
}

/// Says at each tenth of the time how much memory there was at most.
fn watch_memory(stage: &Stage, time: Duration, interrupt: &Interrupt) {
    const TICK: Duration = Duration::from_millis(50);
    let began = Instant::now();
    for tenth in 1..=10 {
        while began.elapsed() < time * tenth / 10 && !interrupt.came() {
            thread::sleep(TICK.min(time / 100));
        }
        let peak = peak_rss_bytes()
            .map_or("not measured on this system".into(), |bytes| {
                format!("{} MB at most", grouped(bytes >> 20))
            });
        let polls = grouped(stage.begun.load(Relaxed));
        let after = in_short(began.elapsed());
        say(format!("  {after:>9}  {polls:>15} polls  memory: {peak}"));
        if interrupt.came() {
            return;
        }
    }
}

/// The peak memory of this process, in bytes. Systems other than Linux tell it
/// only to unsafe code, so there it is `None`.
fn peak_rss_bytes() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    let kilobytes = line.split_whitespace().nth(1)?;
    Some(kilobytes.parse::<u64>().ok()? * 1024)
}
