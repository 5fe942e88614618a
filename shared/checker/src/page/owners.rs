//! Who has a value that has one owner at any time, in each state.

use std::sync::Arc;

use crate::event::{Event, Fact};
use crate::graph::Graph;
use crate::value::{Seen, Value};
use crate::world::World;

/// For each state: the owner of each token.
pub(super) fn owners(graph: &Graph, tokens: &[String]) -> Vec<Vec<String>> {
    let mut all: Vec<Vec<String>> = Vec::new();
    for (n, state) in graph.states.iter().enumerate() {
        let (from, choice) = state.from;
        let mut owners = match all.get(from) {
            Some(owners) if n > 0 => owners.clone(),
            _ => tokens.iter().map(|t| first_owner(graph, t)).collect(),
        };
        let steps = &graph.states[from].steps;
        let step = steps.iter().find(|step| n > 0 && step.choice == choice);
        let events = step.map_or(&graph.start, |step| &step.events);
        for event in events {
            for (token, owner) in tokens.iter().zip(&mut owners) {
                if let Some(now) = moved(&state.world, event, token, owner) {
                    *owner = now;
                }
            }
        }
        all.push(owners);
    }
    all
}

/// Where a token is at the start: where it is seen first under a lock, or the
/// thread that sends it first.
fn first_owner(graph: &Graph, token: &str) -> String {
    let token = Value::Atom(token.into());
    let steps = graph.states.iter().flat_map(|state| &state.steps);
    let all = steps.flat_map(|step| {
        let world = &graph.states[step.to].world;
        step.events.iter().map(move |event| (world, event))
    });
    let mut owners = all.filter_map(|(world, event)| match &event.did.fact {
        Fact::Locks(lock, saw) if saw.value().contains(&token) => {
            Some(format!("in {}", world.objects[*lock].name))
        }
        Fact::Sends(_, message) if message.value().contains(&token) => {
            Some(world.threads[event.thread].name.clone())
        }
        _ => None,
    });
    owners.next().unwrap_or_default()
}

/// Where a token is after this, if this has to do with it.
fn moved(
    world: &World,
    event: &Event,
    token: &str,
    owner: &str,
) -> Option<String> {
    let token = Value::Atom(token.into());
    let name = |object: usize| format!("in {}", world.objects[object].name);
    let mine = || world.threads[event.thread].name.clone();
    let has = |value: &Option<Value>| {
        value.as_ref().is_some_and(|value| value.contains(&token))
    };
    if let Some((lock, changes)) = event.changed() {
        let gone = changes.iter().any(|c| has(&c.before) && !has(&c.after));
        let came = changes.iter().any(|c| !has(&c.before) && has(&c.after));
        return match (gone, came) {
            (true, false) => Some(mine()),
            (false, true) => Some(name(lock)),
            _ => None,
        };
    }
    let here = |message: &Arc<Seen>| message.value().contains(&token);
    match &event.did.fact {
        Fact::Ends if owner == mine() => Some("dropped".into()),
        Fact::Sends(channel, message) if here(message) => Some(name(*channel)),
        Fact::Receives(message) if here(message) => Some(mine()),
        Fact::Drops(unread) if unread.iter().any(here) => {
            Some("dropped".into())
        }
        _ => None,
    }
}
