//! A random program on the checker of the lesson.

use std::sync::{Arc, Mutex as Data};

use shared::mini_checker::{self, Run};

use super::program::{Do, Program, outcome};
use super::{DEADLOCK, Ends};

/// One run: the numbers, and what each thread saw. It has ended when it is
/// dropped.
struct Once {
    program: Arc<Program>,
    numbers: [Data<usize>; 2],
    logs: [Data<String>; 3],
    all: Arc<Data<Ends>>,
}

impl Drop for Once {
    fn drop(&mut self) {
        let numbers = self.numbers.each_ref().map(get);
        let outcome = outcome(&self.logs, &[], numbers);
        self.all.lock().expect("no panic").insert(outcome);
    }
}

fn get(number: &Data<usize>) -> usize {
    *number.lock().expect("no panic")
}

impl Once {
    fn adds(&self, me: usize, n: usize) {
        *self.numbers[n].lock().expect("no panic") += 1 + me;
        self.says(me, n);
    }

    fn says(&self, me: usize, n: usize) {
        let said = format!("{} ", get(&self.numbers[n]));
        self.logs[me].lock().expect("no panic").push_str(&said);
    }
}

fn does(run: &Run, me: usize, once: &Once) {
    for step in &once.program.threads[me] {
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
                while get(&once.numbers[0]) == 0 {
                    run.wait(me, 0);
                }
                once.says(me, 0);
                run.unlock(0);
            }
            Do::NotifyAll => run.notify_all(me),
            other => unreachable!("{other:?} is not drawn"),
        }
    }
}

/// All ends of the program; or a deadlock, at which this checker ends.
pub fn ends(program: &Arc<Program>) -> Ends {
    let all = Arc::default();
    let once = || {
        let (program, all) = (program.clone(), Arc::clone(&all));
        let (numbers, logs) = Default::default();
        Once { program, numbers, logs, all }
    };
    let bodies: [fn(&Run, usize, &Once); 3] = [does; 3];
    match mini_checker::check(2, once, &bodies) {
        Ok(_) => all.lock().expect("no panic").clone(),
        Err(said) => {
            assert!(said.contains("deadlock"), "{said}");
            Ends::from([DEADLOCK.into()])
        }
    }
}
