//! What a crew must do.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

use shared::sync::channel::unbounded;
use shared::sync::{limit_threads, spawn, thread};
use shared::{Crew, NotStarted, crew};

/// A panic with no text on the screen.
fn panic(with: &'static str) -> ! {
    resume_unwind(Box::new(with))
}

fn text(panic: Box<dyn Any + Send>) -> &'static str {
    panic.downcast_ref::<&'static str>().expect("one of ours")
}

fn panic_of<T>(work: impl FnOnce() -> T) -> &'static str {
    let ended = catch_unwind(AssertUnwindSafe(work));
    text(ended.err().expect("it panics"))
}

/// The first thread of a crew waits for a word to stop, and `then` ends;
/// `lead` does the rest.
fn beside(
    then: fn(),
    lead: impl FnOnce(&Crew<'_, '_>) -> Result<(), NotStarted>,
) -> Result<(), NotStarted> {
    let (sender, receiver) = unbounded();
    // Twice: between two steps of the stop another thread may go on.
    let stop = || (0..2).for_each(|_| sender.send(()).expect("sent"));
    crew(&stop, |crew| {
        crew.start("a", || {
            receiver.recv().expect("a word to stop");
            then();
        })?;
        lead(crew)
    })
}

/// A panic that comes of the stop: never the first.
fn late() {
    panic("late");
}

/// A panic that panics again when it is dropped: it must not replace another.
struct Grenade;

impl Drop for Grenade {
    fn drop(&mut self) {
        panic("dropped");
    }
}

crate::listed! {
    fn a_crew_returns_when_all_have_ended() {
        let (sender, receiver) = unbounded();
        let stop = || panic!("nothing went wrong");
        let led = crew(&stop, |crew| {
            let sender = sender;
            crew.start("a", move || sender.send(1).expect("sent"))?;
            Ok("led")
        });
        assert_eq!(led.expect("enough threads"), "led");
        // It has ended, and its sender with it.
        assert!(receiver.iter().eq([1]));
    }

    fn a_panic_of_a_thread_stops_the_others() {
        for then in [|| (), late] {
            let led = || beside(then, |crew| crew.start("b", || panic("b")));
            assert_eq!(panic_of(led), "b");
        }
    }

    fn a_panic_of_the_lead_stops_the_others() {
        assert_eq!(panic_of(|| beside(late, |_| panic("lead"))), "lead");
    }

    fn a_panic_of_an_inner_crew_ends_both() {
        let inner = || crew(&|| (), |inner| inner.start("b", || panic("b")));
        assert_eq!(panic_of(|| beside(late, |_| inner())), "b");
    }

    fn a_thread_that_cannot_start_stops_the_others() {
        limit_threads(1);
        let start = |crew: &Crew<'_, '_>| crew.start("b", || ());
        let led = beside(|| (), start);
        limit_threads(1);
        let panicked = panic_of(|| beside(late, start));
        limit_threads(usize::MAX);
        assert_eq!(led.expect_err("too few").thread, "b");
        // A panic is raised in place of the error.
        assert_eq!(panicked, "late");
    }

    fn a_second_panic_may_carry_anything() {
        let led = || {
            crew(&|| (), |crew| {
                crew.start("a", || panic("a"))?;
                crew.start("b", || resume_unwind(Box::new(Grenade)))
            })
        };
        let ended = catch_unwind(AssertUnwindSafe(led)).err();
        let ended = ended.expect("it panics");
        // Whichever was first; and that of the second is gone without a trace.
        if ended.downcast_ref() != Some(&"a") {
            assert!(ended.is::<Grenade>(), "replaced by the second");
            std::mem::forget(ended);
        }
    }

    /// As in the standard library: to the thread that joins, or to all.
    fn a_scope_tells_of_panics() {
        let joined = thread::scope(|scope| {
            let a = spawn(scope, "a", || panic("a")).expect("a thread");
            text(a.join().expect_err("it panicked"))
        });
        assert_eq!(joined, "a");
        let led = || crate::small::beside(|| (), || panic("lead"));
        assert_eq!(panic_of(led), "lead");
    }
}
