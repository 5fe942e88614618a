//! The real web.
