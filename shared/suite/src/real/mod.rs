//! One suite for every poller: those that pass it keep the same promises.
//!
//! A crate hands in its program and gets one test for each property:
//!
//! ```text
//! suite::conformance!(suite::start!(mutex_poller));
//! ```
//!
//! The suite reads what happened off the log of the made-up web, not off the
//! program or its [`Timetable`](shared::Timetable). No test passes because time
//! has passed, and none looks for threads that live on: they borrow the web and
//! the log, so the compiler proves that they end before `run` does.

mod drawn;
mod ending;
mod polling;
mod run;
pub mod stress;
mod web;

pub use drawn::*;
pub use ending::*;
pub use polling::*;
pub use run::{Count, Event, Played, Request, in_time, watch};
pub use web::*;

use std::sync::Arc;

use shared::{HttpClient, Log, NotStarted, Report, Settings, Url};

/// Sets a program up.
pub type Start = fn(Settings, Vec<Url>) -> Started;

/// Stops a program.
pub type Stop = Arc<dyn Fn() + Send + Sync>;

/// Runs a program to its end.
type Run = dyn FnOnce(&dyn HttpClient, &dyn Log) -> Result<Report, NotStarted>;

/// A program, ready to run, as the suite sees it.
pub struct Started {
    stop: Stop,
    /// Runs it to its end.
    pub run: Box<Run>,
}

impl Started {
    /// A program that these two calls stop and run.
    pub fn new<R>(stop: impl Fn() + Send + Sync + 'static, run: R) -> Self
    where
        R: FnOnce(&dyn HttpClient, &dyn Log) -> Result<Report, NotStarted>
            + 'static,
    {
        Started { stop: Arc::new(stop), run: Box::new(run) }
    }
}

/// A [`Start`] for the `Program` of this module: `start!(mutex_poller)`.
///
/// The programs are alike in what they offer by convention, and not by a
/// trait, which their readers would have to read first.
#[macro_export]
macro_rules! start {
    ($module:path) => {
        |settings, urls| {
            use $module as module;
            let program = module::Program::new(settings, urls);
            let stopper = program.stopper();
            $crate::real::Started::new(
                move || stopper.stop(),
                move |http, log| program.run(&http, &log),
            )
        }
    };
}

/// One `#[test]` for each property that the program must have: all of them;
/// or, for one that leaves something out, the basics and those that are named;
/// or only those that are named.
///
/// `conformance!(start)`, `conformance!(start => basics: a_stop_loses_nothing)`
/// or `conformance!(start => no_urls_end_at_once)`.
#[macro_export]
macro_rules! conformance {
    ($start:expr) => {
        $crate::conformance! { $start => basics:
            one_worker_keeps_the_order
            what_is_due_is_polled
            listings_show_what_was_found
            a_slow_listing_holds_nobody_up
            a_stop_loses_nothing
            a_stop_before_the_run_polls_nothing
            a_stop_wakes_all_who_sleep
            a_stop_waits_for_the_last_answer
            a_panic_in_the_log_ends_it
            too_few_threads
            every_setting_has_a_meaning
        }
    };
    ($start:expr => basics: $($more:ident)+) => {
        $crate::conformance! { $start =>
            same_polls_as_one_by_one
            all_workers_poll_at_once
            more_workers_than_urls
            no_urls_end_at_once
            a_slow_site_holds_nobody_up
            panics_are_errors
            a_panic_may_carry_anything
            errors_come_and_go
            $($more)+
        }
    };
    ($start:expr => $($property:ident)+) => { $(
        #[test]
        fn $property() {
            $crate::real::$property($start);
        }
    )+ };
}
