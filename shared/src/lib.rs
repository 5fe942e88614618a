//! What both pollers are built on: the work itself, without threads.
//!
//! Which URL is due next has nothing to do with threads. So it is plain data
//! here, and the two crates differ only in how threads get at it:
//! `mutex-poller` puts one [`Timetable`] under a lock, `channel-poller` gives
//! the same [`Timetable`] to one thread that others talk to.
//!
//! In 2010 a post on the Go blog set two listings of a URL poller side by
//! side, and Go's *Codewalk* made one of them a program: the comments name
//! their parts. Both programs here are called pollers; the post calls each
//! worker a poller, and so does [`Settings::pollers`].
//!
//! Read in this order: [`resource`], [`timetable`], [`states`], [`settings`],
//! [`http`], [`contract`], then [`sync`], from which all locks, channels and
//! threads come, and [`mod@crew`], how the threads end. Two more modules are
//! there to be read: [`plain`], a channel made of a lock and a queue, and
//! [`mini_checker`], a model checker in two hundred lines.

#![deny(unsafe_code)]

pub mod resource;
pub mod states;
pub mod timetable;

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
pub use settings::Settings;
pub use states::{State, States};
pub use timetable::{Next, Timetable};
pub use url::Url;
