//! Counting on many threads without all of them writing to one place.
//!
//! Next: [`record`](crate::record).

use std::cell::Cell;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

use crossbeam::utils::CachePadded;

/// How many there are. More threads than that share some, so that thousands
/// of them take no more memory.
const SHARDS: usize = 32;

/// Several values of one kind. A thread always gets the same one, and threads
/// that were started one after the other get different ones.
#[derive(Debug, Default)]
pub struct Shards<T>([CachePadded<T>; SHARDS]);

impl<T> Shards<T> {
    /// The one for the calling thread.
    pub fn mine(&self) -> &T {
        &self.0[mine()]
    }

    /// All of them.
    pub fn all(&self) -> impl Iterator<Item = &T> {
        self.0.iter().map(|padded| &**padded)
    }

    /// All of them.
    pub fn into_all(self) -> impl Iterator<Item = T> {
        self.0.into_iter().map(CachePadded::into_inner)
    }
}

static NEXT: AtomicUsize = AtomicUsize::new(0);

thread_local! {
    static MINE: Cell<Option<usize>> = const { Cell::new(None) };
}

fn mine() -> usize {
    MINE.get().unwrap_or_else(|| {
        let mine = NEXT.fetch_add(1, Relaxed) % SHARDS;
        MINE.set(Some(mine));
        mine
    })
}
