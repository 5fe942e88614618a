//! Graphs of all schedules: what is in them, and nothing else.

use checker::check::Model;
use checker::explore::{self, Limits};
use checker::graph::{End, Graph, State};
use checker::world::Choice;
use shared::sync::channel::unbounded;
use shared::sync::{Condvar, Mutex};

use crate::threads::beside;

pub fn graph(program: fn()) -> Graph {
    explore::graph(&Model::new("", "", program), Limits::default())
}

pub fn ends(graph: &Graph) -> Vec<&End> {
    graph.states.iter().filter_map(|state| state.end.as_ref()).collect()
}

fn both_orders() {
    let (a, b) = (Mutex::new(()), Mutex::new(()));
    let each = |first: &Mutex<()>, then: &Mutex<()>| {
        let _first = first.lock();
        drop(then.lock());
    };
    beside(|| each(&b, &a), || each(&a, &b));
}

/// Two steps lead to the deadlock of two locks: each thread takes one. A
/// deadlock that were noted at the last new state would be one step off.
pub fn fewest() {
    let graph = graph(both_orders);
    let way = graph.shortest(0, State::is_bad).expect("it can fail");
    assert_eq!(way.len(), 2, "{way:?}");
    let walk = graph.walk(&way).expect("a schedule of the graph");
    let last = &graph.states[walk[2]];
    assert_eq!(last.end, Some(End::Deadlock));
    assert!(last.world.choices(false).is_empty());
    assert_eq!(graph.fatal(&walk), Some(1), "the second step decides");
}

pub fn spawner() {
    let graph = graph(both_orders);
    let world = &graph.states[0].world;
    assert!(world.threads.iter().all(|thread| thread.doing.is_some()));
    assert_eq!(graph.states[0].steps.len(), 2);
}

pub fn names() {
    let program = || {
        let (timetable, changed) = (Mutex::new(0), Condvar::new());
        let (pending, _due) = unbounded::<u8>();
        *timetable.lock() = 1;
        changed.notify_all();
        pending.send(1).expect("sent");
    };
    let graph = graph(program);
    let objects = graph.states[0].world.objects.iter();
    let names: Vec<_> = objects.map(|object| object.name.as_str()).collect();
    assert_eq!(names, ["timetable", "changed", "pending"]);
}

/// Putting equal states together changes no count.
pub fn one_by_one() {
    for program in [both_orders, two_of_each] {
        let model = Model::new("", "", program);
        let apart = Limits { apart: true, ..Limits::default() };
        let apart = explore::graph(&model, apart);
        let all = graph(program).figures().schedules;
        let each = ends(&apart).len();
        assert!(each > 5, "{each} schedules prove nothing");
        assert_eq!(all, Some(each as u128));
        assert!(graph(program).states.len() < apart.states.len());
    }
}

fn two_of_each() {
    let (sender, receiver) = unbounded();
    let count = Mutex::new(0);
    let send = || {
        sender.send(1).expect("sent");
        *count.lock() += 1;
    };
    beside(send, || {
        *count.lock() += 1;
        receiver.recv().expect("received");
    });
}

pub fn no_step() {
    for program in [both_orders, two_of_each] {
        for state in &graph(program).states {
            let can = state.world.choices(false);
            let steps = state.steps.iter().map(|step| step.choice);
            let steps: Vec<Choice> = steps.collect();
            if matches!(state.end, None | Some(End::Deadlock)) {
                assert_eq!(can, steps, "{state:?}");
            }
            assert_eq!(steps.is_empty(), state.end.is_some());
        }
    }
}

/// How many threads this process has.
fn threads() -> usize {
    let tasks = std::fs::read_dir("/proc/self/task");
    tasks.map_or(0, Iterator::count)
}

pub fn nothing_left() {
    let model = Model::new("", "", both_orders);
    let deadlock = graph(both_orders).shortest(0, State::is_bad);
    let deadlock = deadlock.expect("it can fail");
    let before = threads();
    for _ in 0..1_000 {
        let run = explore::replay(&model, &deadlock);
        assert_eq!(run.world.choices(false), []);
    }
    // A thread may take a moment to go after it was waited for.
    while threads() > before {
        std::thread::yield_now();
    }
}
