//! Whether the machine has room for what was asked, before any of it starts.
//!
//! A thread that finds no memory while it starts, and a value that finds none
//! at all, end the process with a text for programmers. So the room is asked
//! for first, and given back.

use std::fs;
use std::hint::black_box;
use std::num::NonZeroUsize;
use std::thread;

use crate::out::Failure;

const KB: usize = 1 << 10;
const MB: usize = 1 << 20;

/// The stack of a thread that is started without a wish: the standard
/// library's, which its users can change.
fn stack() -> usize {
    let wish = std::env::var("RUST_MIN_STACK").ok();
    let wish = wish.and_then(|bytes| bytes.parse().ok());
    wish.unwrap_or(2 * MB).saturating_add(THREAD)
}

/// What a thread takes beside its stack.
const THREAD: usize = 64 * KB;

/// So many threads at most run beside the workers on any web: they keep the
/// board, list it, watch the time, show the progress, and wait for Ctrl-C.
const OTHERS: usize = 5;

/// What a URL takes, with its text, its state and its line in the result: as
/// measured, and then some.
const URL: usize = KB;

/// The same for a poll that is kept.
const POLL: usize = KB / 2;

/// What the process takes anyway.
const BASE: usize = 32 * MB;

/// Each core has so many heaps at most (glibc), each of that size.
const HEAPS: usize = 8;
const HEAP: usize = 64 * MB;

/// Parts of a thread that the system maps one by one: its stack, and another
/// one for when that overflows, each with a guard.
const MAPS: usize = 4;

/// Refuses what cannot be held: so many workers, other threads that their web
/// needs, URLs, and polls that are kept one by one, where a process can have
/// [`most_threads`].
///
/// # Errors
/// Says what there is no room for, and what to do.
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
            "there is no room for {workers} workers: this system lets a \
             process have about {most} threads (vm.max_map_count); ask for \
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

/// Asks for so much address space, in pieces that are each small enough not to
/// be refused for their own size, and gives it back. None of it is touched.
///
/// Windows counts memory that was only asked for, so there it is not asked.
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
        // Memory that is never used need not be asked for, a compiler thinks.
        pieces.push(black_box(piece));
        got
    })
}
