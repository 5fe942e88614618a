//! Goes through every interleaving of a model, and shows the one that fails.
//!
//! Next: [`failure`](crate::failure).

use std::cell::{Cell, RefCell};
use std::collections::BTreeSet;
use std::panic::{self, AssertUnwindSafe, PanicHookInfo};
use std::panic::{catch_unwind, resume_unwind};
use std::process;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, Once};
use std::thread;
use std::time::{Duration, Instant};

use super::explore::{self, Limits};
use super::run::{self, View};
use super::turns;
use crate::event::Run;
use crate::failure::{Failure, NOT_SEEN, reworded};
use crate::lanes;
use crate::story;
use crate::value::Value;

/// A property, and a small program that has it in every interleaving.
pub struct Model {
    /// The name by which it is selected.
    pub name: &'static str,
    /// The property, in words.
    pub says: &'static str,
    /// Its size: `2 workers x 2 URLs x 2 rounds`.
    pub size: String,
    /// Explore only interleavings with at most this many forced switches
    /// (preemptions).
    pub bound: Option<usize>,
    /// In how many interleavings the property must be seen.
    pub kind: Quantity,
    /// Not for loom, which lacks a feature that it needs: the graph of all
    /// schedules is searched instead.
    pub by_turns: bool,
    /// How its values are shown in a diagram.
    pub view: View,
    /// The values that have one owner at any time, as they are shown.
    pub tokens: Vec<String>,
    /// The program. It panics where the property is broken, and returns
    /// whether it has seen what some interleaving must show.
    pub body: Arc<dyn Fn() -> bool + Send + Sync>,
}

/// Values as they are.
fn no_view(value: Value) -> Value {
    value
}

/// In how many interleavings a property must be seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Quantity {
    /// In every one.
    All,
    /// In one at least.
    Some,
    /// There is only one.
    One,
    /// It is an ordinary test, with searches of its own.
    Plain,
}

/// The outcomes that a program can have.
#[derive(Debug, PartialEq, Eq)]
pub enum Outcomes {
    /// These, in all interleavings.
    Set(BTreeSet<String>),
    /// In some interleaving no thread that is left can go on.
    Deadlock,
    /// There are more interleavings than the limit.
    TooMany,
}

/// The outcomes of `program`, if it has at most `most` interleavings.
///
/// # Panics
/// If it panics.
pub fn outcomes(
    most: u64,
    program: impl Fn() -> String + Send + Sync + 'static,
) -> Outcomes {
    let found = Arc::new(Mutex::new(BTreeSet::new()));
    let (set, count) = (found.clone(), AtomicU64::new(0));
    let body = move || {
        let number = count.fetch_add(1, Ordering::Relaxed);
        assert!(number < most, "too many");
        let outcome = program();
        set.lock().expect("nothing panics under it").insert(outcome)
    };
    let model = Model {
        name: "",
        says: "",
        size: String::new(),
        bound: None,
        kind: Quantity::All,
        by_turns: false,
        view: no_view,
        tokens: Vec::new(),
        body: Arc::new(body),
    };
    PATIENT.set(false);
    let panic = model.search(None, 0).panic;
    match panic.as_deref() {
        None => {
            let found = found.lock().expect("nothing panics under it");
            Outcomes::Set(found.clone())
        }
        Some(panic) if is_deadlock(panic) => Outcomes::Deadlock,
        Some("too many") => Outcomes::TooMany,
        Some(panic) => panic!("{panic}"),
    }
}

/// The result of checking a model.
pub struct Checked {
    /// How many interleavings were gone through.
    pub interleavings: u64,
    /// In how many of them the model said `true`.
    pub seen: u64,
    /// How long that took.
    pub took: Duration,
    /// A thread looked in vain so often in a row that more was not tried.
    pub patient: Option<usize>,
    /// What is wrong, if anything is.
    pub failure: Option<Failure>,
}

/// The result of the interleaving under way, in words.
pub(super) fn came_to(outcome: impl FnOnce() -> String) {
    CAME_TO.with_borrow_mut(|all| {
        if let Some(all) = all {
            all.insert(outcome());
        }
    });
}

thread_local! {
    static CAME_TO: RefCell<Option<BTreeSet<String>>> =
        const { RefCell::new(None) };
    static CHECKING: Cell<bool> = const { Cell::new(false) };
    static RECORDED: Cell<bool> = const { Cell::new(false) };
    static PANIC: RefCell<Option<(String, usize)>> =
        const { RefCell::new(None) };
    static NOTED: RefCell<Notes> = const { RefCell::new(Notes(Vec::new())) };
    static PATIENT: Cell<bool> = const { Cell::new(false) };
}

/// A panic of the program. As in the standard library, it unwinds its thread,
/// which may catch it; a `join` may hear of it. It is what went wrong only if
/// the run ends badly, and then the run is shown up to here.
pub(super) struct Note {
    pub text: String,
    pub by: usize,
    // A thread has gone on after it: it may have been meant.
    caught: bool,
    // A scope has caught it, to join its threads first.
    is_in_a_scope: bool,
    run: Option<Run>,
}

/// The panics of a run, in order.
#[derive(Default)]
pub(super) struct Notes(Vec<Note>);

impl Notes {
    pub fn add(&mut self, text: String, by: usize, run: Option<Run>) {
        let (caught, is_in_a_scope) = (false, false);
        self.0.push(Note { text, by, caught, is_in_a_scope, run });
    }

    /// A thread that has panicked goes on, or its end was heard of.
    pub fn caught(&mut self, by: usize) {
        let its = self.0.iter_mut().filter(|note| note.by == by);
        its.for_each(|note| note.caught = !note.is_in_a_scope);
    }

    /// A scope has caught it, and throws it again once it has joined its
    /// threads. If it waits for them forever, this is why.
    pub fn in_a_scope(&mut self, by: usize) {
        let its = self.0.iter_mut().filter(|note| note.by == by);
        its.for_each(|note| note.is_in_a_scope = true);
    }

    /// Why the run has ended badly: the first panic that was not caught. One
    /// that was caught may have been thrown again, if the run `panicked`.
    pub fn why(&mut self, panicked: bool) -> Option<Note> {
        let first = self.0.iter().position(|note| !note.caught);
        let first = first.or((panicked && !self.0.is_empty()).then_some(0));
        first.map(|first| self.0.swap_remove(first))
    }
}

/// The program panics.
pub(super) fn note(text: String) {
    if let Some(turns) = turns::current() {
        return turns.note(text, run::me());
    }
    let run = run::so_far();
    NOTED.with_borrow_mut(|all| all.add(text, run::me(), run));
}

/// This thread goes on after a panic, or its panic is handed to another one.
pub(super) fn heard(thread: usize) {
    match turns::current() {
        Some(turns) => turns.heard(thread),
        None => NOTED.with_borrow_mut(|all| all.caught(thread)),
    }
}

/// The thread that runs leaves a scope by a panic.
pub(super) fn panics_in_a_scope() {
    match turns::current() {
        Some(turns) => turns.in_a_scope(run::me()),
        None => NOTED.with_borrow_mut(|all| all.in_a_scope(run::me())),
    }
}

/// What the checker cannot check is said instead of all else.
pub(super) fn refuse(why: &str) {
    *refused() = Some(why.into());
    if CHECKING.get() || turns::current().is_some() {
        fail(why.into());
    }
}

/// Why the program was refused, if it was. Of the process: a thread that the
/// checker did not start has no part in a run.
pub(super) fn refused() -> MutexGuard<'static, Option<String>> {
    static REFUSED: Mutex<Option<String>> = Mutex::new(None);
    REFUSED.lock().expect("nothing panics under it")
}

/// A thread under loom looks in vain, and has to let others go first.
pub(super) fn be_patient() {
    PATIENT.set(true);
}

/// Whether the last search of loom's on this thread left interleavings out in
/// which a thread looks in vain once more.
pub fn was_patient() -> bool {
    PATIENT.get()
}

/// Whether the interleaving has failed and is being unwound.
pub(super) fn has_failed() -> bool {
    match turns::current() {
        Some(turns) => turns.is_over(),
        None => PANIC.with_borrow(Option::is_some),
    }
}

/// Fails the model, now or later: for code that must not panic itself.
pub(super) fn fail(why: String) {
    if let Some(turns) = turns::current() {
        return turns.fail(why, run::me());
    }
    PANIC.with_borrow_mut(|first| {
        first.get_or_insert_with(|| (why, run::me()));
    });
}

/// Panics if the model has failed: a poller may have caught the panic that
/// said so.
pub(super) fn go_on_failing() {
    if has_failed() {
        resume_unwind(Box::new("the model has failed"));
    }
}

/// Ends the process: a thread that unwinds waits in a destructor for what it
/// cannot have, so this run can neither go on nor end. The engine with turns
/// may say what is wrong: there each thread is one of the system's, and a panic
/// unwinds it as it would without the checker.
pub(super) fn give_up(why: &'static str) -> ! {
    let model = UNDER_WAY.lock().ok().and_then(|mut model| model.take());
    let (body, view) = model.unwrap_or_else(|| {
        eprintln!("error: {why}, while the threads of a run are unwound");
        process::exit(1)
    });
    let search = move || {
        let model = Model { view, body, ..Model::new("", "", || ()) };
        let failure = model.by_turns().check().failure;
        match failure {
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

type UnderWay = (Arc<dyn Fn() -> bool + Send + Sync>, View);

/// What loom goes through.
static UNDER_WAY: Mutex<Option<UnderWay>> = Mutex::new(None);

/// Keeps the first panic of an interleaving for the report. loom's state may
/// be borrowed and the stack is small: nothing is printed here.
pub(super) fn keep_panics() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let usual = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            if turns::current().is_none() && !CHECKING.get() {
                return usual(info);
            }
            if info.location().is_some_and(|at| at.file().contains(CLEANUP)) {
                give_up("a destructor panics");
            }
            // A property that the test's own part finds broken must not be
            // caught by the program; nor can loom go on.
            if run::is_quiet() || is_of_an_engine(info) {
                fail(said(info));
            } else if !has_failed() {
                note(said(info));
            }
        }));
    });
}

/// Of this part of the standard library is a panic that cannot unwind.
const CLEANUP: &str = "core/src/panicking.rs";

fn is_of_an_engine(info: &PanicHookInfo<'_>) -> bool {
    let file = info.location().map_or("", |at| at.file());
    let file = file.replace('\\', "/");
    file.contains("/loom-") || file.contains("checker/src/")
}

/// The message of a panic.
fn said(info: &PanicHookInfo<'_>) -> String {
    let text = info.payload_as_str().unwrap_or("a panic");
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

/// The message if a program does not end.
pub(super) const ROUND: &str =
    "no end in sight: some thread goes round and round";

/// The message if no thread can go on.
pub(super) const DEADLOCK: &str = "deadlock: no thread that is left can go on";

/// A failure, in this run.
pub(super) fn of(
    headline: String,
    deadlock: bool,
    by: usize,
    mut run: Run,
) -> Failure {
    let unfolded = run.events.clone();
    run.fold();
    Failure { headline, deadlock, by, run, unfolded }
}

/// One search, and how it ended.
struct Search {
    interleavings: u64,
    seen: u64,
    panic: Option<String>,
    by: usize,
    run: Run,
}

impl Model {
    /// A program that is right in every interleaving.
    pub fn new(
        name: &'static str,
        says: &'static str,
        program: impl Fn() + Send + Sync + 'static,
    ) -> Self {
        let body = move || {
            program();
            true
        };
        let (size, bound, kind) = (String::new(), None, Quantity::All);
        let (view, body) = (no_view as View, Arc::new(body));
        let (tokens, by_turns) = (Vec::new(), false);
        Model { name, says, size, bound, kind, by_turns, view, tokens, body }
    }

    /// The same, for the engine that has real threads and turns.
    pub fn by_turns(self) -> Self {
        Model { by_turns: true, ..self }
    }

    /// The same, with at most this many forced switches.
    pub fn bounded(self, bound: usize) -> Self {
        Model { bound: Some(bound), ..self }
    }

    /// Its outcomes under loom, as far as the model tells them: see
    /// [`came_to`](super::run::came_to).
    pub fn outcomes(&self) -> (BTreeSet<String>, Option<Failure>) {
        CAME_TO.set(Some(BTreeSet::new()));
        let failure = self.check().failure;
        (CAME_TO.take().unwrap_or_default(), failure)
    }

    /// Goes through all interleavings.
    pub fn check(&self) -> Checked {
        let began = Instant::now();
        PATIENT.set(false);
        if self.kind == Quantity::Plain {
            return self.plain(began);
        }
        if self.by_turns {
            return self.with_turns(began);
        }
        let all = self.search(self.bound, 0);
        let took = began.elapsed();
        let failure = match (&all.panic, self.kind) {
            (Some(panic), _) => Some(self.shortest(all.interleavings, panic)),
            (None, Quantity::Some) if all.seen == 0 => {
                let n = all.interleavings;
                let headline = format!("{NOT_SEEN}{n} interleavings");
                let run = self.search(Some(0), 1).run;
                Some(of(headline, false, 0, run))
            }
            (None, Quantity::One) if all.interleavings != 1 => {
                let n = all.interleavings;
                let headline = format!("not one interleaving, but {n}");
                let run = self.search(self.bound, n).run;
                Some(of(headline, false, 0, run))
            }
            _ => None,
        };
        let (interleavings, seen) = (all.interleavings, all.seen);
        let patient = was_patient().then_some(run::MOST_LOOKS);
        Checked { interleavings, seen, took, patient, failure }
    }

    /// Looks through the graph of all schedules.
    fn with_turns(&self, began: Instant) -> Checked {
        let graph = explore::graph(self, Limits::verdict());
        let figures = graph.figures();
        let bad = graph.shortest(0, |state| state.is_bad());
        let failure = bad.map(|way| explore::failure(self, &graph, &way));
        let fate = graph.states[0].fate;
        let seen = u64::from(fate.well);
        let strange = graph.strange.as_deref();
        let round = graph.endless.map(|_| ROUND);
        let cut = graph.cut.map(|_| "too big: its graph is cut");
        let seen_it = self.kind != Quantity::Some || fate.well;
        let unseen = (!seen_it).then_some("seen in no schedule");
        let show = |wrong: &str| {
            let way = match graph.endless.filter(|_| wrong == ROUND) {
                Some(state) => graph.way_to(state),
                None => story::to_show(&graph),
            };
            of(wrong.into(), false, 0, explore::replay(self, &way))
        };
        let failure = match strange {
            Some(strange) => Some(show(strange)),
            None => failure.or(round.or(cut).or(unseen).map(show)),
        };
        let patient = graph.patient;
        let all = figures.schedules.unwrap_or(figures.states as u128);
        let interleavings = u64::try_from(all).unwrap_or(u64::MAX);
        Checked { interleavings, seen, took: began.elapsed(), patient, failure }
    }

    fn plain(&self, began: Instant) -> Checked {
        let body = AssertUnwindSafe(|| (self.body)());
        let failure = catch_unwind(body).err().map(|panic| {
            let text = panic.downcast_ref::<String>().cloned();
            let text = text.unwrap_or_else(|| "it panicked".into());
            of(reworded(&text), false, 0, Run::default())
        });
        let (interleavings, seen, took) = (0, 0, began.elapsed());
        let patient = None;
        Checked { interleavings, seen, took, patient, failure }
    }

    /// The failing interleaving with the fewest forced switches: searched for
    /// with 0 of them, then with 1, and so on.
    fn shortest(&self, found: u64, panic: &str) -> Failure {
        let kind = is_deadlock(panic);
        let bounded = (0..self.bound.unwrap_or(4)).find_map(|bound| {
            let search = self.search(Some(bound), 0);
            let same = search.panic.as_deref().map(is_deadlock) == Some(kind);
            same.then(|| self.search(Some(bound), search.interleavings))
        });
        let last = bounded.unwrap_or_else(|| self.search(self.bound, found));
        let panic = last.panic.unwrap_or_else(|| panic.into());
        let deadlock = is_deadlock(&panic);
        let headline = if deadlock {
            DEADLOCK.into()
        } else if panic.contains("maximum number of branches") {
            ROUND.into()
        } else {
            reworded(&panic)
        };
        of(headline, deadlock, last.by, last.run)
    }

    /// Goes through interleavings until all are done or one fails; records
    /// the one with this number.
    fn search(&self, bound: Option<usize>, record: u64) -> Search {
        keep_panics();
        let count = Arc::new(AtomicU64::new(0));
        let seen = Arc::new(AtomicU64::new(0));
        let (n, k, body) = (count.clone(), seen.clone(), self.body.clone());
        let view = self.view;
        *UNDER_WAY.lock().expect("nothing panics under it") =
            Some((body.clone(), view));
        PANIC.set(None);
        *refused() = None;
        CHECKING.set(true);
        let ended = catch_unwind(AssertUnwindSafe(|| {
            builder(bound).check(move || {
                let number = n.fetch_add(1, Ordering::Relaxed) + 1;
                NOTED.take();
                // What the recorded one left is kept.
                if record == 0 || number <= record {
                    run::begin((record == number).then_some(view));
                }
                if body() {
                    k.fetch_add(1, Ordering::Relaxed);
                }
                go_on_failing();
                if record == number {
                    // It did not fail: no need to go on.
                    RECORDED.set(true);
                    resume_unwind(Box::new("recorded"));
                }
            });
        }));
        CHECKING.set(false);
        *UNDER_WAY.lock().expect("nothing panics under it") = None;
        let (said, by) = PANIC.take().unzip();
        let mut run = run::take();
        let panicked = said.is_none();
        let failed = ended.is_err() && !RECORDED.take();
        let why = NOTED.take().why(panicked).filter(|_| failed);
        let (text, by) = match why {
            Some(Note { text, by, run: until, .. }) => {
                run = until.unwrap_or(run);
                (Some(text), Some(by))
            }
            None => (said, by),
        };
        let text = refused().take().or(text);
        let silent = || "a panic that no thread caught".to_string();
        let panic = failed.then(|| text.unwrap_or_else(silent));
        Search {
            interleavings: count.load(Ordering::Relaxed),
            seen: seen.load(Ordering::Relaxed),
            panic,
            by: by.unwrap_or(0),
            run,
        }
    }
}

pub(super) fn is_deadlock(panic: &str) -> bool {
    panic.starts_with("deadlock;")
}

/// loom's settings, whatever its environment variables say: some of them end
/// a search early, without a word.
fn builder(bound: Option<usize>) -> loom::model::Builder {
    let mut builder = loom::model::Builder::new();
    builder.max_branches = 2_000;
    builder.max_permutations = None;
    builder.max_duration = None;
    builder.checkpoint_file = None;
    builder.preemption_bound = bound;
    builder.location = false;
    builder.log = false;
    builder
}
