//! What a page is made from, as JSON. What comes again and again is kept once,
//! in a list, and referred to by its number; -1 is none.
//!
//! ```text
//! title, says, size, thought, command   texts
//! some       whether the model looks for something that must be seen once
//! threads    [name]
//! objects    [[name, its kind, made, of the test, capacity or null]]
//! files      [[path, of the test, [line]]]
//! places     [[file, line]]
//! doing      [[next, place, why not, mark]]: what a thread would do next, or
//!            why it cannot; mark: r could run, h holds a lock, w waits, b
//!            both, - has not begun, x has ended
//! things     [null | ["l", holder, since, value] | ["c", [asleep]] |
//!              ["q", [message], senders, receivers]]
//! rows       [[thread, text, place, kind, object, [woken]]]: w waits on a
//!            condvar, n notifies one, - anything else
//! strings    [text]; tokens [text]: values that have one owner
//! start      [row]: before there is anything to choose
//! states     [[fate, end, [doing], [thing], [owner], [step]]]
//!            fate: 1 may end well, 2 badly, 4 unseen, 8 unknown, 16 may
//!            run forever; added up
//!            end: 0 | ["w", seen] | ["d"] | ["b", what, by]; owner: a text
//!            step: [choice, state, [row], sentence]
//! odds       null | [what a run may do, [percent of each state]]
//! figures    {states, steps, schedules, bad, cut}
//! loom       the schedule that loom found, or null
//! carried    how a run that has failed before an edit goes now, a text with
//!            lines, or an empty one
//! ```

use std::collections::HashMap;

use serde_json::{Value as Json, json};

use super::Story;
use super::owners::owners;
use crate::event::{Event, Fact};
use crate::graph::{Cut, End, Fate, Graph, schedule};
use crate::object::channel::Queue;
use crate::object::condvar::Asleep;
use crate::object::lock::Lock;
use crate::place::At;
use crate::value::Value;
use crate::world::{Mark, Object, World};
use crate::{odds, source, tell};

/// What the page is made from.
pub(super) fn data(graph: &Graph, story: &Story) -> Json {
    let mut lists = Lists::default();
    let widest = widest(graph);
    let start = lists.all_rows(&graph.start);
    let states = lists.states(graph, &widest, owners(graph, &story.tokens));
    json!({
        "title": story.title,
        "says": story.says,
        "size": story.size,
        "thought": story.thought,
        "command": story.command,
        "some": story.some,
        "threads": widest.threads.iter().map(|t| &t.name).collect::<Vec<_>>(),
        "objects": objects(&widest),
        "files": lists.files.into_iter().map(file).collect::<Vec<_>>(),
        "strings": lists.strings.1,
        "places": lists.places.1,
        "doing": lists.doing.1,
        "things": lists.things.1,
        "rows": lists.rows.1,
        "tokens": story.tokens,
        "start": start,
        "states": states,
        "odds": odds::question(graph).map(|asked| {
            let all = asked.all.into_iter().map(odds::in_percent);
            json!([asked.does, all.collect::<Vec<_>>()])
        }),
        "figures": figures(graph),
        "carried": story.carried,
        "loom": story.loom.as_deref().map(schedule),
    })
}

/// Every thread and every object that there is in some state.
fn widest(graph: &Graph) -> World {
    let mut widest = World::default();
    for World { threads, objects } in graph.states.iter().map(|s| &s.world) {
        widen(&mut widest.threads, threads, |t| t.name.is_empty());
        let absent = |o: &Object| o.made.is_none();
        widen(&mut widest.objects, objects, absent);
    }
    widest
}

fn widen<T: Clone>(all: &mut Vec<T>, more: &[T], absent: impl Fn(&T) -> bool) {
    all.extend(more.iter().skip(all.len()).cloned());
    for (one, other) in all.iter_mut().zip(more) {
        if absent(one) {
            *one = other.clone();
        }
    }
}

fn objects(world: &World) -> Vec<Json> {
    let objects = world.objects.iter().map(|object| {
        let queue = object.state::<Queue>();
        let kind = if object.state::<Lock>().is_some() {
            "lock"
        } else if object.state::<Asleep>().is_some() {
            "condvar"
        } else {
            queue.map_or("none", |_| "channel")
        };
        let capacity = queue.and_then(|queue| queue.capacity);
        let made = object.made.map(source::short);
        json!([object.name, kind, made, object.of_the_test, capacity])
    });
    objects.collect()
}

fn end(end: &Option<End>) -> Json {
    match end {
        None => json!(0),
        Some(End::Well { seen, .. }) => json!(["w", seen]),
        Some(End::Deadlock) => json!(["d"]),
        Some(End::Broken { what, by }) => json!(["b", what, by]),
    }
}

fn bits(fate: Fate) -> u32 {
    let Fate { well, badly, unseen, unknown, round } = fate;
    let all = [well, badly, unseen, unknown, round];
    all.iter().rev().fold(0, |bits, bit| bits * 2 + u32::from(*bit))
}

fn figures(graph: &Graph) -> Json {
    let figures = graph.figures();
    // The largest may be one of more, which are as many as none can tell.
    let counted = figures.schedules.filter(|n| *n < u128::MAX);
    let number = |n: Option<u128>| {
        n.filter(|_| counted.is_some()).map(|n| n.to_string())
    };
    json!({
        "states": figures.states,
        "steps": figures.steps,
        "schedules": number(figures.schedules),
        "bad": number(figures.bad),
        "cut": graph.cut.map(|cut| match cut {
            Cut::States(most) => format!("only {most} states were looked at"),
            Cut::Steps(most) => format!("only {most} steps were made"),
            Cut::Rounds(most) => format!("only {most} rounds were made"),
        }),
    })
}

/// Things that are kept once.
#[derive(Default)]
struct List(HashMap<String, usize>, Vec<Json>);

impl List {
    fn add(&mut self, json: Json) -> usize {
        let next = self.1.len();
        *self.0.entry(json.to_string()).or_insert_with(|| {
            self.1.push(json);
            next
        })
    }
}

#[derive(Default)]
struct Lists {
    strings: List,
    files: Vec<At>,
    places: List,
    doing: List,
    things: List,
    rows: List,
}

impl Lists {
    fn states(
        &mut self,
        graph: &Graph,
        widest: &World,
        owners: Vec<Vec<String>>,
    ) -> Vec<Json> {
        let mut all = Vec::new();
        for (state, owners) in graph.states.iter().zip(owners) {
            let (world, marks) = (&state.world, state.world.marks());
            let threads = 0..widest.threads.len();
            let doing = threads.map(|t| self.doing(world, t, marks.get(t)));
            let doing: Vec<_> = doing.collect();
            let objects = 0..widest.objects.len();
            let things = objects.map(|n| self.thing(world.objects.get(n)));
            let things: Vec<_> = things.collect();
            let owners = owners.into_iter().map(|owner| self.string(owner));
            let owners: Vec<_> = owners.collect();
            let steps = state.steps.iter().map(|step| {
                let after = &graph.states[step.to].world;
                let rows = self.all_rows(&step.events);
                let said = self.string(tell::step(world, &step.events, after));
                json!([step.choice.to_string(), step.to, rows, said])
            });
            let steps: Vec<_> = steps.collect();
            let (fate, end) = (bits(state.fate), end(&state.end));
            all.push(json!([fate, end, doing, things, owners, steps]));
        }
        all
    }

    fn string(&mut self, text: String) -> usize {
        self.strings.add(json!(text))
    }

    fn place(&mut self, at: At) -> usize {
        let known = self.files.iter().position(|f| f.file() == at.file());
        let file = known.unwrap_or_else(|| {
            self.files.push(at);
            self.files.len() - 1
        });
        self.places.add(json!([file, at.line()]))
    }

    fn doing(
        &mut self,
        world: &World,
        thread: usize,
        mark: Option<&Mark>,
    ) -> usize {
        let it = world.threads.get(thread).filter(|it| !it.name.is_empty());
        let (Some(it), Some(mark)) = (it, mark) else {
            // It is not spawned yet.
            let next = self.string(String::new());
            return self.doing.add(json!([next, -1, -1, "-"]));
        };
        let at = it.doing.filter(|_| !it.ended).map(|(_, at)| at);
        let at = at.map_or(-1, |at| self.place(at) as i64);
        let why = tell::why_not(world, thread);
        let why = why.map_or(-1, |why| self.string(why) as i64);
        let next =
            if it.ended { String::new() } else { tell::next(world, thread) };
        let next = self.string(next);
        let letter = match mark {
            Mark::Absent => "x",
            Mark::Runs => "r",
            Mark::Holds => "h",
            Mark::Waits => "w",
            Mark::HoldsAndWaits => "b",
        };
        self.doing.add(json!([next, at, why, letter]))
    }

    fn thing(&mut self, object: Option<&Object>) -> usize {
        let lock = object.and_then(Object::state::<Lock>);
        let asleep = object.and_then(Object::state::<Asleep>);
        let queue = object.and_then(Object::state::<Queue>);
        let json = if let Some(lock) = lock {
            let (by, since) = match lock.holder {
                Some((by, at)) => (by as i64, self.place(at) as i64),
                None => (-1, -1),
            };
            let value = lock.value.as_ref().map(|value| told(value.value()));
            let value = value.map_or(-1, |v| self.string(v) as i64);
            json!(["l", by, since, value])
        } else if let Some(asleep) = asleep {
            json!(["c", asleep.threads])
        } else if let Some(queue) = queue {
            let what = queue.messages.iter().filter_map(|m| m.what.as_ref());
            let what: Vec<_> =
                what.map(|m| self.string(m.value().to_string())).collect();
            json!(["q", what, queue.senders.len(), queue.receivers.len()])
        } else {
            Json::Null
        };
        self.things.add(json)
    }

    fn row(&mut self, event: &Event) -> usize {
        let text = self.string(event.did.row.clone());
        let at = event.at.map_or(-1, |at| self.place(at) as i64);
        let (kind, object, woken): (_, _, &[_]) = match &event.did.fact {
            Fact::Unlocks(_, _, Some(condvar)) => ("w", *condvar as i64, &[]),
            Fact::Notifies(condvar, woken) => ("n", *condvar as i64, woken),
            _ => ("-", -1, &[]),
        };
        self.rows.add(json!([event.thread, text, at, kind, object, woken]))
    }

    fn all_rows(&mut self, events: &[Event]) -> Vec<usize> {
        events.iter().map(|event| self.row(event)).collect()
    }
}

fn file(at: At) -> Json {
    let test = ["/tests/", "suite/src/"];
    let test = test.iter().any(|part| at.file().contains(part));
    json!([at.file(), test, source::lines(at).unwrap_or_default()])
}

/// The fields of a value that can be told in a word or two.
fn told(value: &Value) -> String {
    let Value::Struct(_, fields) = value else { return value.to_string() };
    let short = |value: &Value| match value {
        Value::Atom(_) => true,
        Value::List(items) => value.is_simple_list() && !items.is_empty(),
        _ => value.to_string().len() < 24,
    };
    let fields = fields.iter().filter(|(_, value)| short(value));
    let fields = fields.map(|(name, value)| match value {
        // What it is called says what it is.
        Value::Struct(_, fields) => {
            let fields = fields.iter().map(|(n, v)| format!("{n}: {v}"));
            format!("{name} {{ {} }}", fields.collect::<Vec<_>>().join(", "))
        }
        value => format!("{name} {value}"),
    });
    fields.collect::<Vec<_>>().join(", ")
}
