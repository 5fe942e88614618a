//! That nothing is said about one core that was not run on one core.

use std::thread;

use benches::load::on_one_core;

#[test]
fn threads_are_kept_on_one_core_where_that_can_be() {
    let seen = || {
        let cores = || thread::available_parallelism().map_or(0, usize::from);
        thread::spawn(cores).join().expect("no panic")
    };
    let kept = on_one_core(seen);
    let can = kept == Some(1) || (kept.is_none() && !cfg!(target_os = "linux"));
    assert!(can, "{kept:?}");
}
