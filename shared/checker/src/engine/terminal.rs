//! Steps through a graph in the terminal.

use std::io::{self, BufRead, Write};

use super::harness::say;
use super::stepping::CUT;
use crate::graph::{End, State, schedule};
use crate::story::Telling;
use crate::tell;
use crate::world::{Choice, How};

const HELP: &str = "\
Type the number of a thread, and it takes its next step. Also:
  u  undo          r  restart       h  hint
  s  the schedule  ?  this text     q  quit";

/// Follows these steps, and then lets the user choose each step.
pub(super) fn play(telling: &Telling<'_>, begun: &[Choice]) {
    let mut game = Game { telling, run: begun.to_vec() };
    say(format!("{}\n{HELP}", telling.summary()));
    game.replay();
    let mut line = String::new();
    loop {
        game.ask();
        line.clear();
        match io::stdin().lock().read_line(&mut line) {
            Ok(n) if n > 0 => {}
            // The end of the input, or an input that cannot be read.
            _ => break say(""),
        }
        match line.trim() {
            "q" | "quit" => break,
            "u" => game.undo(),
            "r" => {
                game.run.clear();
                say("\nFrom the start.");
            }
            "h" => game.hint(),
            "s" => say(game.schedule()),
            "?" | "" => say(HELP),
            other => game.go(other),
        }
    }
}

struct Game<'a> {
    telling: &'a Telling<'a>,
    run: Vec<Choice>,
}

impl Game<'_> {
    fn walk(&self) -> Vec<usize> {
        let walk = self.telling.graph.walk(&self.run);
        walk.expect("only steps that can be made are made")
    }

    fn here(&self) -> usize {
        *self.walk().last().expect("it begins somewhere")
    }

    fn state(&self) -> &State {
        &self.telling.graph.states[self.here()]
    }

    fn schedule(&self) -> String {
        let command = self.telling.command;
        format!("{command} --schedule {}", schedule(&self.run))
    }

    /// Prints the steps so far.
    fn replay(&self) {
        for (n, (choice, from)) in self.run.iter().zip(self.walk()).enumerate()
        {
            self.tell(n, *choice, from);
        }
        self.verdict();
    }

    fn tell(&self, n: usize, choice: Choice, from: usize) {
        let told = self.telling.step(from, choice).unwrap_or_default();
        say(format!("{:>3}  {told}", n + 1));
    }

    /// Prints which threads can go on, and why the others cannot.
    fn ask(&self) {
        let state = self.state();
        if state.end.is_none() {
            say("");
            for thread in 0..state.world.threads.len() {
                self.offer(state, thread);
            }
        }
        print!("> ");
        let _ = io::stdout().flush();
    }

    fn offer(&self, state: &State, thread: usize) {
        let world = &state.world;
        let name = &world.threads[thread].name;
        if name.is_empty() || world.threads[thread].ended {
            return;
        }
        let steps = state.steps.iter().map(|step| step.choice);
        let mine: Vec<_> = steps.filter(|c| c.thread == thread).collect();
        if let Some(why) = tell::why_not(world, thread) {
            say(format!("      {name} {why}"));
        }
        for choice in mine {
            let next = match choice.how {
                How::Plainly => tell::next(world, thread),
                How::To(other) => {
                    let other = &world.threads[other].name;
                    format!("{}, to {other}", tell::next(world, thread))
                }
                How::Spuriously => "wake up spuriously".into(),
            };
            let (choice, at) =
                (choice.to_string(), world.threads[thread].doing);
            let at = at.map(|(_, at)| crate::source::short(at));
            let at = at.unwrap_or_default();
            say(format!(" {choice:>4} {name}: {next}  {at}"));
        }
    }

    fn go(&mut self, text: &str) {
        let from = self.here();
        let choice = match text.parse::<Choice>() {
            Ok(choice) => choice,
            Err(error) => return say(format!("{error}. `?` is help.")),
        };
        let steps = &self.telling.graph.states[from].steps;
        let mut mine = steps.iter().map(|s| s.choice).filter(|c| {
            *c == choice
                || (choice.how == How::Plainly && c.thread == choice.thread)
        });
        match (mine.next(), mine.next()) {
            (Some(only), None) => {
                self.tell(self.run.len(), only, from);
                self.run.push(only);
                self.verdict();
            }
            (Some(_), Some(_)) => say("It has several next steps: name one."),
            (None, _) => self.refuse(choice),
        }
    }

    fn refuse(&self, choice: Choice) {
        let state = self.state();
        let Some(thread) = state.world.threads.get(choice.thread) else {
            return say("There is no thread with this number.");
        };
        let why = tell::why_not(&state.world, choice.thread);
        if why.is_none() && state.open {
            return say(format!("You cannot go on here: {CUT}."));
        }
        let why = why.unwrap_or_else(|| "has no such step now".into());
        say(format!("{} {why}.", thread.name));
    }

    fn undo(&mut self) {
        match self.run.pop() {
            Some(choice) => say(format!("Undone: {choice}.")),
            None => say("There is nothing to undo."),
        }
    }

    /// The next step of the shortest way to a bad end, or to a good one if
    /// there is no bad one.
    fn hint(&self) {
        let graph = self.telling.graph;
        let here = self.here();
        let (way, which) = match graph.shortest(here, State::is_bad) {
            Some(way) => (Some(way), "bad"),
            None => {
                let good = |s: &State| {
                    matches!(s.end, Some(End::Well { seen: true, .. }))
                };
                (graph.shortest(here, good), "good")
            }
        };
        match way.as_deref() {
            Some([next, rest @ ..]) => say(format!(
                "{next}: then {} more to the nearest {which} end.",
                rest.len()
            )),
            Some([]) => say("This is the end. `u` goes back."),
            None => say("From here on no end is known."),
        }
    }

    fn verdict(&self) {
        if let Some(verdict) = self.telling.verdict(&self.walk()) {
            say(format!("\n{verdict}\n{}\n`u` goes back.", self.schedule()));
        }
    }
}
