//! A model's own part: its books, and what it writes into the diagram.
//!
//! Next: `run`, what the two engines are asked for.

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

use crate::engine::turns;
use crate::event::{Did, Fact};
use crate::run;
use crate::stack;
use crate::world::{Now, Op, Place, Verb};

/// The test's own part of a thread goes on: it says something, or keeps its
/// books.
#[derive(Debug)]
struct Testing {
    says: bool,
}

impl Verb for Testing {
    fn name(&self) -> &'static str {
        if self.says { "note" } else { "books" }
    }

    fn next(&self, now: Now<'_>) -> String {
        let says = now.world.threads[now.thread].says.clone();
        says.unwrap_or_else(|| "the test's own books".into())
    }
}

const NOTE: Op = Op { verb: &Testing { says: true }, on: usize::MAX, with: 0 };
const BOOKS: Op = Op { verb: &Testing { says: false }, ..NOTE };

/// Whether it is a step of the test's own part.
pub(crate) fn is_of_the_test(op: Op) -> bool {
    op == NOTE || op == BOOKS
}

/// Says what the first thread is called: its role, not `main`.
pub fn i_am(name: &str) {
    run::with(|run| run.world.threads[run::me()].name = name.into());
}

/// Adds a row for what the test's own code does, such as its web.
#[track_caller]
pub fn note(text: impl FnOnce() -> String) {
    let text = if run::has_turns() { text() } else { String::new() };
    run::took(begin(Some(text.clone())));
    wrote(text);
}

/// Runs a model's own bookkeeping, which is not shown. It may still switch
/// threads.
#[track_caller]
pub fn quietly<R>(f: impl FnOnce() -> R) -> R {
    if run::mine(|mine| mine.quiet) {
        return f();
    }
    run::takes(begin(None));
    run::mine(|mine| mine.quiet = true);
    let result = catch_unwind(AssertUnwindSafe(f));
    run::mine(|mine| mine.quiet = false);
    run::took_it_all();
    result.unwrap_or_else(|panic| {
        // One of `resume_unwind` was not heard of.
        if !run::is_over() {
            run::fail("a panic in the test's own part".into());
        }
        resume_unwind(panic)
    })
}

/// Runs bookkeeping that is not shown, then adds a row for it: one step.
#[track_caller]
pub fn step<R>(text: impl FnOnce() -> String, f: impl FnOnce() -> R) -> R {
    let text = if run::has_turns() { text() } else { String::new() };
    run::takes(begin(Some(text.clone())));
    let result = quietly(f);
    wrote(text);
    result
}

fn wrote(text: String) {
    run::acted();
    run::record(None, || {
        Did::new(format!("~ {text}"), format!(": {text}"), Fact::Note)
    });
}

/// The test's own part says something, or keeps its books: one of these.
#[track_caller]
fn begin(says: Option<String>) -> Op {
    let (at, note) = (Place::here(), says.is_some());
    let op = if note { NOTE } else { BOOKS };
    if turns::needs_a_turn(note) {
        let leave_out = Some(at.file());
        let blind = turns::is_blind();
        let at = if blind { at } else { stack::caller(at, leave_out) };
        turns::take(op, at, says);
        turns::rides(note);
    }
    op
}

/// Tells the result of a run, in words: two runs with the same words have the
/// same outcome. It is for the thread that the model begins on: loom does not
/// go through the orders in which others would tell.
pub fn came_to(outcome: impl FnOnce() -> String) {
    if run::asks_for_outcomes() {
        let outcome = outcome();
        run::with(|run| run.outcome = outcome);
    }
}
