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

    let mut all = models::finished(side::functions, side::program, 2);
    all.push(models::one_worker_has_one_interleaving(side::functions));
    all.extend(models::original(side::as_posted));
    all.extend(models::codewalk(side::codewalk));
    let step = "cargo step --open --side channel";
    harness::main_with("channel-poller", all, &models::names(), Some(step))
}

#[cfg(loom)]
mod side {
    use std::time::Duration;

    use channel_poller::monitor::{Update, state_monitor};
    use channel_poller::poller::poller;
    use channel_poller::scheduler::{Message, scheduler};
    use channel_poller::{Program, as_posted, codewalk};
    use checker::run::i_am;
    use shared::sync::channel::{bounded, unbounded};
    use shared::sync::{spawn, thread};
    use shared::{NotStarted, Report, Schedule, States};
    use suite::Config;
    use suite::models::web::Web;

    /// The workers, the scheduler, and who stops them, without the thread
    /// that lists.
    pub fn functions(config: &Config, web: &Web) -> Result<Report, NotStarted> {
        i_am("scheduler");
        let pollers = config.settings.pollers;
        let schedule = Schedule::new(&config.settings, &config.urls());
        let (pending, due) = unbounded();
        let (to_scheduler, inbox) = unbounded();
        let (updates, updated) = unbounded();
        let tell = |message| to_scheduler.send(message).expect("our inbox");
        tell(Message::Start);
        thread::scope(|workers| {
            // First, so that loom tries an early stop before a late one.
            if config.stops {
                let stop = || tell(Message::Stop);
                spawn(workers, "stopper", stop).expect("a thread");
            }
            for n in 1..=pollers.get() {
                let work = || poller(&due, &to_scheduler, &updates, web, web);
                spawn(workers, format!("worker {n}"), work).expect("a thread");
            }
            scheduler(schedule, pollers, pending, &due, &inbox);
            if config.stops {
                web.stopped();
            }
        });
        let (reply, answer) = bounded(1);
        updates.send(Update::List(reply)).expect("we receive it");
        drop(updates);
        let states = States::new(config.urls().into());
        state_monitor(states, &updated);
        let states = answer.recv().expect("the monitor has answered");
        Ok(Report { states, elapsed: Duration::ZERO })
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

    /// The literal Codewalk.
    pub fn codewalk(config: &Config, web: &Web) -> Result<Report, NotStarted> {
        let (settings, urls) = (config.settings.clone(), config.urls());
        let program = codewalk::Program::new(settings, urls);
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
