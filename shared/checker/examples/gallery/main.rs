//! Twelve bugs that happened, each as a small program of our own with the same
//! fault: `bad` has it, `good` has not. Each names the public report that it
//! is after; half of them are bugs with channels.
//!
//! ```console
//! $ cargo gallery               # checks that all are as they should be
//! $ cargo gallery late-answer   # why this one fails
//! $ cargo step late-answer --open
//! ```
//!
//! It is built with `--cfg loom` only, as `cargo gallery` does.
#![allow(missing_docs)]

#[cfg(loom)]
mod empty_buffer;
#[cfg(loom)]
mod kubelet_status;
#[cfg(loom)]
mod late_answer;
#[cfg(loom)]
mod lock_table;
#[cfg(loom)]
mod lost_command;
#[cfg(loom)]
mod lost_notify;
#[cfg(loom)]
mod missing_unlock;
#[cfg(loom)]
mod one_condvar;
#[cfg(loom)]
mod own_sender;
#[cfg(loom)]
mod stop_broadcast;
#[cfg(loom)]
mod three_forks;
#[cfg(loom)]
mod watch_storm;

#[cfg(loom)]
mod all {
    use std::env;
    use std::process::ExitCode;

    use checker::check::Model;
    use checker::harness;

    struct Bug {
        bad: Model,
        good: Model,
    }

    /// Each with its name, which is that of its file, and what should hold.
    macro_rules! bugs {
        ($($file:ident $name:literal $says:literal)*) => {
            fn bugs() -> Vec<Bug> {
                use super::{$($file),*};
                let new = |name, says, program: fn()| {
                    Model::new(name, says, program).by_turns()
                };
                vec![$(Bug {
                    bad: new($name, $says, $file::bad),
                    good: new(concat!($name, "-fixed"), $says, $file::good),
                }),*]
            }
        };
    }

    bugs! {
        late_answer "late-answer" "A request ends after its time is up."
        kubelet_status "kubelet-status" "All pods are synchronized."
        stop_broadcast "stop-broadcast" "A stop waits for the thread to end."
        watch_storm "watch-storm" "Each event is canceled and confirmed."
        own_sender "own-sender" "All results are in."
        lost_command "lost-command" "Each command is answered or refused."
        lock_table "lock-table" "A scan and a release both end."
        missing_unlock "missing-unlock" "The gossip can be closed."
        lost_notify "lost-notify" "A sender hears that its receiver is gone."
        empty_buffer "empty-buffer" "Each consumer gets an item."
        one_condvar "one-condvar" "Each item put is taken."
        three_forks "three-forks" "All philosophers eat."
    }

    /// Whether it fails as it should, and its fix holds.
    fn is_as_it_should(Bug { bad, good }: &Bug) -> bool {
        let says = |name, text| println!("{name:22} {text}");
        let fails = bad.check().failure.is_some();
        says(bad.name, if fails { "fails" } else { "HOLDS" });
        let checked = good.check();
        let holds = checked.failure.is_none();
        let many = checked.interleavings;
        let many = format!("holds in all {many} schedules");
        says(good.name, if holds { many.as_str() } else { "FAILS" });
        fails && holds
    }

    /// What the checker says of it, without the diagram.
    fn why(bug: &Bug) {
        let Some(failure) = bug.bad.check().failure else {
            return println!("It holds.");
        };
        println!("{}\n", failure.headline);
        for sentence in failure.why() {
            println!("  {sentence}");
        }
        println!("\nAt the end:");
        for line in failure.at_the_end() {
            println!("  {line}");
        }
    }

    pub fn main() -> ExitCode {
        let (bugs, args) = (bugs(), env::args().skip(1));
        let args: Vec<_> = args.collect();
        let named = |bug: &&Bug| args.len() == 1 && args[0] == bug.bad.name;
        if let Some(bug) = bugs.iter().find(named) {
            why(bug);
            return ExitCode::SUCCESS;
        }
        if args.is_empty() {
            let wrong = bugs.iter().filter(|bug| !is_as_it_should(bug));
            return ExitCode::from(u8::from(wrong.count() > 0));
        }
        let models = bugs.into_iter().flat_map(|bug| [bug.bad, bug.good]);
        harness::main("gallery", models.collect(), &[])
    }
}

#[cfg(loom)]
fn main() -> std::process::ExitCode {
    all::main()
}

#[cfg(not(loom))]
fn main() {
    println!("Build it with --cfg loom, as `cargo gallery` does.");
}
