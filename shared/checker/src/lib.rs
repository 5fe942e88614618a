//! Every schedule of a small program with threads, and why one fails.

pub mod event;
pub mod value;
pub mod world;
