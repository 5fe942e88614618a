//! `cargo soak`: both pollers under random settings, faults, stops and
//! panics, for as long as you like.
//!
//! The model checker goes through every schedule of a few small
//! configurations. This goes the other way: a few schedules each of very many
//! configurations, on real threads. What must hold is counted at both ends,
//! by the web and in the report, and compared.
//!
//! Read in this order: [`case`], what one run is told, as plain data;
//! [`draw`], which makes one from a seed; [`script`], what the made-up web
//! answers; [`stage`], the web and the log that the program is given, which
//! watch it; [`run`], one run; [`check`], what must hold at its end;
//! [`watch`], which sees a run that hangs; [`shrink`], which makes a case that
//! fails smaller; [`soak`], case after case; [`report`], what is said of a
//! failure; [`tally`], what is counted; [`huge`], very many URLs; [`load`],
//! a machine that is busy; [`args`].

#![forbid(unsafe_code)]

pub mod args;
pub mod case;
pub mod check;
pub mod draw;
pub mod huge;
pub mod load;
pub mod report;
pub mod run;
pub mod script;
pub mod shrink;
pub mod soak;
pub mod stage;
pub mod tally;
pub mod watch;

/// Prints a line, if it can be printed.
pub fn say(line: impl std::fmt::Display) {
    let _ = compare::out::say(line);
}
