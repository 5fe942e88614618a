//! What one poll does, counted: the engine sees every lock and every message.

use checker::check::{Model, Quantity};
use checker::event::{Event, Fact};
use checker::explore::{self, Limits};

use super::model::{Play, every_round, fine, model};
use crate::config::Config;

/// One more poll takes so many locks, and sends so many messages. `cargo
/// bench` multiplies them by what they take.
pub fn each_poll_is_counted(functions: Play, expected: [usize; 2]) -> Model {
    let name = "each_poll_is_counted";
    let says = "A poll takes two locks, or sends three messages.";
    let test = move || {
        // What a run of two rounds has more than a run of one.
        let [one, two] = [1, 2].map(|rounds| counted(functions, rounds));
        let each = [0, 1].map(|of| two[of] - one[of]);
        assert_eq!(each, expected, "locks and messages of a poll");
    };
    Model { kind: Quantity::Plain, ..Model::new(name, says, test) }
}

/// The locks and messages of one schedule, by the poller's own code.
fn counted(functions: Play, rounds: u64) -> [usize; 2] {
    let config = Config::fine(1, Some(rounds), 1);
    let model = model("", "", config, fine, functions, every_round);
    let graph = explore::graph(&model, Limits::default());
    let (mut events, mut state) = (Vec::new(), &graph.states[0]);
    while let Some(step) = state.steps.first() {
        events.extend(&step.events);
        state = &graph.states[step.to];
    }
    let ours = |event: &&&Event| {
        event.at.is_some_and(|at| at.file().contains("-poller/src"))
    };
    let count = |is: fn(&Fact) -> bool| {
        events.iter().filter(ours).filter(|e| is(&e.did.fact)).count()
    };
    [
        count(|fact| matches!(fact, Fact::Locks(..))),
        count(|fact| matches!(fact, Fact::Sends(..))),
    ]
}
