//! What both pollers stand on: the work itself, without threads.
//!
//! Which URL is due next has nothing to do with threads. So it is plain data
//! here, and the two crates differ only in how threads get at it:
//! `mutex-poller` puts one [`Schedule`] under a lock, `channel-poller` gives
//! the same [`Schedule`] to one thread that others talk to.
//!
//! In 2010 a post on the Go blog set two listings of a URL poller side by
//! side, and Go's *Codewalk* made one of them a program: the comments name
//! their parts. Both programs here are called pollers; the post calls each
//! worker a poller, and so does [`Settings::pollers`].
//!
//! Read in this order: [`resource`], [`schedule`], [`states`], [`settings`],
//! [`http`], [`contract`], then [`sync`], the one door to threads, and
//! [`mod@crew`], how they end. Beside the way lie [`plain`], which is all a
//! channel is, and [`mini_checker`], which is all a model checker is.

#![deny(unsafe_code)]

pub mod resource;
pub mod schedule;
pub mod states;

pub mod settings;
pub mod url;

pub mod http;

pub mod contract;
pub mod crew;
pub mod mini_checker;
pub mod plain;
pub mod sync;

pub use contract::{Log, NotStarted, Report};
pub use crew::{Crew, crew};
pub use http::{HttpClient, HttpError, Status};
pub use resource::Resource;
pub use schedule::{Next, Schedule};
pub use settings::Settings;
pub use states::{State, States};
pub use url::Url;
