//! One schedule of a graph, in sentences.
//!
//! Next: `page`, which is built beside the engine (`--cfg loom`).

use crate::graph::{Cut, End, Graph, State, schedule};
use crate::odds::{self, percent};
use crate::tell;
use crate::world::{Choice, World};

/// A graph to tell, and the command that shows it.
pub struct Telling<'a> {
    /// The graph.
    pub graph: &'a Graph,
    /// As a user types it.
    pub command: &'a str,
}

/// A schedule of more steps is told without its middle.
const MOST: usize = 60;

/// The shortest schedule to a bad end, or else to any.
pub fn to_show(graph: &Graph) -> Vec<Choice> {
    let bad = graph.shortest(0, State::is_bad);
    let any = || graph.shortest(0, |state| state.end.is_some());
    bad.or_else(any).unwrap_or_default()
}

impl Telling<'_> {
    /// How many schedules there are, and how many of them fail.
    pub fn summary(&self) -> String {
        let figures = self.graph.figures();
        let states = figures.states;
        if let Some(cut) = self.graph.cut {
            let why = match cut {
                Cut::States(_) => format!("after {states} states"),
                Cut::Steps(most) => format!("after {most} steps of a schedule"),
                Cut::Rounds(most) => format!("after {most} equal rounds"),
            };
            return format!(
                "The graph is cut {why}: what comes after is not known."
            );
        }
        let (Some(all), Some(bad)) = (figures.schedules, figures.bad) else {
            return format!(
                "There are endless schedules, through {states} states: a \
                 thread can repeat the same steps forever."
            );
        };
        let schedules = match all {
            1 => "1 schedule".into(),
            n => format!("{} schedules", counted(n)),
        };
        let fate = self.graph.states[0].fate;
        let some = bad > 0 && !fate.is_lost();
        let fail = match bad {
            0 => "none fails".into(),
            _ if !some => "every one fails".into(),
            u128::MAX => "more than 10^38 of them fail, not all".into(),
            1 => "1 of them fails".into(),
            bad => format!("{bad} of them fail"),
        };
        let fewest = self.graph.shortest(0, State::is_bad);
        let fewest = fewest.map(|way| {
            format!("; the shortest that does has {} steps", way.len())
        });
        let odds = odds::question(self.graph).filter(|_| some);
        let odds = odds.map(|asked| {
            let share = asked.share.map_or(String::new(), |share| {
                format!("Of the schedules, {} fail. ", percent(share))
            });
            let chance = percent(asked.all[0]);
            format!(
                "\n{share}Were every step drawn at random, {chance} of the \
                 runs would {}.",
                asked.does
            )
        });
        format!(
            "{schedules} through {states} states: {fail}{}.{}",
            fewest.unwrap_or_default(),
            odds.unwrap_or_default()
        )
    }

    /// A schedule in sentences; `None` if it cannot be followed.
    pub fn story(&self, run: &[Choice]) -> Option<String> {
        let walk = self.graph.walk(run).ok()?;
        let fatal = self.graph.fatal(&walk);
        let (about, odds) = self.odds(&walk);
        let mut text =
            format!("{} --schedule {}\n{about}", self.command, schedule(run));
        let left_out = match run.len() {
            all if all > MOST => MOST / 2..all - MOST / 2,
            _ => 0..0,
        };
        for (n, (choice, state)) in run.iter().zip(&walk).enumerate() {
            if left_out.contains(&n) {
                if n == left_out.start {
                    let many = left_out.len();
                    text += &format!("\n      ... {many} steps left out ...");
                }
                continue;
            }
            let mark = if fatal == Some(n) { '>' } else { ' ' };
            let odds = odds.get(n + 1).map_or("", String::as_str);
            let begin = format!("{mark}{:>3}  {odds}", n + 1);
            let told = self.step(*state, *choice)?;
            text += &format!("\n{}", wrapped(begin, &told));
        }
        text += "\n";
        if let Some(verdict) = self.verdict(&walk) {
            text += &format!("\n{verdict}\n");
        }
        Some(text)
    }

    /// What a user types to see a schedule.
    pub fn typed(&self, run: &[Choice]) -> String {
        let text = format!("{} --schedule {}", self.command, schedule(run));
        text.trim_start().into()
    }

    /// What the odds are about, and those of each state of a walk, if there are
    /// any.
    fn odds(&self, walk: &[usize]) -> (String, Vec<String>) {
        let Some(asked) = odds::question(self.graph) else {
            let why = "the graph is cut, or its runs go round for too long";
            return (format!("\nThe odds are not known: {why}.\n"), vec![]);
        };
        let (does, start) = (asked.does, percent(asked.all[0]));
        // A column that says the same in every row says nothing. Nor does one
        // of runs that need not see something, if only one must.
        let same = walk.iter().all(|n| percent(asked.all[*n]) == start);
        if same || does == "see it" {
            return (String::new(), vec![]);
        }
        let share = asked.share.map_or(String::new(), |share| {
            format!("; of the schedules, {} fail", percent(share))
        });
        let about = format!(
            "\nThe second column: were all further steps drawn at random, so \
             many of the\nruns would {does}. At the start it is \
             {start}{share}.\n"
        );
        let odds = walk.iter().map(|n| percent(asked.all[*n]));
        let wide = odds.clone().map(|text| text.len()).max().unwrap_or(0);
        (about, odds.map(|text| format!("{text:>wide$}  ")).collect())
    }

    /// The sentence for a step from a state.
    pub fn step(&self, state: usize, choice: Choice) -> Option<String> {
        let before = &self.graph.states[state];
        let step = before.steps.iter().find(|s| s.choice == choice)?;
        let after = &self.graph.states[step.to].world;
        Some(tell::step(&before.world, &step.events, after))
    }

    /// How a walk has ended, if it has, and when that was decided.
    pub fn verdict(&self, walk: &[usize]) -> Option<String> {
        let last = &self.graph.states[*walk.last()?];
        let how = match &last.end {
            None if last.fate.is_round() => {
                "From here on it runs forever, whichever thread goes.".into()
            }
            None => return None,
            Some(End::Well { seen: true, .. }) => "It ends well.".into(),
            Some(End::Well { seen: false, .. }) => {
                "It ends, but what the model looks for was not seen.".into()
            }
            Some(End::Deadlock) => deadlock(&last.world),
            Some(End::Broken { what, by }) => {
                format!("Broken, and {} finds it: {what}", name(last, *by))
            }
        };
        let decided = self.decided(walk).map(|text| format!("\n{text}"));
        Some(how + &decided.unwrap_or_default())
    }

    /// When a bad end could no longer be avoided.
    fn decided(&self, walk: &[usize]) -> Option<String> {
        let fate = self.graph.states[*walk.last()?].fate;
        if !(fate.is_lost() || fate.is_round()) {
            return None;
        }
        let Some(fatal) = self.graph.fatal(walk) else {
            return Some("It could not end well from the start.".into());
        };
        let before = &self.graph.states[walk[fatal]];
        let better = before.steps.iter().find(|step| {
            let fate = self.graph.states[step.to].fate;
            !fate.is_lost() && !fate.is_round()
        });
        let better = better.map_or(String::new(), |step| {
            let name = name(before, step.choice.thread);
            format!(" Had {name} gone instead, it could still have ended well.")
        });
        let step = fatal + 1;
        Some(format!(
            "After step {step} it could no longer end well, whichever thread \
             goes.{better}"
        ))
    }
}

fn name(state: &State, thread: usize) -> &str {
    &state.world.threads[thread].name
}

/// Why each thread that is left cannot go on.
pub(crate) fn deadlock(world: &World) -> String {
    let stuck = (0..world.threads.len()).filter_map(|thread| {
        let why = tell::why_not(world, thread)?;
        Some(format!("\n  {} {why}", world.threads[thread].name))
    });
    let stuck: String = stuck.collect();
    format!("Deadlock: no thread that is left can go on.{stuck}")
}

/// The largest number may be one of more.
fn counted(n: u128) -> String {
    if n == u128::MAX { "more than 10^38".into() } else { n.to_string() }
}

/// In lines of 78 columns, the later ones as far to the right as the first.
pub(crate) fn wrapped(begin: String, text: &str) -> String {
    let indent = begin.len();
    let (mut lines, mut line) = (Vec::new(), begin);
    for (n, word) in text.split_whitespace().enumerate() {
        if n > 0 && line.len() + 1 + word.len() > 78 {
            lines.push(line);
            line = " ".repeat(indent);
        } else if n > 0 {
            line.push(' ');
        }
        line += word;
    }
    lines.push(line);
    lines.join("\n")
}
