//! Steps through a graph in the terminal.

use std::io::{self, BufRead, Write};

use crate::graph::State;
use crate::odds::{self, Question, percent};
use crate::report::say;
use crate::source::short;
use crate::stepping::check;
use crate::story::Telling;
use crate::tell;
use crate::world::Choice;

const HELP: &str = "\
Type the number of a thread, and it takes its next step. Also:
  u  undo          r  restart       h  hint
  s  the schedule  ?  this text     q  quit";

/// Follows these steps, and then lets the user choose each step.
pub(super) fn play(telling: &Telling<'_>, begun: &[Choice]) {
    let odds = odds::question(telling.graph);
    let mut game = Game { telling, run: begun.to_vec(), odds };
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
            "u" => drop(game.run.pop()),
            "r" => game.run.clear(),
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
    odds: Option<Question>,
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
        self.telling.typed(&self.run)
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
        let to = self.telling.graph.states[from].to(choice);
        if let (Some(asked), Some(to)) = (&self.odds, to) {
            let (odds, does) = (percent(asked.all[to]), asked.does);
            say(format!(
                "     Were all further steps drawn at random, {odds} of the \
                 runs would {does}."
            ));
        }
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
        if let Some(why) = tell::why_not(world, thread) {
            say(format!("      {name} {why}"));
        }
        let steps = state.steps.iter().map(|step| step.choice);
        for choice in steps.filter(|c| c.thread == thread) {
            let next = tell::next(world, thread);
            let at = world.threads[thread].doing;
            let at = at.map(|(_, at)| short(at)).unwrap_or_default();
            say(format!(" {:>4} {name}: {next}  {at}", choice.to_string()));
        }
    }

    fn go(&mut self, text: &str) {
        match text.parse::<Choice>() {
            Ok(choice) => self.run.push(choice),
            Err(error) => return say(format!("{error}. `?` is help.")),
        }
        if let Err(why) = check(self.telling.graph, &self.run) {
            self.run.pop();
            return say(why);
        }
        let last = self.run.len() - 1;
        self.tell(last, self.run[last], self.walk()[last]);
        self.verdict();
    }

    /// The next step of the shortest way to a bad end.
    fn hint(&self) {
        let way = self.telling.graph.shortest(self.here(), State::is_bad);
        match way.as_deref() {
            Some([next, rest @ ..]) => say(format!(
                "{next}: then {} more to the nearest bad end.",
                rest.len()
            )),
            Some([]) => say("This is the end. `u` goes back."),
            None => say("From here on no bad end is known."),
        }
    }

    fn verdict(&self) {
        if let Some(verdict) = self.telling.verdict(&self.walk()) {
            say(format!("\n{verdict}\n{}\n`u` goes back.", self.schedule()));
        }
    }
}
