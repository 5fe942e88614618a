//! The usual way to test threads: run, and hope. `cargo bug --all` counts how
//! often it sees a bug that loom finds for sure.

fn main() {
    #[cfg(not(loom))]
    suite::real::stress::main(
        suite::start!(mutex_poller),
        suite::start!(mutex_poller::as_posted),
    );
}
