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

    let mut models = suite::finished(side::functions, side::program);
    models.push(suite::one_worker_has_one_interleaving(side::functions));
    models.extend(suite::original(side::as_posted));
    show::main("channel-poller", models)
}

#[cfg(loom)]
mod side {
    use channel_poller::monitor::state_monitor;
    use channel_poller::poller::poller;
    use channel_poller::scheduler::{Inbox, scheduler};
    use channel_poller::{Program, as_posted};
    use shared::model::run::i_am;
    use shared::model::suite::Scene;
    use shared::model::time::NEVER;
    use shared::model::web::Web;
    use shared::sync::channel::unbounded;
    use shared::sync::{now, spawn, thread};
    use shared::{Schedule, States};

    /// The workers, the scheduler, and who stops them, without the thread
    /// that lists.
    pub fn functions(scene: &Scene, web: &Web) -> States {
        i_am("scheduler");
        let asked = scene.settings.pollers;
        let schedule = Schedule::new(&scene.settings, &scene.urls, now());
        let (pending, due) = unbounded();
        let (complete, inbox) = unbounded();
        let (updates, updated) = unbounded();
        thread::scope(|workers| {
            for n in 1..=asked {
                let work = || poller(&due, &complete, &updates, web, web);
                spawn(workers, format!("worker {n}"), work).expect("a thread");
            }
            if scene.stops {
                let stop = || drop(complete.send(Inbox::Stop));
                spawn(workers, "stopper", stop).expect("a thread");
            }
            scheduler(schedule, asked, pending, &inbox);
        });
        drop(updates);
        let states = States::new(scene.urls.clone().into());
        state_monitor(states, updated, NEVER, web)
    }

    /// All of it, and a thread that stops it.
    pub fn program(scene: &Scene, web: &Web) -> States {
        let (settings, urls) = (scene.settings.clone(), scene.urls.clone());
        let program = Program::new(settings, urls);
        let stopper = program.stopper();
        thread::scope(|threads| {
            if scene.stops {
                let stop = move || stopper.stop();
                spawn(threads, "stopper", stop).expect("a thread");
            }
            program.run(web, web).expect("enough threads").states
        })
    }

    /// The post's listing.
    pub fn as_posted(scene: &Scene, web: &Web) -> States {
        let (settings, urls) = (scene.settings.clone(), scene.urls.clone());
        let program = as_posted::Program::new(settings, urls);
        let stopper = program.stopper();
        thread::scope(|threads| {
            if scene.stops {
                let stop = move || stopper.stop();
                spawn(threads, "stopper", stop).expect("a thread");
            }
            program.run(web, web).expect("enough threads").states
        })
    }
}
