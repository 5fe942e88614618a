//! The thread diagram ("lanes"): a column for each thread, a row for each
//! step.
//!
//! It is plain ASCII, which every console and every projector shows.

use std::ops::Range;

use crate::event::{Event, Run};
use crate::failure::Failure;
use crate::words::cut;
use crate::world::{At, Mark};
use crate::{source, words};

const LEGEND: &str = "\
|  it could run   #  it holds a lock   :  it waits   X  its end
>  forced switch: the thread before could have gone on (a preemption)
[x]  locks x, reads or changes, unlocks   (frees x)  unlocks it while it sleeps
(1)  number of messages in it then   hang up  drop the last sender
never  a time that does not come in a model   ~  the test's own web or log";

/// A diagram of more rows is drawn without its middle.
const MOST: usize = 100;

/// The failure in as many columns as there are.
pub fn draw(failure: &Failure, width: usize) -> String {
    let run = &failure.run;
    let table = Table::of(failure, width);
    let mut text = format!("{}\n\n", table.header());
    let rows = run.events.len();
    let (left_out, why) = left_out(run);
    for (n, event) in run.events.iter().enumerate() {
        if !left_out.contains(&n) {
            text += &table.row(n + 1, event);
        } else if n == left_out.start {
            text += &format!("     ... {why} ...\n");
        }
    }
    for end in ends(failure) {
        text += &table.end(&end);
    }
    for sentence in failure.why().into_iter().chain(idle(failure)) {
        text += &format!("\n  {sentence}");
    }
    let state = failure.at_the_end();
    if !state.is_empty() {
        text += "\n\nAt the end:";
    }
    for line in state {
        text += &format!("\n  {line}");
    }
    let switches = run.switches();
    let many = if switches == 1 { "switch" } else { "switches" };
    text += &format!("\n\n{rows} steps, {switches} forced {many}.\n{LEGEND}");
    text
}

/// Rows that are not drawn, and why: they repeat those before, or the story is
/// too long.
fn left_out(run: &Run) -> (Range<usize>, String) {
    let rows = run.events.len();
    if rows <= MOST {
        return (0..0, String::new());
    }
    let same =
        |a: &Event, b: &Event| a.thread == b.thread && a.did.row == b.did.row;
    // Where a round of this many rows has come again and again, to the end.
    let since = |period: usize| {
        let again = |&n: &usize| same(&run.events[n], &run.events[n - period]);
        let repeats = (period..rows).rev().take_while(again).count();
        (repeats >= MOST / 2).then(|| rows - repeats)
    };
    let longest = (1..=MOST / 4).filter_map(|p| Some((p, since(p)?))).next();
    if let Some((period, from)) = longest {
        let times = (rows - from) / period;
        let last = from - period + 1;
        let round = if period == 1 {
            format!("row {last} comes")
        } else {
            format!("rows {last} to {from} come")
        };
        return (from..rows, format!("{round} {times} times more"));
    }
    let left_out = rows - MOST;
    let from = MOST / 2;
    (from..from + left_out, format!("{left_out} rows left out"))
}

/// A sentence for the threads that have no column.
fn idle(failure: &Failure) -> Option<String> {
    let world = &failure.run.world;
    let idle = |thread: &usize| !has_column(failure, *thread);
    let idle: Vec<_> = (0..world.threads.len()).filter(idle).collect();
    let has = if idle.len() == 1 { "has" } else { "have" };
    let names = words::names(world, &idle);
    let text = format!("({names} {has} done nothing: no column.)");
    (!idle.is_empty()).then_some(text)
}

/// How a thread that did not end is left.
struct End {
    thread: usize,
    what: String,
    at: Option<At>,
}

fn ends(failure: &Failure) -> Vec<End> {
    let world = &failure.run.world;
    let stuck = |thread: usize| {
        let now = world.blocked(thread)?;
        let what = now.op.verb.wants(now);
        Some(End { thread, what, at: Some(now.at) })
    };
    if failure.deadlock {
        let shown = |thread: &usize| has_column(failure, *thread);
        let threads = (0..world.threads.len()).filter(shown);
        return threads.filter_map(stuck).collect();
    }
    if world.threads.is_empty() {
        return Vec::new();
    }
    let what = "here it is broken".into();
    vec![End { thread: failure.by, what, at: None }]
}

fn has_column(failure: &Failure, thread: usize) -> bool {
    let mut events = failure.run.events.iter();
    let notices = thread == failure.by && !failure.deadlock;
    notices || events.any(|event| event.thread == thread)
}

struct Table<'a> {
    run: &'a Run,
    columns: Vec<usize>,
    places: usize,
    // What is left for the text of the source; 0 if that is too little.
    source: usize,
}

const NUMBER: usize = 5;
const NARROWEST: usize = 16;

impl<'a> Table<'a> {
    fn of(failure: &'a Failure, width: usize) -> Self {
        let Run { world, events } = &failure.run;
        let mut columns: Vec<_> =
            world.threads.iter().map(|t| t.name.len() + 4).collect();
        // A thread that has done nothing needs no column: a sentence says
        // what it waits for.
        for (thread, column) in columns.iter_mut().enumerate() {
            if !has_column(failure, thread) {
                *column = 0;
            }
        }
        let ends = ends(failure);
        let steps = events.iter().map(|e| (e.thread, e.did.row.len()));
        for (thread, len) in
            steps.chain(ends.iter().map(|e| (e.thread, e.what.len())))
        {
            columns[thread] = columns[thread].max(len + 4);
        }
        let at = events.iter().filter_map(|e| e.at);
        let at = at.chain(ends.iter().filter_map(|e| e.at));
        let places = at.map(|at| source::short(at).len()).max().unwrap_or(0);
        let room = width.saturating_sub(NUMBER + places + 1);
        while columns.iter().sum::<usize>() > room {
            let widest = columns.iter_mut().max().expect("main, at least");
            if *widest <= NARROWEST {
                break;
            }
            *widest -= 1;
        }
        let left = room.saturating_sub(columns.iter().sum::<usize>() + 1);
        let source = if left < 24 { 0 } else { left };
        Table { run: &failure.run, columns, places, source }
    }

    fn header(&self) -> String {
        let names = self.run.world.threads.iter().zip(&self.columns);
        let names = names.filter(|(_, width)| **width > 0);
        let names =
            names.map(|(t, width)| format!("  {:w$}", t.name, w = width - 2));
        let names: String = names.collect();
        format!("{:NUMBER$}{}", "", names.trim_end())
    }

    fn row(&self, number: usize, event: &Event) -> String {
        let mark = |thread: usize| {
            let mark = event.marks.get(thread).unwrap_or(&Mark::Absent);
            match mark {
                Mark::Absent if thread == event.thread => '|',
                mark => letter(*mark),
            }
        };
        let forced = if event.switched { '>' } else { ' ' };
        let what = (event.thread, forced, event.did.row.as_str());
        self.lines(&number.to_string(), mark, what, event.at)
    }

    fn end(&self, end: &End) -> String {
        let last = self.run.events.last();
        let mark = |thread: usize| {
            let mark = last.and_then(|event| event.marks.get(thread));
            match mark {
                _ if thread == end.thread => 'X',
                mark => letter(*mark.unwrap_or(&Mark::Absent)),
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
        at: Option<At>,
    ) -> String {
        let mut text = String::new();
        let cells = wrap(what, self.columns[active] - 4);
        for (n, cell) in cells.iter().enumerate() {
            let number = if n == 0 { number } else { "" };
            let mut line = format!("{number:>3}  ");
            let shown = self.columns.iter().enumerate();
            for (thread, width) in shown.filter(|(_, width)| **width > 0) {
                let cell = match (thread == active, n) {
                    (true, 0) => format!("{forced}{cell}"),
                    (true, _) => format!("   {cell}"),
                    (false, _) => String::new(),
                };
                let mark = mark(thread);
                let mark = if mark == 'X' && n > 0 { ' ' } else { mark };
                line += &format!("{mark}{cell:w$}", w = width - 1);
            }
            if let (0, Some(at)) = (n, at) {
                line += &self.place(at);
            }
            text += line.trim_end();
            text.push('\n');
        }
        text
    }

    fn place(&self, at: At) -> String {
        let place = format!("{:p$} ", source::short(at), p = self.places);
        match source::line(at) {
            Some(line) if self.source > 0 => place + &cut(&line, self.source),
            _ => place,
        }
    }
}

fn letter(mark: Mark) -> char {
    match mark {
        Mark::Absent => ' ',
        Mark::Runs => '|',
        Mark::Holds | Mark::HoldsAndWaits => '#',
        Mark::Waits => ':',
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
