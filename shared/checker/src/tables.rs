//! What is printed of all models, a line for each: whether they agree with
//! loom, what random schedules come to, and figures.
//!
//! Next: [`random`](crate::random).

use std::time::Instant;

use crate::agree::{Agreement, agree as agree_on};
use crate::check::{Model, Quantity};
use crate::explore::{self, Limits};
use crate::graph::schedule;
use crate::page::{self, Story};
use crate::random::{Tried, by_priority, random as try_random};
use crate::report::{grouped, say};

/// Compares all with loom.
///
/// # Errors
/// If they differ.
pub(super) fn agree(
    package: &str,
    models: &[&Model],
    limits: Limits,
) -> Result<(), String> {
    say(format!("\n{package}, by loom and by turns\n"));
    let (mut same, mut among, mut fail, mut not) = (0, 0, 0, 0);
    let mut differ = Vec::new();
    for model in models {
        let (agreement, graph) = agree_on(model, limits);
        let text = match agreement {
            Agreement::Same(n) => {
                same += 1;
                format!("the same {n} outcomes")
            }
            Agreement::Among { loom, graph } => {
                among += 1;
                format!("within the limits: {loom} by loom, {graph} by turns")
            }
            Agreement::Fails(run) => {
                fail += 1;
                format!("fails in both, in {} steps", run.len())
            }
            Agreement::Not(why) => {
                not += 1;
                format!("not compared: {why}")
            }
            Agreement::Differs(how) => {
                differ.push(model.name);
                format!("DIFFERS: {how}")
            }
        };
        let states = grouped(graph.states.len() as u64);
        say(format!("{:36} {states:>7} states  {text}", model.name));
    }
    say(format!(
        "\n{same} agree, {among} agree within the limits, {fail} fail in the \
         same way, {not} not compared, {} differ",
        differ.len()
    ));
    if differ.is_empty() {
        Ok(())
    } else {
        Err(format!("the engines differ on {}", differ.join(", ")))
    }
}

/// A line for each model: how many random schedules fail, or see what the
/// model looks for; and the first that fails, to step through. With a depth,
/// they are by priority.
pub(super) fn random(
    package: &str,
    models: &[&Model],
    runs: u64,
    seed: u64,
    depth: Option<usize>,
    command: &str,
) {
    let by = depth.map_or(String::new(), |depth| {
        format!(" with priorities (PCT), for bugs of depth {depth}")
    });
    let many = grouped(runs);
    say(format!("\n{package}, by {many} random schedules{by}\n"));
    for model in models {
        let tried = match depth {
            Some(depth) => by_priority(model, runs, seed, depth),
            None => try_random(model, runs, seed),
        };
        let Tried { failed, seen, first, .. } = tried;
        let what = match model.kind {
            Quantity::Some if failed + seen == 0 => "never seen".into(),
            Quantity::Some if failed == 0 => format!("{seen:6} see it"),
            // That there is one schedule and no more, one run cannot tell.
            Quantity::One if failed == 0 => "cannot tell".into(),
            _ => format!("{failed:6} fail"),
        };
        say(format!("{:36} {what}", model.name));
        if let Some(first) = first.filter(|first| first.len() <= SHOWN) {
            say(format!("  {command} --schedule {}", schedule(&first)));
        }
    }
}

/// A schedule of more steps is too long to print.
const SHOWN: usize = 100;

/// A line for each model: the size of its graph, and what loom has to run.
pub(super) fn figures(package: &str, models: &[&Model], limits: Limits) {
    say(format!(
        "\n{:36}{:>10}{:>8}{:>8}{:>6}{:>8}{:>9}{:>13}",
        package, "schedules", "states", "steps", "bad", "s", "bytes", "loom"
    ));
    for model in models {
        let began = Instant::now();
        let graph = explore::graph(model, limits);
        let took = began.elapsed().as_secs_f64();
        let story = Story { tokens: model.tokens.clone(), ..Story::default() };
        let bytes = page::page(&graph, &story).len();
        let all = graph.figures();
        let schedules = match (all.schedules, graph.cut) {
            (_, Some(_)) => "cut".into(),
            (None, None) => "no end".into(),
            (Some(n), None) if n < 1_000_000 => n.to_string(),
            (Some(n), None) => format!("{:.1e}", n as f64),
        };
        let (states, steps) = (all.states, all.steps);
        let bad = all.deadlocks + all.broken;
        let loom = by_loom(model);
        say(format!(
            "{:36}{schedules:>10}{states:>8}{steps:>8}{bad:>6}{took:>8.2}\
             {bytes:>9}{loom:>13}",
            model.name
        ));
    }
    say("\nloom: its interleavings; <=2: of at most 2 forced switches");
}

/// How many interleavings loom runs, and with how many forced switches at most,
/// if it has a bound; `-` if it does not run this model.
fn by_loom(model: &Model) -> String {
    if model.by_turns {
        return "-".into();
    }
    let all = model.with_loom(false).0.interleavings;
    model.bound.map_or(all.to_string(), |bound| format!("{all} <={bound}"))
}
