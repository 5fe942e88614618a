//! That nothing is said about one core that was not run on one core.

use std::thread;

use benches::load::{on_one_core, pin};

#[test]
fn what_cannot_be_kept_on_one_core_is_not_run() {
    let never = || -> () { unreachable!("it would run on all cores") };
    assert_eq!(on_one_core(|| false, never), None);
    // The system says that it does, and does not.
    let cores = thread::available_parallelism().map_or(1, usize::from);
    let ran = on_one_core(|| true, || "ran");
    assert_eq!(ran.is_some(), cores == 1, "{cores} cores");
}

#[test]
fn threads_are_kept_on_one_core_where_that_can_be() {
    let seen = || {
        let cores = || thread::available_parallelism().map_or(0, usize::from);
        thread::spawn(cores).join().expect("no panic")
    };
    let kept = on_one_core(pin, seen);
    assert!(kept.is_none_or(|cores| cores == 1), "{kept:?}");
    if cfg!(target_os = "linux") {
        assert!(kept.is_some(), "Linux can");
    }
}
