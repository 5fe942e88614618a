//! A URL: what is asked for, and what may be shown of it.

use std::fmt;
use std::sync::Arc;

/// A URL. A clone costs no copy of its text.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Url(Arc<str>);

impl Url {
    /// The whole text, a password in it included: for the request only.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Takes any name, unchecked: the fake web answers to all.
impl From<&str> for Url {
    fn from(name: &str) -> Self {
        Url(name.into())
    }
}

impl fmt::Display for Url {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Url {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}
