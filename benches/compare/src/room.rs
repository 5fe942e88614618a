//! Checks, before a run starts, that the machine has enough memory for it.
//!
//! If a thread or a value finds no memory, the process ends with a message for
//! programmers. So the memory is allocated first, and freed again.

use std::fs;
use std::hint::black_box;
use std::num::NonZeroUsize;
use std::thread;

use crate::out::Failure;

const KB: usize = 1 << 10;
const MB: usize = 1 << 20;

/// The stack of a thread for which no size was set: the default of the standard
/// library, which a variable can change.
fn stack() -> usize {
    let wish = std::env::var("RUST_MIN_STACK").ok();
    let wish = wish.and_then(|bytes| bytes.parse().ok());
    wish.unwrap_or(2 * MB).saturating_add(THREAD)
}

/// What a thread takes besides its stack.
const THREAD: usize = 64 * KB;

/// At most this many threads run besides the workers, on any web: they keep the
/// board, list it, watch the time, show the progress, and wait for Ctrl-C.
const OTHERS: usize = 5;

/// What a URL takes, with its text, its state and its line in the result: more
/// than was measured.
const URL: usize = KB;

/// The same for a poll that is kept.
const POLL: usize = KB / 2;

/// What the process takes in any case.
const BASE: usize = 32 * MB;

/// Each core has at most this many heaps (glibc).
const HEAPS: usize = 8;
const HEAP: usize = 64 * MB;

/// Parts of a thread that the system maps one by one: its stack, and another
/// one for when that overflows, each with a guard.
const MAPS: usize = 4;

/// Refuses a run that does not fit into memory: the workers, `others` (threads
/// that the web needs), URLs, and polls that are kept one by one. A process can
/// have `most_threads`, if that is known.
///
/// # Errors
/// If it does not fit: says what is too much, and what to do.
pub fn check(
    workers: NonZeroUsize,
    others: usize,
    urls: usize,
    polls: usize,
    most_threads: Option<usize>,
) -> Result<(), Failure> {
    let workers = workers.get();
    if let Some(most) = most_threads.filter(|most| workers > *most) {
        return Err(Failure::Failed(format!(
            "too many workers: {workers}. This system lets a process \
             have about {most} threads (vm.max_map_count): ask for \
             fewer --workers"
        )));
    }
    let threads = workers.checked_add(others);
    let bytes = threads.and_then(|threads| needed(threads, urls, polls));
    if bytes.is_some_and(has_room) {
        return Ok(());
    }
    let mb = bytes.unwrap_or(usize::MAX) / MB;
    Err(Failure::Failed(format!(
        "there is not enough memory for {workers} workers and {urls} URLs, \
         which may need {mb} MB of addresses: ask for fewer of them, or raise \
         the limit that `ulimit -v` shows"
    )))
}

/// How many threads a process can have, where that can be known: Linux limits
/// how many parts the memory of a process may have.
pub fn most_threads() -> Option<usize> {
    let limit = fs::read_to_string("/proc/sys/vm/max_map_count").ok()?;
    let limit: usize = limit.trim().parse().ok()?;
    // A tenth is for all else that is mapped.
    Some((limit - limit / 10) / MAPS)
}

fn needed(threads: usize, urls: usize, polls: usize) -> Option<usize> {
    let threads = threads.checked_add(OTHERS)?;
    let heaps = threads.min(HEAPS * cores()).checked_mul(HEAP)?;
    let lists = urls.checked_mul(URL)?.checked_add(polls.checked_mul(POLL)?)?;
    let threads = threads.checked_mul(stack())?.checked_add(heaps)?;
    threads.checked_add(lists)?.checked_add(BASE)
}

/// How many cores the machine has, also if this process may use only some of
/// them: glibc counts all.
fn cores() -> usize {
    let stat = fs::read_to_string("/proc/stat").unwrap_or_default();
    let core = |line: &&str| {
        let number = line.strip_prefix("cpu").unwrap_or_default();
        number.starts_with(|c: char| c.is_ascii_digit())
    };
    let usable = thread::available_parallelism().map_or(1, NonZeroUsize::get);
    stat.lines().filter(core).count().max(usable)
}

/// Whether this much address space can be allocated, in pieces that are each
/// small enough not to be refused for their own size. All of it is freed again,
/// and none of it is touched.
///
/// Windows counts memory that was only reserved, so there it is not tried.
fn has_room(bytes: usize) -> bool {
    const PIECE: usize = 256 * MB;
    if cfg!(windows) {
        return true;
    }
    let mut pieces: Vec<Vec<u8>> = Vec::new();
    let sizes = (0..bytes).step_by(PIECE).map(|at| PIECE.min(bytes - at));
    sizes.into_iter().all(|size| {
        let mut piece = Vec::new();
        let got = piece.try_reserve_exact(size).is_ok();
        // Otherwise the compiler leaves out an allocation that is not used.
        pieces.push(black_box(piece));
        got
    })
}
