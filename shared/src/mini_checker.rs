//! All that a model checker is: threads that run one at a time, and a loop
//! that tries every choice of which thread runs next.
//!
//! Before each operation, a thread announces it and waits for its turn. When
//! all threads have announced one, the checker knows which of them can go on,
//! and gives one of these the turn. A run is a list of such choices. The next
//! run changes the last choice that can be made differently, and repeats those
//! before it; when there is none to change, all interleavings have been run.
//!
//! It is here to be read. The pollers are checked by loom, through the crate
//! `checker`: it leaves out runs that differ only in the order of independent
//! steps, and it knows channels and time.

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;

/// What a thread is about to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Op {
    /// Lock this lock.
    Lock(usize),
    /// Wake up, if there was a notification, and lock this lock again.
    Wake(usize),
    /// Something that never waits.
    Go,
    /// It runs: it has the turn, or has not announced anything yet.
    Runs,
    /// It has ended.
    Ended,
}

/// One run of a program: a thread for each of its bodies.
pub struct Run {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    /// What each thread is about to do.
    ops: Vec<Op>,
    /// Whether each thread was notified since it began to wait.
    notified: Vec<bool>,
    /// Which locks are held.
    held: Vec<bool>,
    /// Which of the threads that could go on was chosen, and of how many.
    choices: Vec<(usize, usize)>,
    /// The thread that had the turn at each step of this run.
    went: Vec<usize>,
    /// The thread that has the turn.
    turn: Option<usize>,
    /// No thread can go on, or one has panicked.
    failure: Option<String>,
}

/// Runs `program` in every interleaving, and returns how many there are.
/// `bodies` are what its threads do: each is given the run, its own number,
/// and the value that `program` has made for this run.
///
/// # Errors
/// If an interleaving ends in a deadlock or a panic: the number of the thread
/// that had the turn at each step, and what went wrong.
pub fn check<S: Sync>(
    locks: usize,
    program: impl Fn() -> S,
    bodies: &[fn(&Run, usize, &S)],
) -> Result<u64, String> {
    let mut choices = Vec::new();
    for schedules in 1.. {
        let run = Run::new(locks, bodies.len(), choices);
        let shared = program();
        thread::scope(|scope| {
            for (me, body) in bodies.iter().enumerate() {
                let (run, shared) = (&run, &shared);
                scope.spawn(move || run.thread(me, || body(run, me, shared)));
            }
        });
        let state = run.state();
        if let Some(failure) = &state.failure {
            return Err(format!("{:?}: {failure}", state.went));
        }
        choices = state.choices.clone();
        // Change the last choice that can be made differently, and forget
        // those after it.
        while choices.pop_if(|(chosen, of)| *chosen + 1 == *of).is_some() {}
        match choices.last_mut() {
            Some((chosen, _)) => *chosen += 1,
            None => return Ok(schedules),
        }
    }
    unreachable!("there is always one more number")
}

impl Run {
    fn new(locks: usize, threads: usize, choices: Vec<(usize, usize)>) -> Self {
        let state = State {
            ops: vec![Op::Runs; threads],
            notified: vec![false; threads],
            held: vec![false; locks],
            choices,
            ..State::default()
        };
        Run { state: Mutex::new(state), changed: Condvar::new() }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What a thread does, from its first operation to its end.
    fn thread(&self, me: usize, body: impl FnOnce()) {
        let ended = catch_unwind(AssertUnwindSafe(body));
        let mut state = self.state();
        if ended.is_err() {
            let failure = || format!("thread {me} panicked");
            state.failure.get_or_insert_with(failure);
        }
        state.ops[me] = Op::Ended;
        state.choose();
        self.changed.notify_all();
    }

    /// Announces what comes next, and returns when it is this thread's turn.
    fn announce(&self, me: usize, op: Op) -> MutexGuard<'_, State> {
        let mut state = self.state();
        state.ops[me] = op;
        state.choose();
        self.changed.notify_all();
        while state.turn != Some(me) && state.failure.is_none() {
            let waited = self.changed.wait(state);
            state = waited.unwrap_or_else(PoisonError::into_inner);
        }
        if state.failure.is_some() {
            drop(state);
            // The run has failed: unwind, so that this thread ends.
            resume_unwind(Box::new("over"));
        }
        state.ops[me] = Op::Runs;
        state
    }

    /// Takes a lock.
    pub fn lock(&self, me: usize, lock: usize) {
        self.announce(me, Op::Lock(lock)).held[lock] = true;
    }

    /// Releases the lock. This is not a step of its own: no other thread can
    /// see the moment before it.
    pub fn unlock(&self, lock: usize) {
        self.state().held[lock] = false;
    }

    /// Releases the lock and sleeps, in one step; holds it again when woken.
    pub fn wait(&self, me: usize, lock: usize) {
        let mut state = self.state();
        state.held[lock] = false;
        state.notified[me] = false;
        drop(state);
        self.announce(me, Op::Wake(lock)).held[lock] = true;
    }

    /// Wakes all threads that sleep.
    pub fn notify_all(&self, me: usize) {
        self.announce(me, Op::Go).notified.fill(true);
    }
}

impl State {
    fn can_go_on(&self, thread: usize) -> bool {
        match self.ops[thread] {
            Op::Lock(lock) => !self.held[lock],
            Op::Wake(lock) => self.notified[thread] && !self.held[lock],
            Op::Go => true,
            Op::Runs | Op::Ended => false,
        }
    }

    /// Gives the turn to one of the threads that can go on, as soon as all
    /// have announced their next operation.
    fn choose(&mut self) {
        self.turn = None;
        if self.ops.contains(&Op::Runs) {
            return;
        }
        let threads = 0..self.ops.len();
        let can: Vec<_> = threads.filter(|t| self.can_go_on(*t)).collect();
        if can.is_empty() {
            if self.ops.iter().any(|op| *op != Op::Ended) {
                let stuck = format!("deadlock: {:?}", self.ops);
                self.failure.get_or_insert(stuck);
            }
            return;
        }
        // Repeat this run's given choices; after them, take the first thread.
        let made = self.went.len();
        if made == self.choices.len() {
            self.choices.push((0, can.len()));
        }
        let next = can[self.choices[made].0];
        self.went.push(next);
        self.turn = Some(next);
    }
}
