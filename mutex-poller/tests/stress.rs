//! The usual way to test threads: run, and hope. `cargo bug --all` counts how
//! often it sees a bug that loom finds for sure.

use suite::start;

fn main() {
    suite::real::stress::main(
        start!(mutex_poller),
        start!(mutex_poller::as_posted),
    );
}
