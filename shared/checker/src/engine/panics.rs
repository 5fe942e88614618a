//! The panics of a run: those of the program, which unwind its threads as they
//! would without the checker, and those that end the run.
//!
//! Next: [`check`](super::check).

use std::any::Any;
use std::hash::{Hash, Hasher};
use std::panic::{self, PanicHookInfo, resume_unwind};
use std::process;
use std::sync::{Mutex, MutexGuard, Once};
use std::thread;

use super::check::Model;
use crate::lanes;
use crate::run::{self, Current, Engine, NO_PANIC};
use crate::story;
use crate::world::World;

/// The panics of a run, in order.
#[derive(Default)]
pub(crate) struct Panics(Vec<Note>);

/// A panic of the program. As in the standard library, it unwinds its thread,
/// which may catch it; a `join` may hear of it. It is what went wrong only if
/// the run ends badly, and then the run is shown up to here.
pub(crate) struct Note {
    pub text: String,
    pub by: usize,
    // The thread that it unwinds: the one that panicked, or one whose scope
    // throws it on.
    unwinds: usize,
    /// As many rows there were, and this was the state then.
    pub until: Option<(usize, World)>,
    // A thread has gone on after it: it may have been meant.
    caught: bool,
    // A scope has caught it, to join its threads first.
    is_in_a_scope: bool,
}

impl Panics {
    pub fn add(
        &mut self,
        text: String,
        by: usize,
        until: Option<(usize, World)>,
    ) {
        let (unwinds, caught, is_in_a_scope) = (by, false, false);
        let note = Note { text, by, unwinds, until, caught, is_in_a_scope };
        self.0.push(note);
    }

    /// What belongs to the state of a run: which panic was the first.
    pub fn key(&self, hasher: &mut impl Hasher) {
        let key = |note: &Note| {
            (note.by, note.unwinds, note.caught, note.is_in_a_scope)
        };
        self.0.iter().for_each(|note| key(note).hash(hasher));
    }

    /// A thread that has panicked goes on, or its end was heard of.
    pub fn caught(&mut self, by: usize) {
        let its = self.0.iter_mut().filter(|note| note.unwinds == by);
        its.for_each(|note| note.caught |= !note.is_in_a_scope);
    }

    /// A scope has caught it, and throws it again once it has joined its
    /// threads. If it waits for them forever, this is why.
    pub fn in_a_scope(&mut self, by: usize) {
        let its = self.0.iter_mut().filter(|note| note.unwinds == by);
        its.for_each(|note| note.is_in_a_scope = true);
    }

    /// It throws it again, or one of its own for a thread of these that no
    /// `join` has asked: who catches that, has caught both.
    pub fn leaves_a_scope(&mut self, by: usize, threads: &[usize]) {
        for note in &mut self.0 {
            if threads.contains(&note.unwinds) {
                note.unwinds = by;
            }
            note.is_in_a_scope &= note.unwinds != by;
        }
    }

    /// Whether this thread throws on a panic of another one, whose words are
    /// known.
    pub fn throws_on(&self, by: usize) -> bool {
        let its = |note: &Note| note.unwinds == by && !note.caught;
        self.0.iter().any(its)
    }

    /// A thread has ended by this panic: so it has caught those before it.
    pub fn ended(&mut self, by: usize, panic: &(dyn Any + Send)) {
        let text = panic.downcast_ref::<String>().map(String::as_str);
        let text = text.or(panic.downcast_ref::<&str>().copied());
        let is_it = |note: &Note| {
            let rest = note.text.strip_prefix(text.unwrap_or(NO_TEXT));
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(" ("))
        };
        let last = |is_own: bool| {
            let its = |note: &Note| note.by == by || !is_own;
            self.0.iter().rposition(|note| is_it(note) && its(note))
        };
        let last = last(true).or(last(false));
        // That of a scope has no note, if it throws on one that has.
        let Some(last) = last else { return };
        for (n, note) in self.0.iter_mut().enumerate() {
            if n == last {
                (note.unwinds, note.caught) = (by, false);
            } else {
                note.caught |= note.unwinds == by;
            }
        }
    }

    /// Why the run has ended badly: the first panic that was not caught. One
    /// that was caught may have been thrown again, if the run `panicked`.
    pub fn why(&mut self, panicked: bool) -> Option<Note> {
        let first = self.0.iter().position(|note| !note.caught);
        let first = first.or((panicked && !self.0.is_empty()).then_some(0));
        first.map(|first| self.0.swap_remove(first))
    }
}

/// Of a panic that has something else than a text.
const NO_TEXT: &str = "a panic";

/// If a model's own thread unwinds without a word.
pub(crate) const SILENT: &str = "a panic that no thread caught";

/// What the checker cannot check is said instead of all else.
pub(crate) fn refuse(why: &'static str) -> ! {
    *refused() = Some(why.into());
    if run::with(|run| !matches!(run.engine, Engine::None)) {
        run::fail(why.into());
    }
    resume_unwind(Box::new(why))
}

/// Why the program was refused, if it was. Of the process: a thread that the
/// checker did not start has no part in a run.
pub(crate) fn refused() -> MutexGuard<'static, Option<String>> {
    static REFUSED: Mutex<Option<String>> = Mutex::new(None);
    REFUSED.lock().expect(NO_PANIC)
}

/// Ends the process: a thread that unwinds waits in a destructor for what it
/// cannot have, so this run can neither go on nor end. The engine with turns
/// may say what is wrong: there each thread is one of the system's, and a panic
/// unwinds it as it would without the checker.
pub(crate) fn give_up(why: &'static str) -> ! {
    let under_way = run::with(|run| match &run.engine {
        Engine::Loom(loom) => Some((loom.body.clone(), loom.view)),
        _ => None,
    });
    let Some((body, view)) = under_way else {
        let said = run::with(said_so_far);
        eprintln!(
            "{said}\n\nerror: {why}, while the threads of a run are unwound"
        );
        process::exit(1)
    };
    let search = move || {
        let model = Model { view, body, ..Model::new("", "", || ()) };
        match model.by_turns().check().failure {
            Some(failure) => eprintln!(
                "FAILED: {}\n\n{}\n",
                failure.headline,
                lanes::draw(&failure, 100)
            ),
            None => eprintln!("error: give this model `Model::by_turns`"),
        }
        eprintln!("loom could not go on: {why}, while it panics");
    };
    // The stack of a thread under loom is small.
    let _ = thread::spawn(search).join();
    process::exit(1)
}

/// What is wrong with a run that cannot be unwound, as far as it is known.
fn said_so_far(run: &mut Current) -> String {
    let failed = run.failed.take().map(|(what, _)| what);
    let failed = failed.or(run.panics.why(false).map(|note| note.text));
    let mut all = 0..run.world.threads.len();
    match failed {
        Some(what) => format!("FAILED: {what}"),
        None if all.any(|thread| run.world.can_go_on(thread)) => String::new(),
        None => format!("FAILED: {}", story::deadlock(&run.world)),
    }
}

/// Keeps the panics of a run for the report. loom's state may be borrowed and
/// the stack is small: nothing is printed here.
pub(crate) fn keep() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let usual = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            if run::with(|run| matches!(run.engine, Engine::None)) {
                return usual(info);
            }
            if info.location().is_some_and(|at| at.file().contains(CLEANUP)) {
                give_up("a destructor panics");
            }
            hear(info);
        }));
    });
}

/// Of this part of the standard library is a panic that cannot unwind.
const CLEANUP: &str = "core/src/panicking.rs";

fn hear(info: &PanicHookInfo<'_>) {
    // A property that the test's own part finds broken must not be caught by
    // the program; nor can loom go on.
    if run::mine(|mine| mine.quiet) || is_of_an_engine(info) {
        run::fail(said(info));
    } else if !run::is_over() {
        run::with(|run| run.notes(said(info), run::me()));
    }
}

fn is_of_an_engine(info: &PanicHookInfo<'_>) -> bool {
    let file = info.location().map_or("", |at| at.file());
    let file = file.replace('\\', "/");
    file.contains("/loom-") || file.contains("checker/src/")
}

/// The message of a panic.
fn said(info: &PanicHookInfo<'_>) -> String {
    let text = info.payload_as_str().unwrap_or(NO_TEXT);
    match info.location() {
        // Of loom's own words, or a property's, the place says nothing.
        Some(at) if is_of_a_program(at.file()) => {
            format!("{text} ({}:{})", at.file(), at.line())
        }
        _ => text.into(),
    }
}

/// Whether this is the source of what is checked: not a library's, nor a
/// test's.
fn is_of_a_program(file: &str) -> bool {
    let file = file.replace('\\', "/");
    let library = ["/registry/", "/rustc/", "/library/"];
    let test = ["tests/", "suite/", "checker/src/"];
    !library.iter().chain(&test).any(|part| file.contains(part))
}
