//! What both pollers must do in every interleaving: the models of
//! `mutex-poller/tests/loom.rs` and `channel-poller/tests/loom.rs`.
//!
//! A model is a small program that calls the shipped functions, and a
//! property. It is small because interleavings multiply; most mistakes show
//! with two of each thing. Bugs that need three workers have a model with
//! three.
//!
//! Read in this order: `model`, what a model is made of; `workers`, the models
//! of a poller's functions; `whole`, those of the whole program; `originals`;
//! [`web`], what they poll; [`view`], how their values are shown; `own`, the
//! tests of this package; `counts`, what a poll does.

mod counts;
mod model;
mod originals;
mod own;
pub mod view;
pub mod web;
mod whole;
mod workers;

use checker::check::Model;

pub use crate::config::{NOT_FOUND, outcome};
pub use counts::each_poll_is_counted;
pub use model::{Play, board, model, stopper};
pub use originals::{codewalk, original};
pub use web::Web;
use whole::{of_failures, of_program};
pub use workers::one_worker_has_one_interleaving;
use workers::{never_two_at_once, of_functions};

/// The models for a finished poller: `functions` runs its functions without the
/// lister, `program` runs the whole program, with at most `bound` forced
/// switches (preemptions).
pub fn finished(functions: Play, program: Play, bound: usize) -> Vec<Model> {
    let whole = of_program(program).into_iter().chain(of_failures(program));
    let whole = whole.map(|model| model.bounded(bound));
    let first = [never_two_at_once(functions)].into_iter();
    first.chain(of_functions(functions)).chain(whole).collect()
}

macro_rules! names {
    ($($module:ident: $($name:ident),+;)+) => {
        [$($(stringify!($name)),+),+]
    };
}

/// The names of all models of both pollers, and of this package: each program
/// has to know all of them, to refuse a name that none of them has.
pub fn names() -> Vec<&'static str> {
    let nowhere: Play = |_, _| unreachable!("only its name is asked for");
    let one = one_worker_has_one_interleaving(nowhere);
    let all = finished(nowhere, nowhere, 0).into_iter();
    let counted = each_poll_is_counted(nowhere, [0, 0]);
    let all = all.chain(original(nowhere)).chain([one, counted]);
    let all = all.chain(codewalk(nowhere));
    all.map(|model| model.name).chain(crate::own!(names)).collect()
}
