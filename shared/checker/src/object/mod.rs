//! What a program is made of: each kind of object in a file of its own, with
//! its state, when a thread has to wait for it, its words, and the stand-in
//! that a program uses in its place.
//!
//! In order: `lock`, `condvar`, `channel`, `thread`, `clock`, and
//! `test`, which is a model's own part. A stand-in asks nothing of the two
//! engines but what is in `run`.

pub mod channel;
pub mod clock;
pub mod condvar;
pub mod lock;
pub mod test;
pub mod thread;
