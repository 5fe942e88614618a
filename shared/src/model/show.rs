//! Runs models as a test program does, and says what came of them: `cargo
//! loom`.
//!
//! With `--json FILE`, or for what fails in `target/lanes/`, as one JSON
//! object a model:
//!
//! ```text
//! name, says, size   as printed
//! bound              most forced switches explored, or null: all
//! interleavings      gone through, until it failed or all were done
//! seen               in how many the model saw what it looks for
//! took_ms            milliseconds
//! failure            null, or:
//!   headline         what is wrong
//!   deadlock         whether nobody could go on
//!   threads          their names
//!   steps            [{thread, what, at, source, forced, marks}]: at is
//!                    file:line or null; marks has a letter for each thread:
//!                    r could run, h holds a lock, w waits, b both, - is not
//!   why              sentences
//!   lanes            all of it, drawn in 100 columns
//! ```

use std::env;
use std::fmt::Display;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::{self, ExitCode};
use std::time::Instant;

use serde_json::{Value, json};

use super::check::{Failure, Model, Outcome, Quantity};
use super::run::Mark;
use super::{lanes, source, suite, why};

#[derive(Default)]
struct Args {
    names: Vec<String>,
    exact: bool,
    list: bool,
    json: Option<PathBuf>,
}

fn args() -> Result<Args, lexopt::Error> {
    use lexopt::prelude::*;
    let mut args = Args::default();
    let mut parser = lexopt::Parser::from_env();
    while let Some(arg) = parser.next()? {
        match arg {
            Long("exact") => args.exact = true,
            Long("list") => args.list = true,
            Long("json") => args.json = Some(parser.value()?.into()),
            // What is said to every test program.
            Long("nocapture" | "no-capture" | "quiet") | Short('q') => {}
            Value(name) => args.names.push(name.string()?),
            other => return Err(other.unexpected()),
        }
    }
    Ok(args)
}

/// Writes a line. Who closes the pipe early has seen enough; but that not all
/// was checked must not be green.
fn say(line: impl Display) {
    if writeln!(io::stdout(), "{line}").is_err() {
        process::exit(1);
    }
}

/// The models of this package itself (`shared/tests/loom.rs`): each program has
/// to know all names, of others too.
pub const OWN: [&str; 30] = [
    "messages_arrive_in_order",
    "each_message_arrives_once",
    "each_sender_keeps_its_order",
    "no_more_inside_than_there_is_room",
    "two_senders_share_one_slot",
    "what_was_sent_before_the_end_arrives",
    "every_receiver_hears_the_end",
    "only_the_last_sender_hangs_up",
    "a_send_to_nobody_comes_back",
    "only_the_last_receiver_is_nobody",
    "a_full_channel_lets_go_when_nobody_receives",
    "iteration_ends_with_the_last_sender",
    "what_is_left_inside_is_dropped_once",
    "a_crew_returns_when_all_have_ended",
    "a_panic_of_a_thread_stops_the_others",
    "a_panic_of_the_lead_stops_the_others",
    "a_panic_of_an_inner_crew_ends_both",
    "a_thread_that_cannot_start_stops_the_others",
    "a_scope_tells_of_panics",
    "a_timed_receive_may_come_too_early",
    "random_programs_have_the_same_outcomes",
    "a_failure_that_a_thread_swallows_is_seen",
    "a_failure_may_have_any_text",
    "what_is_to_be_seen_once_is_shown_if_it_never_is",
    "a_panic_that_nobody_catches_fails",
    "a_panic_under_a_lock_fails",
    "a_thread_that_never_began_drops_nothing",
    "a_thread_that_was_under_way_goes_no_further",
    "a_destructor_may_lock_when_a_model_fails",
    "too_many_messages_fail",
];

/// Checks those models whose names have what the command line says in them.
pub fn main(package: &str, models: Vec<Model>) -> ExitCode {
    let args = match args() {
        Ok(args) => args,
        Err(error) => {
            eprintln!(
                "error: {error}\n\nGive parts of names of models, and \
                 --list, --exact or --json FILE."
            );
            return ExitCode::from(2);
        }
    };
    let wanted = |model: &Model| {
        let part = |part: &String| match args.exact {
            true => model.name == *part,
            false => model.name.contains(part.as_str()),
        };
        args.names.is_empty() || args.names.iter().any(part)
    };
    let known = |name: &String| {
        let all = models.iter().map(|model| model.name);
        let all = all.chain(suite::names()).chain(OWN);
        all.into_iter().any(|known| known.contains(name.as_str()))
    };
    // Those of another package are run there. But what is nowhere is not
    // checked: that must not be green.
    if let Some(stranger) = args.names.iter().find(|name| !known(name)) {
        eprintln!(
            "error: no model's name contains {stranger:?}; `cargo loom -- \
             --list` lists them all"
        );
        return ExitCode::from(2);
    }
    let all = models.len();
    let models: Vec<_> = models.into_iter().filter(wanted).collect();
    if args.list {
        for model in &models {
            say(format!("{:36} {}", model.name, model.says));
        }
        return ExitCode::SUCCESS;
    }
    if models.is_empty() {
        say(format!("{package}: none of its {all} models matches"));
        return ExitCode::SUCCESS;
    }
    let began = Instant::now();
    say(format!("\n{package}, in every interleaving of its threads\n"));
    let mut failed = 0;
    let mut report = Vec::new();
    // One after the other: two searches would be in each other's way, for
    // half of the time goes to the system, which maps stacks.
    for model in &models {
        let outcome = model.check();
        say(text(model, &outcome));
        let json = json(model, &outcome);
        if outcome.failure.is_some() {
            failed += 1;
            keep(package, model, &json);
        }
        report.push(json);
    }
    if let Some(file) = &args.json
        && let Err(error) = fs::write(file, Value::from(report).to_string())
    {
        eprintln!("error: {}: {error}", file.display());
        return ExitCode::from(2);
    }
    let verdict = if failed == 0 { "ok" } else { "FAILED" };
    say(format!(
        "\ntest result: {verdict}. {} passed; {failed} failed; 0 ignored; 0 \
         measured; {} filtered out; finished in {:.2}s\n",
        models.len() - failed,
        all - models.len(),
        began.elapsed().as_secs_f64()
    ));
    let _ = io::stdout().flush();
    if failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn text(model: &Model, outcome: &Outcome) -> String {
    let Outcome { seen, took, failure, .. } = outcome;
    let n = grouped(outcome.interleavings);
    let bound = match model.bound {
        Some(bound) => format!(" with at most {bound} forced switches"),
        None => String::new(),
    };
    let (Model { name, says, size, .. }, s) = (model, took.as_secs_f64());
    let holds = match (failure, model.kind) {
        (Some(failure), _) => {
            let width = width();
            let drawn = lanes::draw(failure, width);
            let headline = &failure.headline;
            return format!(
                "FAILED  {name}\n        {says}\n        {size}: broken in \
                 interleaving {n}{bound}\n\n{headline}\n\n{drawn}\n"
            );
        }
        (None, Quantity::All) => format!("holds in all {n} interleavings"),
        (None, Quantity::Some) => {
            format!("seen in {} of {n} interleavings", grouped(*seen))
        }
        (None, Quantity::Plain) => {
            return format!("ok  {says}\n    {name} ({s:.2} s)");
        }
        (None, Quantity::One) => {
            "there is one interleaving, and no more".into()
        }
    };
    format!("ok  {says}\n    {name}: {size}\n    {holds}{bound} ({s:.2} s)")
}

/// With commas.
fn grouped(n: u64) -> String {
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
fn json(model: &Model, outcome: &Outcome) -> Value {
    json!({
        "name": model.name,
        "says": model.says,
        "size": model.size,
        "bound": model.bound,
        "interleavings": outcome.interleavings,
        "seen": outcome.seen,
        "took_ms": outcome.took.as_millis() as u64,
        "failure": outcome.failure.as_ref().map(failure),
    })
}

fn failure(failure: &Failure) -> Value {
    let run = &failure.run;
    let steps = run.steps.iter().map(|step| {
        let marks = step.marks.iter().map(|mark| match mark {
            Mark::Absent => '-',
            Mark::Runs => 'r',
            Mark::Holds => 'h',
            Mark::Waits => 'w',
            Mark::HoldsAndWaits => 'b',
        });
        json!({
            "thread": step.thread,
            "what": step.what,
            "at": step.at.map(|at| format!("{}:{}", at.file(), at.line())),
            "source": step.at.and_then(source::line),
            "forced": step.forced,
            "marks": marks.collect::<String>(),
        })
    });
    let why = if failure.deadlock { why::why(run) } else { Vec::new() };
    json!({
        "headline": failure.headline,
        "deadlock": failure.deadlock,
        "threads": run.threads.iter().map(|t| &t.name).collect::<Vec<_>>(),
        "steps": steps.collect::<Vec<_>>(),
        "why": why,
        "lanes": lanes::draw(failure, 100),
    })
}

/// In `target/lanes/`, for other programs to draw.
fn keep(package: &str, model: &Model, json: &Value) {
    // This program is target/PROFILE/deps/loom-HASH.
    let exe = env::current_exe().unwrap_or_default();
    let Some(target) = exe.ancestors().nth(3).map(Path::to_path_buf) else {
        return;
    };
    let lanes = target.join("lanes");
    let file = lanes.join(format!("{package}.{}.json", model.name));
    let written = fs::create_dir_all(&lanes)
        .and_then(|()| fs::write(&file, json.to_string()));
    match written {
        Ok(()) => say(format!("The same as JSON: {}\n", file.display())),
        Err(error) => {
            say(format!("Not written to {}: {error}\n", file.display()))
        }
    }
}
