//! A run that has failed, followed in the program after an edit: how far it can
//! still be made, and why it goes no further. That is often the fix in one
//! sentence.
//!
//! Both programs have their own graphs, and a step of one has no number in the
//! other. So steps are matched by the name of their thread and by what it is
//! about to do.
//!
//! Next: [`story`](crate::story), which tells a run of one program.

use crate::graph::{Graph, State, Step};
use crate::odds::{self, percent};
use crate::story::{Telling, wrapped};
use crate::tell;
use crate::world::{Choice, How, World};

/// A step, in words that an edited program has, too: which thread, what it is
/// about to do, and what else was chosen, if anything was.
pub type Said = [String; 3];

/// A run that has failed, in such words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failed {
    /// Its steps.
    pub steps: Vec<Said>,
    /// After which of them it could no longer end well.
    pub fatal: Option<usize>,
}

/// How it went in another program.
#[derive(Debug, Clone, Default)]
pub struct Followed {
    /// How many of its steps were made, or are not made any more.
    pub steps: usize,
    /// What differs, each with the number of the step.
    pub notes: Vec<(usize, String)>,
    /// The schedule, as it is in this program.
    pub made: Vec<Choice>,
    /// The states that it leads through.
    walk: Vec<usize>,
}

/// A thread does no more than this in front of a step, or in its place.
const MOST: usize = 3;

impl Failed {
    /// This schedule of this graph.
    pub fn new(graph: &Graph, run: &[Choice]) -> Self {
        let walk = graph.walk(run).unwrap_or_default();
        let steps = run.iter().zip(&walk);
        let steps = steps.map(|(c, n)| said(&graph.states[*n].world, *c));
        Failed { steps: steps.collect(), fatal: graph.fatal(&walk) }
    }

    /// Reads what [`to_json`](Self::to_json) writes; `None` if it is not that.
    pub fn from_json(text: &str) -> Option<Self> {
        let (steps, fatal) = serde_json::from_str(text).ok()?;
        Some(Failed { steps, fatal })
    }

    /// For a file.
    pub fn to_json(&self) -> String {
        serde_json::json!([self.steps, self.fatal]).to_string()
    }

    /// Follows it in this graph.
    pub fn follow(&self, graph: &Graph) -> Followed {
        let mut all = Followed { walk: vec![0], ..Followed::default() };
        for (n, want) in self.steps.iter().enumerate() {
            if let Err(why) = all.take(graph, want, &self.steps[n + 1..]) {
                let [name, does, _] = want;
                all.note(format!("{name}: {does}. It cannot be made: {why}."));
                break;
            }
            all.steps += 1;
        }
        all
    }

    /// The same, in sentences: how far it goes, where it ends then, and whether
    /// another schedule fails. `holds` is what a check of the model says.
    pub fn told(&self, telling: &Telling<'_>, holds: bool) -> String {
        let all = self.follow(telling.graph);
        if self.steps.is_empty() {
            return any(telling, holds);
        }
        let lines = all.notes.iter().map(|(step, note)| {
            wrapped(format!("  step {:>2}  ", step + 1), note) + "\n"
        });
        let lines: String = lines.collect();
        let (far, then) = (self.far(&all), then(telling, &all.walk));
        let any = if telling.graph.states[all.here()].is_bad() {
            String::new()
        } else {
            format!("\n{}", any(telling, holds))
        };
        let schedule = telling.typed(&all.made);
        format!(
            "The run that failed before your edit, in the program as it is \
             now:\n{lines}{far}\n{then}\nIts schedule is now:\n  \
             {schedule}{any}"
        )
    }

    fn far(&self, all: &Followed) -> String {
        let (made, of) = (all.steps, self.steps.len());
        let fatal = self.fatal.map_or(String::new(), |fatal| {
            format!(", of which step {} was fatal", fatal + 1)
        });
        match all.notes.as_slice() {
            [] => format!("All {of} steps can still be made."),
            _ if made == of => format!("It was followed for all {of} steps."),
            _ => {
                format!("It was followed for {made} of its {of} steps{fatal}.")
            }
        }
    }
}

fn said(world: &World, choice: Choice) -> Said {
    let how = match choice.how {
        How::To(other) => world.threads[other].name.clone(),
        How::Plainly => String::new(),
        How::Spuriously => "spuriously".into(),
    };
    let name = world.threads[choice.thread].name.clone();
    [name, tell::next(world, choice.thread), how]
}

/// The step that is this one here. A message may be handed over here and not
/// there.
fn fitting<'a>(state: &'a State, want: &Said) -> Option<&'a Step> {
    let [name, does, to] = want;
    state.steps.iter().find(|step| {
        let [its_name, it_does, its_to] = said(&state.world, step.choice);
        let same_to = its_to == *to || its_to.is_empty() || to.is_empty();
        its_name == *name && it_does == *does && same_to
    })
}

impl Followed {
    fn here(&self) -> usize {
        *self.walk.last().expect("it begins somewhere")
    }

    fn note(&mut self, text: String) {
        self.notes.push((self.steps, text));
    }

    fn go(&mut self, step: &Step) {
        self.made.push(step.choice);
        self.walk.push(step.to);
    }

    /// Makes this step, or does without it; `Err` says why neither can be.
    /// `later` are the steps after it.
    fn take(
        &mut self,
        graph: &Graph,
        want: &Said,
        later: &[Said],
    ) -> Result<(), String> {
        let [name, does, _] = want;
        let state = &graph.states[self.here()];
        if let Some(step) = fitting(state, want) {
            self.go(step);
            return Ok(());
        }
        if state.end.is_some() {
            return Err("the run has ended".into());
        }
        let world = &state.world;
        let thread = world.threads.iter().position(|t| t.name == *name);
        let thread = thread.ok_or(format!("there is no {name}"))?;
        if self.does_more(graph, thread, want) {
            return Ok(());
        }
        // What it would do now is what it did a little later: between, it does
        // less.
        let now = tell::next(world, thread);
        let mut its = later.iter().filter(|step| step[0] == *name).take(MOST);
        if world.threads[thread].ended || its.any(|step| step[1] == now) {
            self.note(format!("{name}: {does}. It is not made any more."));
            return Ok(());
        }
        Err(match tell::why_not(world, thread) {
            Some(why) => format!("{name} {why}"),
            None => format!("{name} would {now} instead"),
        })
    }

    /// Makes this step after some that this thread did not make before, if it
    /// comes to it by these.
    fn does_more(&mut self, graph: &Graph, thread: usize, want: &Said) -> bool {
        let (mut here, mut more) = (self.here(), Vec::new());
        for _ in 0..MOST {
            let state = &graph.states[here];
            let its = |step: &&Step| step.choice.thread == thread;
            let Some(step) = state.steps.iter().find(its) else { break };
            more.push((step, tell::next(&state.world, thread)));
            here = step.to;
            let Some(fits) = fitting(&graph.states[here], want) else {
                continue;
            };
            let does: Vec<_> = more.iter().map(|(_, d)| d.as_str()).collect();
            let (name, does) = (&want[0], does.join(", "));
            self.note(format!("{name} does more before it: {does}."));
            more.iter().for_each(|(step, _)| self.go(step));
            self.go(fits);
            return true;
        }
        false
    }
}

/// How a walk ends, or can end.
fn then(telling: &Telling<'_>, walk: &[usize]) -> String {
    if let Some(verdict) = telling.verdict(walk) {
        return verdict;
    }
    let here = *walk.last().expect("it begins somewhere");
    let fate = telling.graph.states[here].fate;
    let asked = odds::question(telling.graph).filter(|_| fate.badly);
    match asked {
        _ if fate.is_safe() => {
            "From there it ends well, whichever thread goes.".into()
        }
        _ if fate.is_lost() => {
            "From there it fails, whichever thread goes.".into()
        }
        Some(asked) => format!(
            "From there it can still fail: {} of random runs would {}.",
            percent(asked.all[here]),
            asked.does
        ),
        None if fate.badly => "From there it can still fail.".into(),
        None if fate.unknown => {
            "What comes after that is not known: the graph is cut.".into()
        }
        None if fate.round => {
            "From there it cannot fail, though a thread may repeat the same \
             steps for a long time."
                .into()
        }
        None => "From there it cannot fail.".into(),
    }
}

/// Whether any schedule fails.
fn any(telling: &Telling<'_>, holds: bool) -> String {
    let graph = telling.graph;
    if let Some(way) = graph.shortest(0, State::is_bad) {
        let (steps, typed) = (way.len(), telling.typed(&way));
        return format!(
            "There are schedules that fail; the shortest has {steps} steps:\n  \
             {typed}"
        );
    }
    let text = match graph.cut {
        _ if graph.endless.is_some() => "There are schedules that never end.",
        None if !graph.states[0].fate.well => {
            "No schedule fails, but what the model looks for is never seen."
        }
        None => "No schedule fails.",
        // Only a part of it was looked at.
        Some(_) if holds => "`cargo loom` finds no schedule that fails.",
        Some(_) => "`cargo loom` finds a schedule that fails.",
    };
    text.into()
}
