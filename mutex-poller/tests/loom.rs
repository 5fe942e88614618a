//! `cargo loom`: this poller in every interleaving of its threads.
//!
//! What must hold is in `shared/suite/src/models/mod.rs`, the same for both
//! sides; here is how it is run on this one.

#[cfg(not(loom))]
fn main() -> std::process::ExitCode {
    suite::not_under_loom()
}

#[cfg(loom)]
fn main() -> std::process::ExitCode {
    use checker::harness;
    use suite::models;

    let mut all = models::finished(side::functions, side::program, 3);
    all.extend(models::original(side::as_posted));
    let step = "cargo step --open --side lock";
    harness::main_with("mutex-poller", all, &models::names(), Some(step))
}

#[cfg(loom)]
mod side {
    use std::time::Duration;

    use mutex_poller::monitor::StateMonitor;
    use mutex_poller::poller::poller;
    use mutex_poller::resources::Resources;
    use mutex_poller::{Program, as_posted};
    use shared::sync::{now, spawn, thread};
    use shared::{NotStarted, Report, Schedule, States};
    use suite::Config;
    use suite::models::web::Web;

    /// The workers, and who stops them, without the thread that lists.
    pub fn functions(config: &Config, web: &Web) -> Result<Report, NotStarted> {
        let mut schedule = Schedule::new(&config.settings, &config.urls());
        // No need for `open`: it is for workers that have begun already.
        schedule.start(now());
        let resources = &Resources::new(schedule);
        let states = States::new(config.urls().into());
        let monitor = StateMonitor::new(states);
        thread::scope(|workers| {
            for n in 1..=config.settings.pollers.get() {
                let work = || poller(resources, &monitor, web, web);
                spawn(workers, format!("worker {n}"), work).expect("a thread");
            }
            if config.stops {
                resources.close();
                web.stopped();
            }
        });
        Ok(Report { states: monitor.into_states(), elapsed: Duration::ZERO })
    }

    /// All of it, and a thread that stops it.
    pub fn program(config: &Config, web: &Web) -> Result<Report, NotStarted> {
        let (settings, urls) = (config.settings.clone(), config.urls());
        let program = Program::new(settings, urls);
        let stopper = program.stopper();
        thread::scope(|threads| {
            if config.stops {
                let stop = move || stopper.stop();
                spawn(threads, "stopper", stop).expect("a thread");
            }
            program.run(web, web)
        })
    }

    /// The post's listing.
    pub fn as_posted(config: &Config, web: &Web) -> Result<Report, NotStarted> {
        let (settings, urls) = (config.settings.clone(), config.urls());
        let program = as_posted::Program::new(settings, urls);
        let stopper = program.stopper();
        thread::scope(|threads| {
            if config.stops {
                let stop = move || stopper.stop();
                spawn(threads, "stopper", stop).expect("a thread");
            }
            program.run(web, web)
        })
    }
}
