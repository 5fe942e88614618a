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

    let mut models = suite::finished(side::functions, side::program, 3);
    models.extend(suite::original(side::as_posted));
    show::main("mutex-poller", models)
}

#[cfg(loom)]
mod side {
    use std::time::Duration;

    use mutex_poller::monitor::StateMonitor;
    use mutex_poller::poller::poller;
    use mutex_poller::resources::Resources;
    use mutex_poller::{Program, as_posted};
    use shared::model::suite::Scene;
    use shared::model::web::Web;
    use shared::sync::{now, spawn, thread};
    use shared::{NotStarted, Report, Schedule, States};

    /// The workers, and who stops them, without the thread that lists.
    pub fn functions(scene: &Scene, web: &Web) -> Result<Report, NotStarted> {
        let mut schedule = Schedule::new(&scene.settings, &scene.urls);
        // No need for `open`: it is for workers that have begun already.
        schedule.start(now());
        let resources = &Resources::new(schedule);
        let states = States::new(scene.urls.clone().into());
        let monitor = StateMonitor::new(states);
        thread::scope(|workers| {
            for n in 1..=scene.settings.pollers.get() {
                let work = || poller(resources, &monitor, web, web);
                spawn(workers, format!("worker {n}"), work).expect("a thread");
            }
            if scene.stops {
                resources.close();
                web.stopped();
            }
        });
        Ok(Report { states: monitor.into_states(), elapsed: Duration::ZERO })
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
