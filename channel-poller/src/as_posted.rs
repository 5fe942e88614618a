//! As posted.
