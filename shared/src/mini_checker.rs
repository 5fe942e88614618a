//! That is all a model checker is: threads of which one has the turn, and
//! every choice of who is next, one after the other.
//!
//! Each operation of a thread first announces itself and parks. When all have
//! announced, the checker knows who can go on: it gives one of them the turn.
//! A run is a list of such choices. The next run makes the same choices but
//! for the last that can be made differently, until there is none.
//!
//! Here to be read. The pollers are checked by loom, through the crate
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

struct State {
    /// What each thread is about to do.
    ops: Vec<Op>,
    /// Whether each thread was notified since it began to wait.
    notified: Vec<bool>,
    /// Which locks are held.
    held: Vec<bool>,
    /// Which of the threads that could go on was chosen, and of how many.
    choices: Vec<(usize, usize)>,
    /// The thread that went at each step of this run.
    went: Vec<usize>,
    /// The thread that has the turn.
    turn: Option<usize>,
    /// No thread can go on, or one has panicked.
    failure: Option<String>,
}

/// Runs `program` by every schedule. `bodies` are what its threads do: each
/// is given the run, its own number, and what `program` has made anew.
///
/// # Errors
/// The first schedule that ends in a deadlock or a panic: the thread that
/// went at each step, and what is wrong.
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
        // The last choice that can be made differently is; those after it
        // are forgotten.
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
            went: Vec::new(),
            turn: None,
            failure: None,
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
            // It is over: this thread can do nothing more.
            resume_unwind(Box::new("over"));
        }
        state.ops[me] = Op::Runs;
        state
    }

    /// Takes a lock.
    pub fn lock(&self, me: usize, lock: usize) {
        self.announce(me, Op::Lock(lock)).held[lock] = true;
    }

    /// Gives the lock back: no other thread can see the moment before.
    pub fn unlock(&self, lock: usize) {
        self.state().held[lock] = false;
    }

    /// Gives the lock back and sleeps, in one step; has it again when woken.
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
    /// have said what they want.
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
        // As in the runs before, and the first where none has been.
        let made = self.went.len();
        if made == self.choices.len() {
            self.choices.push((0, can.len()));
        }
        let next = can[self.choices[made].0];
        self.went.push(next);
        self.turn = Some(next);
    }
}
