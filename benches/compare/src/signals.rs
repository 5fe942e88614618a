//! Ctrl-C, and the other ways in which a system asks a program to end.

use std::io;

/// Calls `asked` in a thread of its own whenever this program is asked to
/// end: by Ctrl-C, by `kill`, or because its terminal was closed.
///
/// A signal that was ignored when the program started stays ignored: that is
/// how `nohup` protects a program, and how a shell protects one that it runs
/// in the background.
///
/// # Errors
/// If the system does not allow it.
#[cfg(unix)]
pub fn listen(asked: impl Fn() + Send + 'static) -> io::Result<()> {
    use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
    let ignored = ignored();
    // Where this cannot be known, SIGHUP is left to the system, which ends
    // the program or ignores the signal.
    let all = match ignored {
        Some(_) => &[SIGINT, SIGTERM, SIGHUP][..],
        None => &[SIGINT, SIGTERM],
    };
    let is_ignored =
        |signal: i32| ignored.unwrap_or(0) >> (signal - 1) & 1 == 1;
    let wanted = all.iter().filter(|&&signal| !is_ignored(signal));
    let mut signals = signal_hook::iterator::Signals::new(wanted)?;
    let work = move || signals.forever().for_each(|_| asked());
    std::thread::Builder::new().name("signals".into()).spawn(work)?;
    Ok(())
}

/// The signals that are ignored, one bit each. Without unsafe code, only Linux
/// tells which.
#[cfg(unix)]
fn ignored() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"))?;
    u64::from_str_radix(mask.trim(), 16).ok()
}

/// Calls `asked` in a thread of its own whenever this program is asked to
/// end.
///
/// # Errors
/// If the system does not allow it.
#[cfg(not(unix))]
pub fn listen(asked: impl Fn() + Send + 'static) -> io::Result<()> {
    ctrlc::set_handler(asked).map_err(io::Error::other)
}
