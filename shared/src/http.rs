//! The web, as far as a poller sees it: one trait, so that lessons, tests and
//! the model checker can put a made-up web in its place.
//!
//! Next: [`fake`], the made-up web, or [`contract`](crate::contract).

mod error;
pub mod fake;
#[cfg(not(loom))]
pub mod ureq;

use std::fmt;

use crate::Url;

pub use ::http::StatusCode;
pub use error::HttpError;

/// A client that sends HTTP HEAD requests. All workers share one, without a
/// lock around it: hence `Sync`.
pub trait HttpClient: Sync {
    /// One HTTP HEAD request. Every status is an answer, also `404 Not Found`;
    /// an error is no answer.
    ///
    /// It must return, after a timeout if necessary: a stop waits for requests
    /// that have begun. A panic counts as the error [`HttpError::Panicked`].
    ///
    /// # Errors
    /// If there was no answer: the error says why.
    fn head(&self, url: &Url) -> Result<Status, HttpError>;
}

impl<H: HttpClient + ?Sized> HttpClient for &H {
    fn head(&self, url: &Url) -> Result<Status, HttpError> {
        (**self).head(url)
    }
}

/// The method of the request that got the answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// Only the head of the answer was asked for.
    Head,
    /// The whole answer was asked for, and its body was not read: some
    /// servers refuse HEAD.
    Get,
}

/// An HTTP status. It is printed with the standard's text for the code: a
/// server may send any text.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Status(pub StatusCode, pub Method);

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Status(code, method) = self;
        write!(f, "{}", code.as_u16())?;
        if let Some(reason) = code.canonical_reason() {
            write!(f, " {reason}")?;
        }
        match method {
            Method::Head => Ok(()),
            Method::Get => write!(f, " (GET)"),
        }
    }
}

/// Short, for thread diagrams: HEAD is the default and is not shown.
impl fmt::Debug for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Status(code, Method::Head) => write!(f, "Status({code:?})"),
            Status(code, Method::Get) => write!(f, "Status({code:?}, Get)"),
        }
    }
}
