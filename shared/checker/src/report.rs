//! What is printed of a model that was checked, and what is written of it as
//! JSON: what other programs read, never the text.
//!
//! ```text
//! name, text         as printed
//! patient            more looks in vain in a row were left out, or null: none
//! interleavings      how many were run, until one failed or all were done; or
//!                    how many schedules there are, if `states` is not null
//! states             those of the graph of all schedules, if that was searched
//! took_ms            milliseconds
//! failure            null, or:
//!   headline         what is wrong
//!   why              sentences
//!   lanes            the thread diagram, in 100 columns
//! ```
//!
//! Next: `stepping`, what is printed of its graph.

use std::env;
use std::fmt::Display;
use std::io::{self, Write};
use std::process;

use serde_json::{Value, json};

use crate::check::{Checked, Model, Quantity};
use crate::failure::Failure;
use crate::lanes;

/// Writes a line. A reader that closes the pipe early ends the program, with
/// an exit code that says that not everything was checked.
pub(super) fn say(line: impl Display) {
    if writeln!(io::stdout(), "{line}").is_err() {
        process::exit(1);
    }
}

/// What is printed of it.
pub(super) fn text(model: &Model, checked: &Checked) -> String {
    let (Model { name, says, .. }, s) = (model, checked.took.as_secs_f64());
    let size = match model.size.as_str() {
        "" => String::new(),
        size => format!(": {size}"),
    };
    // The graph of all schedules has no such bound.
    let bound = match model.bound.filter(|_| checked.states.is_none()) {
        Some(1) => " with at most 1 forced switch".into(),
        Some(bound) => format!(" with at most {bound} forced switches"),
        None => String::new(),
    };
    if let Some(failure) = &checked.failure {
        let (found, drawn) = (found(model, checked), width());
        let (headline, drawn) =
            (&failure.headline, lanes::draw(failure, drawn));
        return format!(
            "FAILED  {name}{size}\n        {says}\n        {found}{bound}\n\n\
             {headline}\n\n{drawn}\n"
        );
    }
    if model.kind == Quantity::Plain {
        return format!("ok  {says}\n    {name} ({s:.2} s)");
    }
    // What a thread that waits by looking again and again might still do.
    let patient = checked.patient.map_or(String::new(), |most| {
        format!(
            "\n    looks in vain more than {most} times in a row are not tried"
        )
    });
    let holds = holds(model, checked);
    format!(
        "ok  {says}\n    {name}{size}\n    {holds}{bound} ({s:.2} s){patient}"
    )
}

/// Where it fails.
fn found(model: &Model, checked: &Checked) -> String {
    let n = grouped(checked.interleavings);
    match model.kind {
        _ if checked.states.is_some() => {
            format!("broken in some of {n} schedules")
        }
        Quantity::All => format!("broken in interleaving {n}"),
        _ => format!("after {n} interleavings"),
    }
}

/// In how much of all that can happen it holds.
fn holds(model: &Model, checked: &Checked) -> String {
    let (n, seen) = (grouped(checked.interleavings), grouped(checked.seen));
    let (runs, through) = match checked.states {
        None => ("interleavings", String::new()),
        Some(states) => {
            let states = grouped(states as u64);
            ("schedules", format!(", through {states} states"))
        }
    };
    match model.kind {
        Quantity::One => "there is one interleaving, and no more".into(),
        Quantity::Some => format!("seen in {seen} of {n} {runs}{through}"),
        _ if checked.interleavings == 1 => {
            let run = runs.trim_end_matches('s');
            format!("holds in the only {run}{through}")
        }
        _ if checked.interleavings == u64::MAX => {
            format!("holds in all of {n} {runs}{through}")
        }
        _ => format!("holds in all {n} {runs}{through}"),
    }
}

/// With commas. The largest number may be one of more.
pub(super) fn grouped(n: u64) -> String {
    if n == u64::MAX {
        return "more than 10^19".into();
    }
    let digits = n.to_string();
    let mut text = String::new();
    for (at, digit) in digits.char_indices() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// As wide as `COLUMNS` says, or the terminal is, or 100.
fn width() -> usize {
    let said = env::var("COLUMNS").ok().and_then(|c| c.parse().ok());
    let terminal = terminal_size::terminal_size().map(|(w, _)| w.0.into());
    said.or(terminal).unwrap_or(100).max(60)
}

/// The object that the module's text describes.
pub(super) fn json(model: &Model, checked: &Checked) -> Value {
    let failure = |failure: &Failure| {
        json!({
            "headline": failure.headline,
            "why": failure.why(),
            "lanes": lanes::draw(failure, 100),
        })
    };
    json!({
        "name": model.name,
        "text": text(model, checked),
        "patient": checked.patient,
        "interleavings": checked.interleavings,
        "states": checked.states,
        "took_ms": checked.took.as_millis() as u64,
        "failure": checked.failure.as_ref().map(failure),
    })
}
