//! Codewalk.
