//! `cargo loom`: this poller in every interleaving of its threads.
//!
//! What must hold is in `shared/src/model/suite.rs`, the same for both sides;
//! here is how it is run on this one.

#[cfg(not(loom))]
fn main() -> std::process::ExitCode {
    shared::not_under_loom()
}

#[cfg(loom)]
fn main() -> std::process::ExitCode {
    use shared::model::{show, suite};

    let mut models = suite::finished(side::functions, side::program, 2);
    models.push(suite::one_worker_has_one_interleaving(side::functions));
    models.extend(suite::original(side::as_posted));
    show::main("channel-poller", models)
}

#[cfg(loom)]
mod side {
    use std::time::Duration;

    use channel_poller::monitor::{Update, state_monitor};
    use channel_poller::poller::poller;
    use channel_poller::scheduler::{Message, scheduler};
    use channel_poller::{Program, as_posted};
    use shared::model::run::i_am;
    use shared::model::suite::Scene;
    use shared::model::web::Web;
    use shared::sync::channel::{bounded, unbounded};
    use shared::sync::{spawn, thread};
    use shared::{NotStarted, Report, Schedule, States};

    /// The workers, the scheduler, and who stops them, without the thread
    /// that lists.
    pub fn functions(scene: &Scene, web: &Web) -> Result<Report, NotStarted> {
        i_am("scheduler");
        let pollers = scene.settings.pollers;
        let schedule = Schedule::new(&scene.settings, &scene.urls);
        let (pending, due) = unbounded();
        let (to_scheduler, inbox) = unbounded();
        let (updates, updated) = unbounded();
        let tell = |message| to_scheduler.send(message).expect("our inbox");
        tell(Message::Start);
        thread::scope(|workers| {
            // First, so that loom tries an early stop before a late one.
            if scene.stops {
                let stop = || tell(Message::Stop);
                spawn(workers, "stopper", stop).expect("a thread");
            }
            for n in 1..=pollers.get() {
                let work = || poller(&due, &to_scheduler, &updates, web, web);
                spawn(workers, format!("worker {n}"), work).expect("a thread");
            }
            scheduler(schedule, pollers, pending, &due, &inbox);
            if scene.stops {
                web.stopped();
            }
        });
        let (reply, answer) = bounded(1);
        updates.send(Update::List(reply)).expect("we receive it");
        drop(updates);
        let states = States::new(scene.urls.clone().into());
        state_monitor(states, &updated);
        let states = answer.recv().expect("the monitor has answered");
        Ok(Report { states, elapsed: Duration::ZERO })
    }

    /// All of it, and a thread that stops it.
    pub fn program(scene: &Scene, web: &Web) -> Result<Report, NotStarted> {
        let (settings, urls) = (scene.settings.clone(), scene.urls.clone());
        let program = Program::new(settings, urls);
        let stopper = program.stopper();
        thread::scope(|threads| {
            if scene.stops {
                let stop = move || stopper.stop();
                spawn(threads, "stopper", stop).expect("a thread");
            }
            program.run(web, web)
        })
    }

    /// The post's listing.
    pub fn as_posted(scene: &Scene, web: &Web) -> Result<Report, NotStarted> {
        let (settings, urls) = (scene.settings.clone(), scene.urls.clone());
        let program = as_posted::Program::new(settings, urls);
        let stopper = program.stopper();
        thread::scope(|threads| {
            if scene.stops {
                let stop = move || stopper.stop();
                spawn(threads, "stopper", stop).expect("a thread");
            }
            program.run(web, web)
        })
    }
}
