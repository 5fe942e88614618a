//! The usual way to test threads: run, and hope. `cargo bug --all` counts how
//! often it sees a bug that loom finds for sure.

use channel_poller::{Program, as_posted};
use shared::{Settings, Url};
use suite::real::{Started, stress};

fn start(settings: Settings, urls: Vec<Url>) -> Started {
    let program = Program::new(settings, urls);
    let stopper = program.stopper();
    Started::new(
        move || stopper.stop(),
        move |http, log| program.run(&http, &log),
    )
}

fn start_as_posted(settings: Settings, urls: Vec<Url>) -> Started {
    let program = as_posted::Program::new(settings, urls);
    let stopper = program.stopper();
    Started::new(
        move || stopper.stop(),
        move |http, log| program.run(&http, &log),
    )
}

fn main() {
    stress::main(start, start_as_posted);
}
