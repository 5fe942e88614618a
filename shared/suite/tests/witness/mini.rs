//! The same on the checker of the lesson, which has locks and `notify_all`.

use std::collections::BTreeSet;
use std::fmt::Write;
use std::sync::{Arc, Mutex as Data, PoisonError};

use checker::check::Outcomes;
use checker::explore;
use shared::mini_checker::{self, Run};
use shared::sync::{Condvar, Mutex, spawn, thread};

use super::how_many;
use super::program::Rng;

/// What a thread does with two locks.
#[derive(Debug, Clone, Copy)]
enum Do {
    Add(usize),
    Both(usize),
    /// Waits until the first number is not 0.
    Wait,
    Notify,
}

type Program = [Vec<Do>; 3];

fn program(rng: &mut Rng) -> Program {
    [(); 3].map(|()| {
        let steps = 0..=rng.below(2);
        let step = |_| match rng.below(6) {
            n @ (0 | 1) => Do::Add(n),
            n @ (2 | 3) => Do::Both(n - 2),
            4 => Do::Wait,
            _ => Do::Notify,
        };
        steps.map(step).collect()
    })
}

/// One run: the numbers, and what each thread saw. Its end is when it is
/// dropped.
struct Once {
    program: Program,
    data: Data<([usize; 2], [String; 3])>,
    all: Arc<Data<BTreeSet<String>>>,
}

impl Drop for Once {
    fn drop(&mut self) {
        let data = self.data.lock().unwrap_or_else(PoisonError::into_inner);
        let mut all = self.all.lock().unwrap_or_else(PoisonError::into_inner);
        all.insert(format!("{:?}", *data));
    }
}

impl Once {
    fn adds(&self, me: usize, n: usize) {
        let mut data = self.data.lock().unwrap_or_else(PoisonError::into_inner);
        let (numbers, logs) = &mut *data;
        add(me, &mut numbers[n], &mut logs[me]);
    }

    fn is_0(&self) -> bool {
        self.data.lock().unwrap_or_else(PoisonError::into_inner).0[0] == 0
    }
}

fn add(me: usize, number: &mut usize, log: &mut String) {
    *number += 1 + me;
    write!(log, "{number} ").expect("a text");
}

fn by_mini(run: &Run, me: usize, once: &Once) {
    for step in &once.program[me] {
        match *step {
            Do::Add(n) => {
                run.lock(me, n);
                once.adds(me, n);
                run.unlock(n);
            }
            Do::Both(n) => {
                run.lock(me, n);
                run.lock(me, 1 - n);
                once.adds(me, 1 - n);
                run.unlock(1 - n);
                run.unlock(n);
            }
            Do::Wait => {
                run.lock(me, 0);
                while once.is_0() {
                    run.wait(me, 0);
                }
                run.unlock(0);
            }
            Do::Notify => run.notify_all(me),
        }
    }
}

const THREE: [fn(&Run, usize, &Once); 3] = [by_mini; 3];

fn by_turns(program: &Program) -> String {
    let (numbers, changed) = ([Mutex::new(0), Mutex::new(0)], Condvar::new());
    let mut logs = [(); 3].map(|()| String::new());
    thread::scope(|scope| {
        let threads = program.iter().zip(&mut logs).enumerate();
        for (me, (steps, log)) in threads {
            let (numbers, changed) = (&numbers, &changed);
            let mut step = move |step: Do| match step {
                Do::Add(n) => add(me, &mut numbers[n].lock(), log),
                Do::Both(n) => {
                    let _first = numbers[n].lock();
                    add(me, &mut numbers[1 - n].lock(), log);
                }
                Do::Wait => {
                    let mut number = numbers[0].lock();
                    while *number == 0 {
                        changed.wait(&mut number);
                    }
                }
                Do::Notify => changed.notify_all(),
            };
            let work = move || steps.iter().for_each(|s| step(*s));
            spawn(scope, format!("{me}"), work).expect("a thread");
        }
    });
    format!("{:?}", (numbers.map(Mutex::into_inner), logs))
}

pub fn same() {
    let (mut same, mut more, mut deadlocks) = (0, 0, 0);
    for seed in 0..how_many(20) {
        let program = program(&mut Rng::new(seed));
        let all = Arc::new(Data::new(BTreeSet::new()));
        let (p, found) = (program.clone(), all.clone());
        let once = move || {
            let (program, all) = (p.clone(), found.clone());
            Once { program, data: Data::default(), all }
        };
        let mini = mini_checker::check(2, once, &THREE);
        let p = program.clone();
        let turns = explore::outcomes(50_000, move || by_turns(&p));
        match (mini, turns) {
            (Ok(_), Outcomes::Set(turns)) => {
                let mini = all.lock().expect("no panic");
                assert_eq!(*mini, turns, "{seed}: {program:?}");
                (same, more) = (same + 1, more + usize::from(mini.len() > 1));
            }
            (Err(said), Outcomes::Deadlock) => {
                assert!(said.contains("deadlock"), "{said}");
                deadlocks += 1;
            }
            other => panic!("{seed}: {program:?}: {other:?}"),
        }
    }
    println!(
        "    {same} random programs have the same outcomes by the mini checker \
         and by turns, {more} of\n    them more than one; {deadlocks} more can \
         deadlock on both"
    );
    assert!(more * 3 > same && deadlocks > 2, "too simple");
}
