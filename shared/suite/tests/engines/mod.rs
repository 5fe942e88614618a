//! Questions to both engines of the checker, loom and the graph of all
//! schedules, of which the answer is known.
//!
//! Read in this order: `both`, what a program may rely on; `waits`, `states`,
//! `panics`, `drops` and `refused`, programs on which an engine was once wrong
//! or could be; `graphs` and `odds`, what is said of all schedules; `fix`, what
//! a failing run comes to in an edited program; `witness`, random programs.

use std::collections::BTreeSet;

use checker::agree::{self, Agreement, agree};
use checker::check::{Model, Outcomes, Quantity, outcomes};
use checker::explore::{self, Limits};
use checker::graph::Graph;
use checker::run::came_to;

mod both;
mod drops;
mod fix;
mod graphs;
mod odds;
mod panics;
mod refused;
mod states;
mod waits;
mod witness;

/// All tests, in the order of the list.
pub fn all() -> Vec<Model> {
    macro_rules! tests {
        ($($module:ident: $($name:ident),+;)+) => {
            vec![$($(test(stringify!($name), $module::$name)),+),+]
        };
    }
    suite::own!(tests)
}

/// It has searches of its own, and is not in one.
fn test(name: &'static str, test: fn()) -> Model {
    let says = name.replace('_', " ").leak();
    Model { kind: Quantity::Plain, ..Model::new(name, says, test) }
}

fn model(program: fn()) -> Model {
    Model::new("", "", program)
}

fn graph(program: fn()) -> Graph {
    explore::graph(&model(program), Limits::default())
}

/// What is wrong with the program, by loom and by turns.
fn by_loom(program: fn()) -> Option<String> {
    model(program).check().failure.map(|failure| failure.headline)
}

fn by_turns(program: fn()) -> Option<String> {
    let checked = model(program).by_turns().check();
    checked.failure.map(|failure| failure.headline)
}

/// With both engines, which find the same ends.
fn holds(program: fn()) {
    assert_eq!(by_loom(program), None, "by loom");
    assert_eq!(by_turns(program), None, "by turns");
    let agreement = agree(&model(program), Limits::default()).0;
    assert!(matches!(agreement, Agreement::Same(_)), "{agreement:?}");
}

/// Both engines find this.
fn fails(program: fn(), why: &str) {
    says(by_loom(program), why);
    says(by_turns(program), why);
}

fn says(failure: Option<String>, why: &str) {
    let said = failure.expect("it must fail");
    assert!(said.contains(why), "{said:?}, and not {why:?}");
}

/// No known way is looked at again: what is not in a state is not found.
fn once() -> Limits {
    Limits { careful: 0, ..Limits::default() }
}

/// Both engines find these outcomes, and no others.
fn come_to(program: fn() -> String, all: &[&str]) {
    let all: BTreeSet<_> = all.iter().map(|one| one.to_string()).collect();
    let body = move || came_to(program);
    let graph = explore::graph(&Model::new("", "", body), once());
    assert!(graph.states[0].fate.is_safe());
    assert_eq!(agree::outcomes(&graph), all, "by turns");
    assert_eq!(outcomes(10_000, program), Outcomes::Set(all), "by loom");
}
