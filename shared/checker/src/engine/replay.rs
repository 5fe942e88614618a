//! Follows one schedule of a model, and records what happens.
//!
//! Next: [`check`](super::check), which judges a model, with loom, too.

use std::collections::VecDeque;
use std::mem;
use std::sync::{Arc, Mutex, MutexGuard};

use super::check::{self, Model};
use super::explore::{self, Limits};
use super::loom::Way;
use super::panics;
use super::turns::{self, Driver, Moment};
use crate::event::Run;
use crate::failure::{Failure, reworded};
use crate::graph::{End, Graph, State};
use crate::names::Names;
use crate::run::NO_PANIC;
use crate::world::Choice;

/// What happens along a schedule of a graph, step by step, with the world as
/// it is then.
pub fn replay(model: &Model, graph: &Graph, schedule: &[Choice]) -> Run {
    let wanted = Wanted::Schedule(schedule.iter().copied().collect());
    followed(model, graph.names.clone(), wanted, false).run
}

/// What loom's threads did, done here: what happens, and the schedule. If it
/// does not end so here, the shortest schedule of all that does.
pub(super) fn follow(
    model: &Model,
    way: &Way,
    ends_so: Option<&dyn Fn(&End) -> bool>,
) -> (Run, Vec<Choice>) {
    let (names, wanted) = (explore::names(model), Wanted::Loom(way.clone()));
    let followed = followed(model, names, wanted, ends_so.is_some());
    let Some(ends_so) = ends_so else { return (followed.run, followed.done) };
    if followed.end.as_ref().is_some_and(ends_so) {
        return (followed.run, followed.done);
    }
    let graph =
        explore::graph(model, Limits { lean: true, ..Limits::default() });
    let is_so = |state: &State| state.end.as_ref().is_some_and(ends_so);
    match graph.shortest(0, is_so) {
        Some(way) => (replay(model, &graph, &way), way),
        None => (followed.run, followed.done),
    }
}

fn followed(
    model: &Model,
    names: Names,
    wanted: Wanted,
    to_its_end: bool,
) -> Followed {
    panics::keep();
    let kept = Arc::new(Mutex::new(Followed::default()));
    let driver = Following { wanted, to_its_end, kept: kept.clone() };
    let driver = Box::new(driver);
    turns::run(&*model.body, model.view, driver, names.into(), false);
    mem::take(&mut *kept.lock().expect(NO_PANIC))
}

/// A schedule to a bad end of a graph, as a failure.
pub(super) fn failure(
    model: &Model,
    graph: &Graph,
    schedule: &[Choice],
) -> Failure {
    let run = (replay(model, graph, schedule), schedule.to_vec());
    let walk = graph.walk(schedule).unwrap_or_default();
    let end = walk.last().and_then(|state| graph.states[*state].end.as_ref());
    match end {
        Some(End::Broken { what, by }) => {
            Failure::new(reworded(what), false, *by, run)
        }
        _ => Failure::new(check::DEADLOCK.into(), true, 0, run),
    }
}

/// A run along a way that is known.
#[derive(Default)]
struct Followed {
    run: Run,
    done: Vec<Choice>,
    end: Option<End>,
}

/// The way.
enum Wanted {
    Schedule(VecDeque<Choice>),
    Loom(Way),
}

struct Following {
    wanted: Wanted,
    /// Where the way ends, it goes on to some end.
    to_its_end: bool,
    kept: Arc<Mutex<Followed>>,
}

/// A run that goes on for more steps does not end.
const LONGEST: usize = 5_000;

impl Following {
    fn keep(&self, moment: Moment<'_>) -> MutexGuard<'_, Followed> {
        let mut kept = self.kept.lock().expect(NO_PANIC);
        kept.run.events.extend(moment.events);
        kept.run.world = moment.world.clone();
        if let Some((rows, world)) = moment.until {
            kept.run.events.truncate(*rows);
            kept.run.world = world.clone();
        }
        kept
    }
}

impl Wanted {
    fn next(&mut self, moment: &Moment<'_>) -> Option<Choice> {
        let way = match self {
            Wanted::Schedule(way) => return way.pop_front(),
            Wanted::Loom(way) => way,
        };
        let next = way.took.iter().position(|(thread, op)| {
            let thread = way.names.same(*thread, moment.names);
            let now = thread.and_then(|thread| moment.world.now(thread));
            // What was part of a step here was a step of its own there.
            now.is_some_and(|now| now.op.is(op.verb))
        })?;
        let (thread, _) = way.took.drain(..=next).next_back()?;
        way.names.same(thread, moment.names).map(Choice::of)
    }
}

impl Driver for Following {
    fn choose(&mut self, moment: Moment<'_>) -> Option<Choice> {
        let next = self.wanted.next(&moment);
        let any = moment.choices.first().copied();
        let any = any.filter(|_| self.to_its_end && next.is_none());
        let all = moment.choices.clone();
        let mut kept = self.keep(moment);
        let next = next.filter(|next| all.contains(next)).or(any)?;
        kept.done.push(next);
        (kept.done.len() < LONGEST).then_some(next)
    }

    fn ended(&mut self, end: End, moment: Moment<'_>) {
        self.keep(moment).end = Some(end);
    }

    fn spurious(&self) -> bool {
        matches!(self.wanted, Wanted::Schedule(_))
    }

    fn rounds(&self) -> usize {
        usize::MAX >> 20
    }

    fn tells(&self) -> bool {
        true
    }
}
