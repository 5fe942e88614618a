//! A random program on the checker of the lesson.

use std::sync::{Arc, Mutex as Data, MutexGuard};

use shared::mini_checker::{self, Run};

use super::program::{Do, Program, outcome};
use super::{DEADLOCK, Ends};

/// One run, which has ended when it is dropped.
struct Once {
    program: Arc<Program>,
    saw: Data<Saw>,
    all: Arc<Data<Ends>>,
}

#[derive(Default)]
struct Saw {
    numbers: [usize; 2],
    logs: [String; 3],
}

impl Saw {
    fn says(&mut self, me: usize, n: usize) {
        self.logs[me] += &format!("{} ", self.numbers[n]);
    }

    fn adds(&mut self, me: usize, n: usize) {
        self.numbers[n] += 1 + me;
        self.says(me, n);
    }
}

impl Once {
    fn saw(&self) -> MutexGuard<'_, Saw> {
        self.saw.lock().expect("no panic under it")
    }
}

impl Drop for Once {
    fn drop(&mut self) {
        let Saw { numbers, logs } = &*self.saw();
        let outcome = outcome(logs, &[], *numbers);
        self.all.lock().expect("no panic under it").insert(outcome);
    }
}

fn does(run: &Run, me: usize, once: &Once) {
    for step in &once.program.threads[me] {
        match *step {
            Do::Add(n) => {
                run.lock(me, n);
                once.saw().adds(me, n);
                run.unlock(n);
            }
            Do::Both(n) => {
                run.lock(me, n);
                run.lock(me, 1 - n);
                once.saw().adds(me, 1 - n);
                run.unlock(1 - n);
                run.unlock(n);
            }
            Do::Wait => {
                run.lock(me, 0);
                while once.saw().numbers[0] == 0 {
                    run.wait(me, 0);
                }
                once.saw().says(me, 0);
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
        Once { program, saw: Data::default(), all }
    };
    let bodies: [fn(&Run, usize, &Once); 3] = [does; 3];
    match mini_checker::check(2, once, &bodies) {
        Ok(_) => all.lock().expect("no panic under it").clone(),
        Err(said) => {
            assert!(said.contains("deadlock"), "{said}");
            Ends::from([DEADLOCK.into()])
        }
    }
}
