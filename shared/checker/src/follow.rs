//! A run that has failed, followed in the program after an edit: how far it can
//! still be made, and why it goes no further. That is often the fix in one
//! sentence.
//!
//! Both programs have their own graphs, and a step of one has no number in the
//! other. So steps are matched by the name of their thread and by what it is
//! about to do.
//!
//! Next: [`story`](crate::story), which tells a run of one program.

use crate::graph::{Graph, State};
use crate::story::{Telling, wrapped};
use crate::tell;
use crate::world::{Choice, How, World};

/// A step, in words that an edited program has, too: the thread, and what it is
/// about to do.
pub type Said = (String, String);

/// A run that has failed: its steps, and after which of them it could no longer
/// end well.
pub type Failed = (Vec<Said>, Option<usize>);

/// How it goes in another program.
#[derive(Debug, Default)]
pub struct Followed {
    /// How many of its steps were made, or are not made any more.
    pub steps: usize,
    /// What differs: a line for each step, or more.
    pub notes: String,
    /// The schedule, as it is in this program.
    pub made: Vec<Choice>,
    /// The state that it has come to.
    here: usize,
}

/// A thread does no more than this in front of a step, or in its place.
const MOST: usize = 3;

/// A schedule of a graph, in such words.
pub fn failed(graph: &Graph, run: &[Choice]) -> Failed {
    let walk = graph.walk(run).unwrap_or_default();
    let steps = run.iter().zip(&walk);
    let steps = steps.map(|(c, n)| said(&graph.states[*n].world, *c));
    (steps.collect(), graph.fatal(&walk))
}

/// The name of a thread; of several with one name, the second is `name (2)`.
fn called(world: &World, thread: usize) -> String {
    let name = &world.threads[thread].name;
    let before = world.threads[..thread].iter();
    match before.filter(|other| other.name == *name).count() {
        0 => name.clone(),
        n => format!("{name} ({})", n + 1),
    }
}

fn said(world: &World, choice: Choice) -> Said {
    let how = match choice.how {
        How::To(other) => format!(" for {}", called(world, other)),
        How::Plainly => String::new(),
        How::Spuriously => " spuriously".into(),
    };
    (called(world, choice.thread), tell::next(world, choice.thread) + &how)
}

/// Follows these steps in this graph.
pub fn follow(graph: &Graph, run: &[Said]) -> Followed {
    let mut all = Followed::default();
    for (n, want) in run.iter().enumerate() {
        let made = all.make(graph, want, &run[n + 1..]);
        let goes_on = made.is_ok();
        let (Ok(note) | Err(note)) = made;
        if !note.is_empty() {
            let begin = format!("  step {:>2}  ", n + 1);
            all.notes += &format!("{}\n", wrapped(begin, &note));
        }
        if !goes_on {
            break;
        }
        all.steps += 1;
    }
    all
}

impl Followed {
    /// Makes this step, or does without it, and says what differs; `Err` says
    /// why neither can be. `later` are the steps after it.
    fn make(
        &mut self,
        graph: &Graph,
        want: &Said,
        later: &[Said],
    ) -> Result<String, String> {
        let (name, does) = want;
        let cannot = |why: String| {
            Err(format!("{name}: {does}. It cannot be made: {why}."))
        };
        let state = &graph.states[self.here];
        let threads = &state.world.threads;
        let mut all = 0..threads.len();
        let thread = all.find(|thread| called(&state.world, *thread) == *name);
        let thread = match thread {
            _ if state.end.is_some() => {
                return cannot("the run is over".into());
            }
            None => return cannot(format!("there is no {name}")),
            Some(thread) => thread,
        };
        if let Some(more) = self.go(graph, thread, want) {
            let more = more.join(", ");
            let note = format!("{name} does more before it: {more}.");
            return Ok(if more.is_empty() { more } else { note });
        }
        // What it would do now is what it did a little later: between, it does
        // less.
        let now = tell::next(&state.world, thread);
        let mut its = later.iter().filter(|step| step.0 == *name).take(MOST);
        if threads[thread].ended || its.any(|step| step.1 == now) {
            return Ok(format!("{name}: {does}. It is not made any more."));
        }
        cannot(match tell::why_not(&state.world, thread) {
            Some(why) => format!("{name} {why}"),
            None => format!("{name} would {now} instead"),
        })
    }

    /// Makes this step, after some others of its thread if it comes to it by
    /// these, and returns what they do.
    fn go(
        &mut self,
        graph: &Graph,
        thread: usize,
        want: &Said,
    ) -> Option<Vec<String>> {
        let (mut here, mut way, mut more) = (self.here, vec![], vec![]);
        while more.len() <= MOST {
            let State { world, steps, .. } = &graph.states[here];
            let its = || steps.iter().filter(|s| s.choice.thread == thread);
            let fits = its().find(|step| said(world, step.choice) == *want);
            let step = fits.or(its().next())?;
            here = step.to;
            way.push(step.choice);
            if fits.is_some() {
                self.here = here;
                self.made.extend(way);
                return Some(more);
            }
            more.push(tell::next(world, thread));
        }
        None
    }
}

/// How it goes, in sentences: how far, how it ends then, and whether another
/// schedule fails. `holds` is what a check of the model says.
pub fn told(telling: &Telling<'_>, failed: &Failed, holds: bool) -> String {
    let ((steps, fatal), graph) = (failed, telling.graph);
    let all = follow(graph, steps);
    let (state, fatal) = (&graph.states[all.here], fatal.map_or(0, |n| n + 1));
    let fate = state.fate;
    let walk = graph.walk(&all.made).unwrap_or_default();
    let then = telling.verdict(&walk).unwrap_or_else(|| {
        let then = match fate {
            _ if fate.is_safe() => "it ends well, whichever thread goes",
            _ if fate.is_lost() => "it fails, whichever thread goes",
            _ if fate.badly => "it can still fail",
            _ if fate.unknown => "it is not known: the graph is cut",
            _ => "it cannot fail",
        };
        format!("From there {then}.")
    });
    let any = match graph.shortest(0, State::is_bad) {
        _ if state.is_bad() => String::new(),
        Some(way) => format!("But this fails:\n  {}", telling.typed(&way)),
        None if holds => "No schedule fails.".into(),
        None => "But the model fails: `cargo loom` says why.".into(),
    };
    format!(
        "The run that failed before your edit, in the program as it is now:\n\
         {}{} of its {} steps were followed; step {fatal} was the fatal one.\n\
         {then}\nIts schedule is now:\n  {}\n{any}",
        all.notes,
        all.steps,
        steps.len(),
        telling.typed(&all.made),
    )
}
