//! Draws an interleaving: a column for each thread, a row for each step.
//!
//! Plain ASCII: every console shows it, and a projector too.
//!
//! Next: [`why`].

use super::check::Failure;
use super::run::{Mark, Op, Run, Step};
use super::{source, why};

const LEGEND: &str = "\
|  it could run   #  it holds a lock   :  it waits   X  its end
>  the scheduler switched here, though the thread before could have gone on
[x]  locks x, looks or changes, unlocks   (1)  so many messages are in it then";

/// Of a story that is longer, the middle is left out.
const MOST: usize = 100;

/// The failure in as many columns as there are.
pub fn draw(failure: &Failure, width: usize) -> String {
    let run = &failure.run;
    let table = Table::of(failure, width);
    let mut text = format!("{}\n\n", table.header());
    let steps = run.steps.len();
    let left_out = steps.saturating_sub(MOST);
    for (n, step) in run.steps.iter().enumerate() {
        if n < MOST / 2 || n >= MOST / 2 + left_out {
            text += &table.row(n + 1, step);
        } else if n == MOST / 2 {
            text += &format!("     ... {left_out} steps left out ...\n");
        }
    }
    for end in ends(failure) {
        text += &table.end(&end);
    }
    for sentence in why::why(run).iter().filter(|_| failure.deadlock) {
        text += &format!("\n  {sentence}");
    }
    let forced = run.forced();
    let switches = if forced == 1 { "switch" } else { "switches" };
    let steps = run.steps.len();
    text +=
        &format!("\n\n{steps} steps, {forced} forced {switches}.\n{LEGEND}");
    text
}

/// How a thread that did not end is left.
struct End {
    thread: usize,
    what: String,
    at: Option<super::run::At>,
}

fn ends(failure: &Failure) -> Vec<End> {
    let run = &failure.run;
    let end = |thread: usize| {
        let (op, at) = run.threads[thread].doing?;
        let stuck = failure.deadlock && !run.can_go_on(thread);
        stuck.then(|| End { thread, what: wants(run, op), at: Some(at) })
    };
    let mut ends: Vec<_> = (0..run.threads.len()).filter_map(end).collect();
    if !failure.deadlock && !run.threads.is_empty() {
        let what = "here it breaks".into();
        ends.push(End { thread: failure.by, what, at: None });
    }
    ends
}

fn wants(run: &Run, op: Op) -> String {
    let name = |id: usize| &run.objects[id].name;
    match op {
        Op::Lock(id) => format!("wants {}", name(id)),
        Op::Wait(id) => format!("sleeps on {}", name(id)),
        Op::Send(id) => format!("{} is full", name(id)),
        Op::Receive(id) => format!("{} is empty", name(id)),
        Op::Join(thread) => format!("waits for {}", run.threads[thread].name),
        Op::Go => "stuck".into(),
    }
}

struct Table<'a> {
    run: &'a Run,
    columns: Vec<usize>,
    places: usize,
    // What is left for the text of the source; 0 if that is too little.
    source: usize,
}

const NUMBER: usize = 5;

impl<'a> Table<'a> {
    fn of(failure: &'a Failure, width: usize) -> Self {
        let run = &failure.run;
        let mut columns: Vec<_> =
            run.threads.iter().map(|t| t.name.len() + 4).collect();
        let ends = ends(failure);
        let steps = run.steps.iter().map(|s| (s.thread, s.what.len()));
        for (thread, len) in
            steps.chain(ends.iter().map(|e| (e.thread, e.what.len())))
        {
            columns[thread] = columns[thread].max(len + 4);
        }
        let at = run.steps.iter().filter_map(|s| s.at);
        let at = at.chain(ends.iter().filter_map(|e| e.at));
        let places = at.map(|at| source::short(at).len()).max().unwrap_or(0);
        let room = width.saturating_sub(NUMBER + places + 1);
        while columns.iter().sum::<usize>() > room {
            let widest = columns.iter_mut().max().expect("main, at least");
            if *widest <= 16 {
                break;
            }
            *widest -= 1;
        }
        let left = room.saturating_sub(columns.iter().sum::<usize>() + 1);
        let source = if left < 24 { 0 } else { left };
        Table { run, columns, places, source }
    }

    fn header(&self) -> String {
        let names = self.run.threads.iter().zip(&self.columns);
        let names =
            names.map(|(t, width)| format!("  {:w$}", t.name, w = width - 2));
        let names: String = names.collect();
        format!("{:NUMBER$}{}", "", names.trim_end())
    }

    fn row(&self, number: usize, step: &Step) -> String {
        let mark = |thread: usize| {
            let mark = step.marks.get(thread).unwrap_or(&Mark::Absent);
            match mark {
                Mark::Absent if thread == step.thread => '|',
                Mark::Absent => ' ',
                Mark::Runs => '|',
                Mark::Holds | Mark::HoldsAndWaits => '#',
                Mark::Waits => ':',
            }
        };
        let forced = if step.forced { '>' } else { ' ' };
        let what = (step.thread, forced, step.what.as_str());
        self.lines(&number.to_string(), mark, what, step.at)
    }

    fn end(&self, end: &End) -> String {
        let last = self.run.steps.last();
        let mark = |thread: usize| {
            let mark = last.and_then(|step| step.marks.get(thread));
            match mark.unwrap_or(&Mark::Absent) {
                _ if thread == end.thread => 'X',
                Mark::Absent => ' ',
                Mark::Runs => '|',
                Mark::Holds | Mark::HoldsAndWaits => '#',
                Mark::Waits => ':',
            }
        };
        self.lines("", mark, (end.thread, ' ', &end.what), end.at)
    }

    /// A row, in as many lines as its text needs.
    fn lines(
        &self,
        number: &str,
        mark: impl Fn(usize) -> char,
        (active, forced, what): (usize, char, &str),
        at: Option<super::run::At>,
    ) -> String {
        let mut text = String::new();
        let cells = wrap(what, self.columns[active] - 4);
        for (n, cell) in cells.iter().enumerate() {
            let number = if n == 0 { number } else { "" };
            let mut line = format!("{number:>3}  ");
            for (thread, width) in self.columns.iter().enumerate() {
                let cell = match thread == active {
                    true if n == 0 => format!("{forced}{cell}"),
                    true => format!("   {cell}"),
                    false => String::new(),
                };
                let mark = mark(thread);
                let mark = if mark == 'X' && n > 0 { ' ' } else { mark };
                line += &format!("{mark}{cell:w$}", w = width - 1);
            }
            if let (0, Some(at)) = (n, at) {
                line += &format!("{:p$} ", source::short(at), p = self.places);
                let source = source::line(at).unwrap_or_default();
                line += &source.chars().take(self.source).collect::<String>();
            }
            text += line.trim_end();
            text.push('\n');
        }
        text
    }
}

/// At blanks, and never longer than this if a word is not.
fn wrap(text: &str, width: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split(' ') {
        let line = lines.last_mut().expect("one at least");
        let room = width.saturating_sub(line.len() + 1);
        if line.is_empty() {
            line.push_str(word);
        } else if word.len() <= room {
            line.push(' ');
            line.push_str(word);
        } else {
            lines.push(word.to_string());
        }
    }
    lines
}
