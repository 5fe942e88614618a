//! The suite that every poller is held to, on this one.

use channel_poller::Program;
use shared::{Settings, Url};
use suite::real::Started;

fn start(settings: Settings, urls: Vec<Url>) -> Started {
    let program = Program::new(settings, urls);
    let stopper = program.stopper();
    Started::new(
        move || stopper.stop(),
        move |http, log| program.run(&http, &log),
    )
}

suite::conformance!(start);
