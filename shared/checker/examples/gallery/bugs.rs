//! All of them, and what is checked of each.

mod empty_buffer;
mod kubelet_status;
mod late_answer;
mod lock_table;
mod lost_command;
mod lost_notify;
mod missing_unlock;
mod one_condvar;
mod own_sender;
mod stop_broadcast;
mod three_forks;
mod watch_storm;

use std::env;
use std::process::ExitCode;
use std::thread::Scope;

use checker::check::Model;
use checker::{harness, spawn};

/// Each bug with its fix: they are known by the name of their file, and say
/// what should hold.
macro_rules! bugs {
    ($($name:ident: $says:literal,)*) => {
        fn bugs() -> Vec<(Model, Model)> {
            let new = |name, says, program: fn()| {
                Model::new(name, says, program).by_turns()
            };
            vec![$((
                new(stringify!($name), $says, $name::bad),
                new(concat!(stringify!($name), "_fixed"), $says, $name::good),
            )),*]
        }
    };
}

bugs! {
    late_answer: "A request ends, even if it is too late.",
    kubelet_status: "The status of each pod is synchronized.",
    stop_broadcast: "A stop waits until the coalescer has ended.",
    watch_storm: "Each watch is canceled, and that is confirmed.",
    own_sender: "All results come in.",
    lost_command: "A command is answered, or the caller hears that it is not.",
    lock_table: "A scan and a release both end.",
    missing_unlock: "Gossip can be closed.",
    lost_notify: "A sender hears that its receiver is gone.",
    empty_buffer: "Each consumer takes an item.",
    one_condvar: "Each item that is put is taken.",
    three_forks: "All philosophers eat.",
}

/// Starts a thread with this name.
#[track_caller]
fn start<'scope>(
    scope: &'scope Scope<'scope, '_>,
    name: impl Into<String>,
    work: impl FnOnce() + Send + 'scope,
) {
    spawn(scope, name, work).expect("a model may start as many as it likes");
}

/// Whether the bug fails and its fix holds.
fn is_as_it_should((bad, good): &(Model, Model)) -> bool {
    let fails = bad.check().failure.is_some();
    let fixed = good.check();
    let (holds, many) = (fixed.failure.is_none(), fixed.interleavings);
    let fails_or = if fails { "fails" } else { "DOES NOT FAIL" };
    let holds_or = if holds { "holds" } else { "DOES NOT HOLD" };
    println!(
        "{:16} {fails_or}; its fix {holds_or} in {many} schedules",
        bad.name
    );
    fails && holds
}

/// Prints why it fails, without the diagram.
fn say_why(bad: &Model) {
    let Some(failure) = bad.check().failure else { return };
    println!("{}\n", failure.headline);
    failure.why().iter().for_each(|line| println!("  {line}"));
    println!("\nAt the end:");
    failure.at_the_end().iter().for_each(|line| println!("  {line}"));
}

pub fn main() -> ExitCode {
    let (bugs, args) = (bugs(), env::args().skip(1).collect::<Vec<_>>());
    if args.is_empty() {
        let wrong = bugs.iter().filter(|bug| !is_as_it_should(bug)).count();
        return ExitCode::from(u8::from(wrong > 0));
    }
    if let Some((bad, _)) = bugs.iter().find(|bug| args == [bug.0.name]) {
        say_why(bad);
        return ExitCode::SUCCESS;
    }
    let models = bugs.into_iter().flat_map(|(bad, good)| [bad, good]);
    harness::main("gallery", models.collect(), &[], None)
}
