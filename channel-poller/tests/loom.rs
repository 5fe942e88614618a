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

    let mut all = models::finished(side::functions, play!(channel_poller), 2);
    all.push(models::one_worker_has_one_interleaving(side::functions));
    all.extend(models::original(play!(channel_poller::as_posted)));
    all.extend(models::codewalk(play!(channel_poller::codewalk)));
    all.push(models::each_poll_is_counted(side::functions, [0, 3]));
    let step = "cargo step --open --side channel";
    harness::main("channel-poller", all, &models::names(), Some(step))
}

#[cfg(loom)]
mod side {
    use std::time::Duration;

    use channel_poller::dispatcher::{Message, dispatcher};
    use channel_poller::monitor::{Update, state_monitor};
    use channel_poller::poller::poller;
    use checker::run::i_am;
    use shared::sync::channel::{bounded, unbounded};
    use shared::sync::{spawn, thread};
    use shared::{NotStarted, Report, States, Timetable};
    use suite::Config;
    use suite::models::stopper;
    use suite::models::web::Web;

    /// The workers, the dispatcher, and who stops them, without the thread
    /// that lists.
    pub fn functions(config: &Config, web: &Web) -> Result<Report, NotStarted> {
        i_am("dispatcher");
        let pollers = config.settings.pollers;
        let timetable = Timetable::new(&config.settings, &config.urls());
        let (pending_tx, pending_rx) = unbounded();
        let (inbox_tx, inbox_rx) = unbounded();
        let (updates_tx, updates_rx) = unbounded();
        let tell = |message| inbox_tx.send(message).expect("our inbox");
        tell(Message::Start);
        thread::scope(|workers| {
            stopper(config, workers, || tell(Message::Stop));
            for n in 1..=pollers.get() {
                let work =
                    || poller(&pending_rx, &inbox_tx, &updates_tx, web, web);
                spawn(workers, format!("worker {n}"), work).expect("a thread");
            }
            dispatcher(timetable, pollers, pending_tx, &pending_rx, &inbox_rx);
            if config.stops {
                web.stopped();
            }
        });
        let (reply_tx, reply_rx) = bounded(1);
        updates_tx.send(Update::List(reply_tx)).expect("we receive it");
        drop(updates_tx);
        let states = States::new(config.urls().into());
        state_monitor(states, &updates_rx);
        let states = reply_rx.recv().expect("the monitor has answered");
        Ok(Report { states, elapsed: Duration::ZERO })
    }
}
