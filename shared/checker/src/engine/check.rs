//! Goes through every interleaving of a model, and shows the one that fails.
//!
//! Next: [`failure`](crate::failure).

use std::cell::{Cell, RefCell};
use std::collections::BTreeSet;
use std::panic::{self, AssertUnwindSafe, PanicHookInfo};
use std::panic::{catch_unwind, resume_unwind};
use std::process;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, Once};
use std::time::{Duration, Instant};

use super::explore::{self, Limits};
use super::run::{self, View};
use super::turns;
use crate::event::Run;
use crate::failure::{Failure, NOT_SEEN, reworded};
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
    /// Whether a thread looked in vain so often that more was not tried.
    pub patient: bool,
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

/// Ends the process: a failure cannot be shown otherwise.
pub(super) fn abort(why: &str) -> ! {
    let what = PANIC.take().map_or(String::new(), |(what, _)| what);
    eprintln!("error: the model failed: {what}\n{why}");
    process::abort()
}

/// Keeps the first panic of an interleaving for the report. loom's state may
/// be borrowed and the stack is small: nothing is printed here.
pub(super) fn keep_panics() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let usual = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            if let Some(turns) = turns::current() {
                turns.fail(said(info), run::me());
            } else if CHECKING.get() {
                keep(said(info));
            } else {
                usual(info);
            }
        }));
    });
}

fn keep(text: String) {
    PANIC.with_borrow_mut(|first| {
        first.get_or_insert_with(|| (text, run::me()));
    });
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
const ROUND: &str = "no end in sight: some thread goes round and round";

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
        let patient = false;
        Checked { interleavings, seen, took, patient, failure }
    }

    /// Looks through the graph of all schedules.
    fn with_turns(&self, began: Instant) -> Checked {
        let graph = explore::graph(self, Limits::default());
        let figures = graph.figures();
        let bad = graph.shortest(0, |state| state.is_bad());
        let failure = bad.map(|way| explore::failure(self, &graph, &way));
        let fate = graph.states[0].fate;
        let seen = u64::from(fate.well);
        let wrong = match (graph.cut, fate) {
            (Some(_), _) => Some("too big: its graph is cut"),
            (_, fate) if fate.is_round() => Some(ROUND),
            (_, fate) if self.kind == Quantity::Some && !fate.well => {
                Some("seen in no schedule")
            }
            _ => None,
        };
        let other = || {
            let run = explore::replay(self, &story::to_show(&graph));
            wrong.map(|wrong| of(wrong.into(), false, 0, run))
        };
        let failure = failure.or_else(other);
        let patient = false;
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
        let patient = false;
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
        PANIC.set(None);
        CHECKING.set(true);
        let ended = catch_unwind(AssertUnwindSafe(|| {
            builder(bound).check(move || {
                let number = n.fetch_add(1, Ordering::Relaxed) + 1;
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
        let (said, by) = PANIC.take().unzip();
        let silent = || Some("a panic that no thread caught".to_string());
        let panic = match ended {
            Ok(()) => None,
            Err(_) if RECORDED.take() => None,
            Err(_) => said.or_else(silent),
        };
        let run = run::take();
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
