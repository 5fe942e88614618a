//! What is printed of all models, a line for each: whether they agree with loom,
//! what random schedules come to, and figures.
//!
//! Next: [`random`](crate::random).

use std::time::Instant;

use crate::agree::{Agreement, agree as agree_on};
use crate::check::{Model, Quantity};
use crate::explore::{self, Limits};
use crate::graph::schedule;
use crate::harness::{grouped, say};
use crate::page::{self, Story};
use crate::random::{Tried, by_priority, random as try_random};

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

/// Random schedules.
pub(super) struct Random<'a> {
    pub runs: u64,
    pub seed: u64,
    /// By priority, for bugs of this depth.
    pub depth: Option<usize>,
    /// To step through one.
    pub command: &'a str,
}

/// A line for each model: how many random schedules fail, or see what the
/// model looks for; and the first that fails, to step through.
pub(super) fn random(package: &str, models: &[&Model], how: &Random<'_>) {
    let Random { runs, seed, depth, command } = *how;
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
        let Tried { failed, seen, first, threads, steps, .. } = tried;
        let what = match model.kind {
            Quantity::Some if failed + seen == 0 => "never seen".into(),
            Quantity::Some if failed == 0 => format!("{seen:6} see it"),
            // That there is one schedule and no more, one run cannot tell.
            Quantity::One if failed == 0 => "cannot tell".into(),
            _ => format!("{failed:6} fail"),
        };
        say(format!("{:36} {what}", model.name));
        if let Some(depth) = depth {
            let many = bound(threads, steps, depth);
            say(format!("  {threads} threads, {steps} steps: {many}"));
        }
        if let Some(first) = first.filter(|first| first.len() <= SHOWN) {
            say(format!("  {command} --schedule {}", schedule(&first)));
        }
    }
}

/// What PCT promises: see [`random`](crate::random).
fn bound(threads: usize, steps: usize, depth: usize) -> String {
    let many = threads as f64 * (steps as f64).powi(depth as i32 - 1);
    format!("a bug of depth {depth} shows in at least 1 run of {many:.0}")
}

/// A schedule of more steps is too long to print.
const SHOWN: usize = 100;

/// A line for each model: the size of its graph, and how many interleavings
/// loom runs, in that order with at most so many forced switches.
pub(super) fn figures(package: &str, models: &[&Model], limits: Limits) {
    say(format!(
        "\n{:36}{:>10}{:>8}{:>8}{:>6}{:>8}{:>9}{:>9}{:>6}",
        package,
        "schedules",
        "states",
        "steps",
        "bad",
        "s",
        "bytes",
        "loom",
        "bound"
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
        let (loom, bound) = by_loom(model);
        say(format!(
            "{:36}{schedules:>10}{states:>8}{steps:>8}{bad:>6}{took:>8.2}\
             {bytes:>9}{loom:>9}{bound:>6}",
            model.name
        ));
    }
    say(
        "\nloom: the interleavings that it runs, until one fails or all are done; \
         bound: with so\nmany forced switches at most. -: not by loom, or no \
         bound.",
    );
}

/// How many interleavings loom runs, and with how many forced switches at most;
/// `-` for what loom does not run, and for no bound.
fn by_loom(model: &Model) -> (String, String) {
    if model.by_turns {
        return ("-".into(), "-".into());
    }
    let all = model.with_loom(false).0.interleavings;
    let bound = model.bound.map_or("-".into(), |bound| bound.to_string());
    (all.to_string(), bound)
}
