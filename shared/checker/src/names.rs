//! How threads and objects are known from run to run.
//!
//! Next: `run`.

use std::collections::HashMap;

use crate::source;

/// Numbers that are the same in every run: a thread is known by the one that
/// started it, an object by the thread that made it, and by how many that one
/// had started or made before.
#[derive(Debug, Default, Clone)]
pub(crate) struct Names {
    threads: HashMap<(usize, usize), usize>,
    objects: HashMap<(usize, usize), usize>,
    // What objects are called, by their numbers: no two have one name.
    called: HashMap<(usize, String), String>,
    // In this run.
    made: HashMap<usize, (usize, usize)>,
}

impl Names {
    /// For the next run.
    pub fn again(self) -> Self {
        Names { made: HashMap::new(), ..self }
    }

    /// A thread is started by this one.
    pub fn thread(&mut self, by: usize) -> usize {
        let made = self.made.entry(by).or_default();
        let (next, name) = (self.threads.len() + 1, (by, made.0));
        made.0 += 1;
        *self.threads.entry(name).or_insert(next)
    }

    /// An object is made by this thread.
    pub fn object(&mut self, by: usize) -> usize {
        let made = self.made.entry(by).or_default();
        let (next, name) = (self.objects.len(), (by, made.1));
        made.1 += 1;
        *self.objects.entry(name).or_insert(next)
    }

    /// What this object is called, which the source calls so.
    pub fn called(&mut self, number: usize, name: String) -> String {
        let others = self.called.iter().filter(|((n, _), _)| *n != number);
        let others: Vec<_> = others.map(|(_, name)| name.as_str()).collect();
        let free = source::numbered(name.clone(), &others);
        self.called.entry((number, name)).or_insert(free).clone()
    }

    /// The number of a thread that has this one among others.
    pub fn same(&self, thread: usize, among: &Names) -> Option<usize> {
        if thread == 0 {
            return Some(0);
        }
        let name = self.threads.iter().find(|(_, n)| **n == thread);
        let ((by, nth), _) = name?;
        let by = self.same(*by, among)?;
        among.threads.get(&(by, *nth)).copied()
    }
}
