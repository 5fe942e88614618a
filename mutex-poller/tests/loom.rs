//! `cargo loom`: this poller in every interleaving of its threads.
//!
//! What must hold is in `shared/suite/src/models/`, the same for both
//! sides; here is how it is run on this one.

#[cfg(not(loom))]
fn main() -> std::process::ExitCode {
    suite::not_under_loom()
}

#[cfg(loom)]
fn main() -> std::process::ExitCode {
    use checker::harness;
    use suite::{models, play};

    let mut all = models::finished(side::functions, play!(mutex_poller), 3);
    all.extend(models::original(play!(mutex_poller::as_posted)));
    all.push(models::each_poll_is_counted(side::functions, [2, 0]));
    let step = "cargo step --open --side lock";
    harness::main("mutex-poller", all, &models::names(), Some(step))
}

#[cfg(loom)]
mod side {
    use std::time::Duration;

    use mutex_poller::monitor::StateMonitor;
    use mutex_poller::poller::poller;
    use mutex_poller::resources::Resources;
    use shared::sync::{now, spawn, thread};
    use shared::{NotStarted, Report, States, Timetable};
    use suite::Config;
    use suite::models::stopper;
    use suite::models::web::Web;

    /// The workers, and who stops them, without the thread that lists.
    pub fn functions(config: &Config, web: &Web) -> Result<Report, NotStarted> {
        let mut timetable = Timetable::new(&config.settings, &config.urls());
        // No need for `open`: it is for workers that have begun already.
        timetable.start(now());
        let resources = &Resources::new(timetable);
        let states = States::new(config.urls().into());
        let monitor = StateMonitor::new(states);
        thread::scope(|workers| {
            let stop = || {
                resources.close();
                web.stopped();
            };
            stopper(config, workers, stop);
            for n in 1..=config.settings.pollers.get() {
                let work = || poller(resources, &monitor, web, web);
                spawn(workers, format!("worker {n}"), work).expect("a thread");
            }
        });
        Ok(Report { states: monitor.into_states(), elapsed: Duration::ZERO })
    }
}
